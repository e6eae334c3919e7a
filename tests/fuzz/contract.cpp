#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mapping/contract_file.h"

// A contract's file, and a report's filter ("f" in the first line): read whole or not at all, and
// what is written of them reads back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace hb::mapping;
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    if (text.substr(0, 2) == "f\n") {
        const auto filter = parse_filter(text.substr(2));
        if (!filter) return 0;
        const std::string written = filter_text(*filter);
        const auto again = parse_filter(written);
        if (!again || filter_text(*again) != written) std::abort();
        return 0;
    }
    std::vector<FileProblem> problems;
    const ContractDefaults defaults{"Europe/Minsk", "en"};
    const auto contract = parse_contract(text, "fuzz.json", defaults, problems);
    if (contract.has_value() != problems.empty()) std::abort();
    if (!contract) return 0;
    const std::string written = contract_text(*contract);
    const auto again = parse_contract(written, "again.json", defaults, problems);
    if (!again || contract_text(*again) != written) std::abort();
    return 0;
}
