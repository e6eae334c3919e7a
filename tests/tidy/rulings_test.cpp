// docs/rulings-proof.md names for each sentence of the rulings about money the tests that hold it.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "base/text.h"
#include "source.h"

namespace fs = std::filesystem;
using namespace hb;
using namespace hb::tidy;

namespace {

using Lines = std::vector<std::string>;

const std::set<int> kRulings{46, 47, 48, 49, 50, 51, 52, 53, 54, 56, 57, 62, 64, 65, 66};

std::string shipped() {
    return read_file(std::string(HB_SOURCE_DIR) + "/docs/rulings-proof.md");
}

bool has_test(const std::string& file, const std::string& name) {
    static std::map<std::string, Lines> names;
    const std::string path = std::string(HB_SOURCE_DIR) + "/" + file;
    const auto [at, added] = names.try_emplace(file);
    if (added && fs::exists(path)) at->second = test_names(read_file(path));
    return std::find(at->second.begin(), at->second.end(), name) != at->second.end();
}

// "`tests/engine/guards_test.cpp`: name<br>`…`: name" -> what of it there is not.
Lines missing_tests(const std::string& cell) {
    Lines wrong;
    static const std::regex one("`([^`]+)`: (.*)");
    for (std::string rest = cell; !rest.empty();) {
        const auto cut = rest.find("<br>");
        const std::string part = rest.substr(0, cut);
        rest = cut == std::string::npos ? "" : rest.substr(cut + 4);
        std::smatch hit;
        if (!std::regex_match(part, hit, one) || !has_test(hit[1].str(), hit[2].str()))
            wrong.push_back("no such test: " + part);
    }
    if (cell.empty()) wrong.push_back("names no test");
    return wrong;
}

Lines judge(const std::string& page) {
    static const std::regex row(R"(\| G(\d+)\.(\d+) \| (.*) \| (.*) \| (.*) \|)");
    Lines wrong;
    std::map<int, int> seen;
    std::map<std::string, int> states;
    for (const auto line : split(page, '\n')) {
        const std::string text(line);
        std::smatch hit;
        if (text.rfind("| G", 0) != 0) continue;
        if (!std::regex_match(text, hit, row)) {
            wrong.push_back(text.substr(0, 30) + ": is no row");
            continue;
        }
        const std::string number = "G" + hit[1].str() + "." + hit[2].str();
        if (std::stoi(hit[2].str()) != ++seen[std::stoi(hit[1].str())])
            wrong.push_back(number + ": is out of its order");
        const std::string state = hit[4].str(), why = hit[5].str();
        ++states[state];
        if (state == "holds") {
            for (const auto& each : missing_tests(why)) wrong.push_back(number + ": " + each);
        } else if (state != "open" || why.size() < 10) {
            wrong.push_back(number + ": neither holds nor says why not");
        }
    }
    for (const int ruling : kRulings)
        if (seen[ruling] == 0) wrong.push_back("G" + std::to_string(ruling) + ": has no row");
    const std::string told = "Of " + std::to_string(states["holds"] + states["open"]) +
                             " sentences **" + std::to_string(states["holds"]) + " hold and " +
                             std::to_string(states["open"]) + " are open**";
    if (page.find(told) == std::string::npos) wrong.push_back("the counts are: " + told);
    return wrong;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE(
    "every sentence of a ruling about money has its row, and each test that it names is there") {
    CHECK(join(judge(shipped()), "\n") == "");
}

TEST_CASE("a sentence without a test, a test that went, and a count that is wrong are found") {
    const std::string page = shipped();
    const auto found = [](const std::string& text, const std::string& part) {
        const auto wrong = judge(text);
        INFO(join(wrong, "\n"));
        return std::any_of(wrong.begin(), wrong.end(),
                           [&part](const auto& line) { return line.find(part) == 0; });
    };
    CHECK(found(replaced(page, "the old value told again lifts what waits", "the old value"),
                "G46.18: no such test"));
    CHECK(found(replaced(page, "| G66.1 |", "| G66.3 |"), "G66.3: is out of its order"));
    CHECK(found(replaced(page, "| holds |", "| open |"), "the counts are"));
    CHECK(found(replaced(page, "| holds |", "| later |"), "G46.1: neither holds"));
    std::string without;
    for (const auto line : split(page, '\n'))
        if (line.rfind("| G53.", 0) != 0) without += std::string(line) + "\n";
    CHECK(found(without, "G53: has no row"));
}
