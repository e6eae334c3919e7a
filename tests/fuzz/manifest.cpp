#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "connector/manifest.h"

// A manifest is good or has a problem, never both and never neither; settings of any kind are
// judged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    std::vector<hb::connector::ManifestProblem> problems;
    const auto plan = hb::connector::Plan::parse(text, "fuzz.json", problems);
    if (static_cast<bool>(plan) != problems.empty()) std::abort();
    if (!plan) return 0;
    hb::connector::PlannerOptions options;
    options.remote = "fuzz";
    options.settings["key"] = hb::Secret("a-key-of-the-fuzzer");
    (void)hb::connector::check_settings(plan, options);
    (void)hb::connector::abilities_of(plan);
    hb::connector::Delivery delivery;
    delivery.body = std::string(text);
    if (hb::connector::receive(plan, options, delivery, {}).genuine &&
        hb::connector::abilities_of(plan).events != "by a secret path only")
        std::abort(); // nothing proved it
    return 0;
}
