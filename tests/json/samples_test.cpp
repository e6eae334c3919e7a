#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "json/equal.h"
#include "json/value.h"

using namespace hb;
using namespace hb::json;

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The first thing that is wrong with this sample, "" when nothing is.
std::string trouble_with(const std::string& text) {
    const auto first = Document::parse(text);
    if (!first) return first.error().message;
    const std::string dumped = first->root().dump();
    const auto second = Document::parse(dumped);
    if (!second) return "its dump: " + second.error().message;
    if (!equal(first->root(), second->root())) return "its dump reads differently";
    if (second->root().dump() != dumped) return "its dump is not stable";
    return "";
}

} // namespace

TEST_CASE("every recorded sample of the protocols is read and written without a change") {
    const std::filesystem::path folder = std::filesystem::path(HB_SOURCE_DIR) / "tests" / "samples";
    int samples = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        ++samples;
        INFO(entry.path().filename().string());
        CHECK(trouble_with(read_file(entry.path())) == "");
    }
    CHECK(samples > 150);
}
