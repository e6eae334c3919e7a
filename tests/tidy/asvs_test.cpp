// docs/security/asvs.md holds every requirement of ASVS 5.0, levels 1 and 2, once, and what it
// claims can be looked up.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "base/text.h"

namespace fs = std::filesystem;

namespace {

// Levels 1 and 2 of the edition of May 2025, 253 of its 345 numbers.
constexpr const char* kNumbers =
    "1.1.1-1.1.2 1.2.1-1.2.9 1.3.1-1.3.11 1.4.1-1.4.3 1.5.1-1.5.2 2.1.1-2.1.3 2.2.1-2.2.3 "
    "2.3.1-2.3.4 2.4.1 3.2.1-3.2.2 3.3.1-3.3.4 3.4.1-3.4.6 3.5.1-3.5.5 3.7.1-3.7.2 "
    "4.1.1-4.1.3 4.2.1 4.3.1-4.3.2 4.4.1-4.4.4 5.1.1 5.2.1-5.2.3 5.3.1-5.3.2 5.4.1-5.4.3 "
    "6.1.1-6.1.3 6.2.1-6.2.12 6.3.1-6.3.4 6.4.1-6.4.4 6.5.1-6.5.5 6.6.1-6.6.3 6.8.1-6.8.4 "
    "7.1.1-7.1.3 7.2.1-7.2.4 7.3.1-7.3.2 7.4.1-7.4.5 7.5.1-7.5.2 7.6.1-7.6.2 8.1.1-8.1.2 "
    "8.2.1-8.2.3 8.3.1 8.4.1 9.1.1-9.1.3 9.2.1-9.2.4 10.1.1-10.1.2 10.2.1-10.2.2 "
    "10.3.1-10.3.4 10.4.1-10.4.11 10.5.1-10.5.5 10.6.1-10.6.2 10.7.1-10.7.3 11.1.1-11.1.2 "
    "11.2.1-11.2.3 11.3.1-11.3.3 11.4.1-11.4.4 11.5.1 11.6.1 12.1.1-12.1.3 12.2.1-12.2.2 "
    "12.3.1-12.3.4 13.1.1 13.2.1-13.2.5 13.3.1-13.3.2 13.4.1-13.4.5 14.1.1-14.1.2 "
    "14.2.1-14.2.4 14.3.1-14.3.3 15.1.1-15.1.3 15.2.1-15.2.3 15.3.1-15.3.7 16.1.1 "
    "16.2.1-16.2.5 16.3.1-16.3.4 16.4.1-16.4.3 16.5.1-16.5.3 17.1.1 17.2.1-17.2.4 "
    "17.3.1-17.3.2";

using Lines = std::vector<std::string>;

// "1.2.6-1.2.8" names three.
Lines expand(const std::string& range) {
    const auto cut = range.find('-');
    if (cut == std::string::npos) return {range};
    const std::string first = range.substr(0, cut), last = range.substr(cut + 1);
    const std::string section = first.substr(0, first.rfind('.') + 1);
    Lines out;
    for (int n = std::stoi(first.substr(section.size()));
         n <= std::stoi(last.substr(last.rfind('.') + 1)); ++n)
        out.push_back(section + std::to_string(n));
    return out;
}

Lines expand_all(const std::string& list) {
    Lines out;
    std::istringstream words(list);
    for (std::string word; words >> word;)
        for (auto& number : expand(word)) out.push_back(std::move(number));
    return out;
}

struct Row {
    std::string numbers, what, state, why;
};

std::vector<Row> rows_of(const std::string& page) {
    std::vector<Row> out;
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("| ", 0) != 0 || !std::isdigit(static_cast<unsigned char>(line[2])))
            continue;
        const auto cells = hb::split(line, '|');
        const auto cell = [&cells](std::size_t at) {
            return at < cells.size() ? std::string(hb::trim(cells[at])) : std::string();
        };
        out.push_back({cell(1), cell(2), cell(3), cell(4)});
    }
    return out;
}

// Files of the project that a text names in backticks.
Lines files_in(const std::string& text) {
    static const std::regex quoted("`([^`]+)`");
    Lines out;
    for (std::sregex_iterator at(text.begin(), text.end(), quoted), end; at != end; ++at)
        if (fs::exists(fs::path(HB_SOURCE_DIR) / (*at)[1].str())) out.push_back((*at)[1].str());
    return out;
}

std::size_t names_in(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '`')) / 2;
}

// What is wrong with a page, one line each.
Lines judge(const std::string& page) {
    Lines wrong;
    std::map<std::string, int> seen, states;
    for (const auto& row : rows_of(page)) {
        const auto numbers = expand(row.numbers);
        for (const auto& number : numbers) ++seen[number];
        states[row.state] += static_cast<int>(numbers.size());
        if (row.what.empty()) wrong.push_back(row.numbers + ": says not what it is");
        if (row.state == "fulfilled") {
            if (files_in(row.why).empty()) wrong.push_back(row.numbers + ": names no file");
            if (files_in(row.why).size() != names_in(row.why))
                wrong.push_back(row.numbers + ": names a file that there is not: " + row.why);
        } else if (row.state != "not applicable" && row.state != "open") {
            wrong.push_back(row.numbers + ": state \"" + row.state + "\"");
        } else if (row.why.size() < 10) {
            wrong.push_back(row.numbers + ": gives no reason");
        }
    }
    for (const auto& number : expand_all(kNumbers))
        if (seen[number]-- != 1) wrong.push_back(number + ": has to stand there once");
    for (const auto& [number, count] : seen)
        if (count > 0) wrong.push_back(number + ": is no requirement of levels 1 and 2");
    const std::string told = "**" + std::to_string(states["fulfilled"]) + " are fulfilled, " +
                             std::to_string(states["not applicable"]) + " are not applicable and " +
                             std::to_string(states["open"]) + " are open**";
    if (page.find(told) == std::string::npos) wrong.push_back("the counts are " + told);
    return wrong;
}

std::string shipped() {
    std::ifstream in(fs::path(HB_SOURCE_DIR) / "docs/security/asvs.md");
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("every requirement of ASVS 5.0, levels 1 and 2, has its row: a file, or a reason") {
    CHECK(expand_all(kNumbers).size() == 253);
    CHECK(judge(shipped()) == Lines{});
}

TEST_CASE("a row of ASVS that is missing, doubled, without a file or a reason is found") {
    const std::string page = shipped();
    const auto found = [](const std::string& text, const std::string& part) {
        const auto wrong = judge(text);
        INFO(hb::join(wrong, "\n"));
        return std::any_of(wrong.begin(), wrong.end(),
                           [&part](const auto& line) { return line.find(part) == 0; });
    };
    CHECK(found(replaced(page, "| 2.4.1 |", "| 2.4.9 |"), "2.4.1: has to stand there once"));
    CHECK(found(replaced(page, "| 2.4.1 |", "| 2.4.9 |"), "2.4.9: is no requirement"));
    CHECK(found(page + "| 1.1.1 | again | open | for no good reason |\n", "1.1.1: has to"));
    CHECK(
        found(replaced(page, "`tests/web/load_test.cpp`", "`tests/web/lost_test.cpp`"), "2.4.1: "));
    CHECK(found(replaced(page, "fulfilled | `src/web/form.cpp`, `tests/web/values_test.cpp`",
                         "fulfilled | it is"),
                "1.1.1: names no file"));
    CHECK(found(replaced(page, "| no answer sets one |", "| |"), "3.3.1-3.3.4: gives no reason"));
    CHECK(found(replaced(page, "| open |", "| later |"), "6.2.12: state \"later\""));
    CHECK(found(replaced(page, "| open |", "| not applicable |"), "the counts are "));
}
