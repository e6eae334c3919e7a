// docs/testing.md names the tests that hold the faults that were found: each is there.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "source.h"

namespace {

bool is_called(const std::string& test, const std::string& name) {
    static const std::string kGoesOn = " …";
    if (!name.ends_with(kGoesOn)) return test == name;
    return test.starts_with(name.substr(0, name.size() - kGoesOn.size()));
}

// `tests/app/x_test.cpp` "its sentence", or "how it begins …", or a file alone.
std::vector<std::string> missing_tests(const std::string& page, const std::string& project) {
    static const std::regex named(R"re(`((?:tests|scripts)/[^`]+)`(?: "([^"]*)")?)re");
    const auto begin = page.find("## Faults that were found");
    if (begin == std::string::npos) return {"the section"};
    const std::string part = page.substr(begin, page.find("\n## ", begin) - begin);
    std::vector<std::string> missing;
    for (std::sregex_iterator at(part.begin(), part.end(), named), end; at != end; ++at) {
        const std::string file = (*at)[1].str(), name = (*at)[2].str();
        if (!std::filesystem::exists(project + "/" + file)) {
            missing.push_back(file);
            continue;
        }
        if (name.empty()) continue;
        const auto names = hb::tidy::test_names(hb::tidy::read_file(project + "/" + file));
        if (std::none_of(names.begin(), names.end(),
                         [&](const auto& test) { return is_called(test, name); }))
            missing.push_back(file + " \"" + name + "\"");
    }
    return missing;
}

} // namespace

TEST_CASE("each test that docs/testing.md names for a fault is there") {
    for (const auto& missing :
         missing_tests(hb::tidy::read_file(HB_SOURCE_DIR "/docs/testing.md"), HB_SOURCE_DIR)) {
        INFO(missing);
        CHECK(false);
    }
    const std::string head = "## Faults that were found\n| a | ";
    CHECK(missing_tests(head + "`tests/tidy/faults_test.cpp` \"none\" |\n", HB_SOURCE_DIR).size() ==
          1);
    CHECK(missing_tests(head + "`tests/no_test.cpp` \"none\" |\n", HB_SOURCE_DIR).size() == 1);
    CHECK(missing_tests("no section", HB_SOURCE_DIR).size() == 1);
}
