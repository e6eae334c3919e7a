// Every numbered promise has a test that quotes it. docs/rules.md has a line for each: rules
// 1-60, rulings G1-G66, R1-R25 and S1-S8 of reliability and security.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "source.h"

namespace fs = std::filesystem;
using hb::tidy::read_file;
using hb::tidy::test_names;

namespace {

struct Kind {
    std::string letter; // "rule" is written in words
    int last;
    int newest; // quoted by tests while those between are still on their way
};
const Kind kKinds[] = {{"rule", 60, 60}, {"G", 66, 66}, {"R", 25, 25}, {"S", 8, 8}};

// What no test can prove here, and why.
const std::map<std::string, std::string> kWithout = {
    {"rule 18", "no internal cost and no margin is kept anywhere, so none can change"},
    {"rule 30", "disputes of lines are the second circle (G40)"},
    {"rule 38", "prepaid hours are the second circle (G40)"},
    {"G40", "says what is left out"},
    {"R18", "scripts/coverage measures it; the figures are in docs/testing.md"},
    {"S7", "scripts/fuzz and the sanitizer presets; what they found is in docs/testing.md"},
    {"S1", "its areas are a table of docs/rules.md; docs/security/asvs.md names the file of each "
           "requirement"},
};

using Quotes = std::map<std::string, std::set<std::string>>; // promise -> where

void note(Quotes& quotes, const std::string& letter, int first, int last,
          const std::string& where) {
    for (int n = first; n <= last && last - first < 60; ++n)
        quotes[letter == "rule" ? "rule " + std::to_string(n) : letter + std::to_string(n)].insert(
            where);
}

// "rules 1-6, 8 and 10", "G2", "G5-G10", "R3".
void read_quotes(const std::string& text, const std::string& where, Quotes& quotes) {
    static const std::regex rules(R"(\b[Rr]ules? ((?:\d+(?:-\d+)?(?:, and |, | and )?)+))");
    static const std::regex range(R"((\d+)(?:-(\d+))?)");
    static const std::regex lettered(R"(\b([GRS])(\d+)(?:-[GRS]?(\d+))?\b)");
    const auto number = [](const std::ssub_match& match, int otherwise) {
        return match.matched ? std::stoi(match.str()) : otherwise;
    };
    for (std::sregex_iterator at(text.begin(), text.end(), rules), end; at != end; ++at) {
        const std::string list = (*at)[1].str();
        for (std::sregex_iterator one(list.begin(), list.end(), range); one != end; ++one) {
            const int first = std::stoi((*one)[1].str());
            note(quotes, "rule", first, number((*one)[2], first), where);
        }
    }
    for (std::sregex_iterator at(text.begin(), text.end(), lettered), end; at != end; ++at) {
        if (at->position() > 0 && text[static_cast<std::size_t>(at->position()) - 1] == '-')
            continue; // M-S11: a wish of the case
        const int first = std::stoi((*at)[2].str());
        note(quotes, (*at)[1].str(), first, number((*at)[3], first), where);
    }
}

Quotes all_quotes() {
    Quotes quotes;
    const fs::path tests = fs::path(HB_SOURCE_DIR) / "tests";
    for (const auto& file : fs::recursive_directory_iterator(tests)) {
        const auto name = fs::relative(file.path(), tests).string();
        if (name.rfind("tidy/", 0) == 0 || name.find("node_modules") != std::string::npos) continue;
        if (file.path().extension() == ".cpp")
            for (const auto& test : test_names(read_file(file.path().string())))
                read_quotes(test, name, quotes);
        if (file.path().extension() == ".scenario") { // its first lines say what it proves
            std::istringstream lines(read_file(file.path().string()));
            for (std::string line; std::getline(lines, line) && line.rfind('#', 0) == 0;)
                read_quotes(line, name, quotes);
        }
    }
    return quotes;
}

} // namespace

// HB_LIST=1 prints each promise with the files of its tests.
TEST_CASE(
    "every numbered rule, ruling and promise has a test that quotes it, or a reason why not") {
    const auto quotes = all_quotes();
    REQUIRE(quotes.size() > 100);
    const bool list = std::getenv("HB_LIST") != nullptr;
    for (const auto& [letter, last, newest] : kKinds)
        for (int n = 1; n <= last; ++n) {
            const auto promise =
                letter == "rule" ? "rule " + std::to_string(n) : letter + std::to_string(n);
            const auto quoted = quotes.find(promise);
            const auto without = kWithout.find(promise);
            if (list) {
                std::cout << promise << ":";
                if (quoted != quotes.end())
                    for (const auto& where : quoted->second) std::cout << " " << where;
                if (without != kWithout.end()) std::cout << " none: " << without->second;
                std::cout << "\n";
            }
            INFO(promise);
            // Exactly one of both: a reason that was overtaken by a test goes.
            CHECK((quoted != quotes.end()) != (without != kWithout.end()));
        }
    // A number that no page knows is a slip.
    for (const auto& [promise, where] : quotes) {
        bool known = false;
        for (const auto& [letter, last, newest] : kKinds) {
            const std::string head = letter == "rule" ? "rule " : letter;
            if (promise.rfind(head, 0) != 0) continue;
            const int n = std::atoi(promise.c_str() + head.size());
            known = known || (n >= 1 && n <= newest);
        }
        INFO(promise << " in " << *where.begin());
        CHECK(known);
    }
}

TEST_CASE("quotes of promises are read from names of tests, lists and ranges included") {
    Quotes quotes;
    read_quotes("a thing (rules 1-3, 7 and 9; G5-G6, R2, S4)", "x", quotes);
    std::string all;
    for (const auto& [promise, where] : quotes) all += promise + ";";
    CHECK(all == "G5;G6;R2;S4;rule 1;rule 2;rule 3;rule 7;rule 9;");
    CHECK(test_names("TEST_CASE(\"one \"\n  \"two (G1)\") {} TEST_CASE(\"three\")") ==
          std::vector<std::string>{"one two (G1)", "three"});
}
