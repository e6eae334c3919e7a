// Every number that code, tests and pages cite is a line of docs/rules.md or a section of
// docs/protocols/bitrix24.md, and none of them is printed to users.
#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.h"
#include "source.h"

using namespace hb;
using namespace hb::tidy;

namespace {

using Numbers = std::set<std::string>;

// "5-7" is 5, 6 and 7.
void add_range(Numbers& out, const std::string& head, const std::string& first,
               const std::string& last) {
    const int from = std::stoi(first), to = last.empty() ? from : std::stoi(last);
    out.insert(head + first);
    out.insert(head + std::to_string(to));
    for (int n = from; n <= to && to - from < 100; ++n) out.insert(head + std::to_string(n));
}

void read_list(Numbers& out, const std::string& head, const std::string& list) {
    static const std::regex range(R"((\d+)(?:-(\d+))?)");
    for (std::sregex_iterator one(list.begin(), list.end(), range), end; one != end; ++one)
        add_range(out, head, (*one)[1].str(), (*one)[2].str());
}

template <class Take>
void each(const std::string& text, const std::regex& pattern, const Take& take) {
    for (std::sregex_iterator hit(text.begin(), text.end(), pattern), end; hit != end; ++hit)
        take(*hit);
}

// "rules 1-6, 8 and 10", "G5-G10", "P7", "M-S11", "protocol section 1.6".
Numbers cited(const std::string& text) {
    static const std::regex rules(R"(\b[Rr]ules? ((?:\d+(?:-\d+)?(?:, and |, | and )?)+)(?!\w))");
    static const std::regex lettered(
        R"((^|[^\w.:/"'`-])([GRPS])(\d{1,2})(?:-[GRPS]?(\d{1,2}))?(?![\w:'"`]|\.\d|-\w))");
    static const std::regex facts(R"(([(;,] ?)([FC])(\d{1,2})(?=[),;]| and))");
    static const std::regex wishes(R"(\b(M-[SR]|W-)(\d+))");
    static const std::regex sections(R"(\b[Pp]rotocol\s+sections? (\d+(?:\.\d+)?))");
    Numbers out;
    if (text.find_first_of("0123456789") == std::string::npos) return out;
    each(text, rules, [&](const auto& hit) { read_list(out, "rule ", hit[1].str()); });
    each(text, lettered,
         [&](const auto& hit) { add_range(out, hit[2].str(), hit[3].str(), hit[4].str()); });
    each(text, facts, [&](const auto& hit) { out.insert(hit[2].str() + hit[3].str()); });
    each(text, wishes, [&](const auto& hit) { out.insert(hit[1].str() + hit[2].str()); });
    each(text, sections, [&](const auto& hit) { out.insert("protocol " + hit[1].str()); });
    return out;
}

// Pages that are not part of this project.
bool leads_outside(const std::string& text) {
    static const std::regex outside(
        R"(\b(RULINGS|RELIABILITY|PERFORMANCE|FACES)\b|\bINTERFACE(?='s| and| \")|\b(DOMAIN|ARCHITECTURE|STYLE|CASE|TERMS|updates|planners)\.md|\.\./)"
        R"(shared|HB_)"
        R"(SHARED)");
    return std::regex_search(text, outside);
}

// A sentence that tells a user a number of ours.
bool prints_a_number(const std::string& literal) {
    static const std::regex comment("--[^\n]*"); // of SQL
    static const std::regex number(
        R"(\b[Rr]ules? \d|(^|[ (,])([GRPS]\d{1,2}|M-[SR]\d+|W-\d+|[Pp]rotocol section \d)(?=[ ),.:;]|$))");
    return literal.find(' ') != std::string::npos &&
           std::regex_search(std::regex_replace(literal, comment, ""), number);
}

std::string source_file(const std::string& path) {
    return read_file(std::string(HB_SOURCE_DIR) + "/" + path);
}

std::string anchor_of(const std::string& number) {
    std::string out = fold_case(number);
    std::replace(out.begin(), out.end(), ' ', '-');
    return out;
}

// The lines of docs/rules.md and the sections of the protocol; each once, each with its anchor.
Numbers known() {
    Numbers out;
    const std::string rules = source_file("docs/rules.md");
    static const std::regex line("<a id=\"([^\"]*)\"></a>\\*\\*([^*]+)\\*\\* (.*)");
    each(rules, line, [&](const auto& hit) {
        INFO(hit[2].str());
        CHECK(out.insert(hit[2].str()).second);
        CHECK(hit[1].str() == anchor_of(hit[2].str()));
        CHECK(hit[3].str().size() > 15);
    });
    static const std::regex section(R"((?:^|\n)(?:### |\| )(\d+(?:\.\d+)?)\b)");
    const std::string protocol = source_file("docs/protocols/bitrix24.md");
    each(protocol, section, [&](const auto& hit) { out.insert("protocol " + hit[1].str()); });
    return out;
}

struct Text {
    std::string where;
    std::string text;
};

// Comments, names of tests, pages, scripts, scenarios. Migrations are never edited, so what they
// call by other names stays.
std::vector<Text> citing() {
    std::vector<Text> out;
    for (const Source& source : read_all(HB_SOURCE_DIR)) {
        if (source.in("tests/tidy/")) continue;
        for (const Literal& comment : source.comments)
            out.push_back({source.path + ":" + std::to_string(comment.line), comment.text});
        if (!source.in("tests/")) continue;
        for (const std::string& name : test_names(source_file(source.path)))
            out.push_back({source.path, name});
    }
    for (const Page& page :
         read_pages(HB_SOURCE_DIR, {".md", ".scenario", ".cmake", ".txt", "", ".py"}))
        if (page.path != "docs/rules.md") {
            int line = 0;
            for (const std::string_view text : split(page.text, '\n'))
                out.push_back({page.path + ":" + std::to_string(++line), std::string(text)});
        }
    return out;
}

} // namespace

TEST_CASE("every number that code, tests and pages cite is in docs/rules.md or docs/protocols") {
    const Numbers all = known();
    CHECK(all.size() > 230);
    std::string wrong;
    std::size_t found = 0;
    for (const Text& text : citing()) {
        for (const std::string& number : cited(text.text)) {
            ++found;
            if (!all.contains(number)) wrong += text.where + ": " + number + "\n";
        }
        if (leads_outside(text.text)) wrong += text.where + ": a page outside the project\n";
    }
    CHECK(found > 1000);
    CHECK(wrong == "");
}

TEST_CASE("no number is printed to users") {
    std::string wrong;
    for (const Source& source : read_all(HB_SOURCE_DIR))
        if (source.in("src/"))
            for (const Literal& literal : source.literals)
                if (prints_a_number(literal.text))
                    wrong += source.path + ":" + std::to_string(literal.line) + ": " +
                             literal.text + "\n";
    CHECK(wrong == "");
}

TEST_CASE("every method that the connector calls has its line in docs/protocols/bitrix24.md") {
    static const std::regex method(
        R"([a-z_]+(\.[a-z]+)+\.(get|list|add|set|update|delete|clear|error|getlist)|(user|event|server|sonet_group|method|feature)\.(get|current|time|bind))");
    const std::string page = source_file("docs/protocols/bitrix24.md");
    std::string missing;
    std::size_t calls = 0;
    for (const Source& source : read_all(HB_SOURCE_DIR))
        if (source.in("src/connector/bitrix24/"))
            for (const Literal& literal : source.literals)
                if (std::regex_match(literal.text, method) && ++calls > 0 &&
                    page.find("`" + literal.text + "`") == std::string::npos)
                    missing += literal.text + "\n";
    CHECK(calls > 50);
    CHECK(missing == "");
}

TEST_CASE("a number that no page has, and a page that is elsewhere, are found") {
    const Numbers all = known();
    for (const char* text : {"(G99)", "rule 99", "rules 5, 77", "rules 58-99", "R99", "P99", "S99",
                             "M-S99", "W-99", "(F99)", "(C4, C99)", "see protocol section 99",
                             "protocol section 1.99", "G64-G99", "Protocol sections 99 and 2"}) {
        INFO(text);
        const Numbers numbers = cited(text);
        CHECK(std::any_of(numbers.begin(), numbers.end(),
                          [&](const auto& number) { return !all.contains(number); }));
    }
    for (const char* text :
         {"(G13)", "rules 1-6, 8 and 10", "G5-G10, R2", "P7", "M-S11", "protocol section 1.6",
          "C9:NEW", "`S77`", "P0.5D", "link rule removed", "RFC 4648 section 99", "v1.R99"}) {
        INFO(text);
        for (const std::string& number : cited(text)) CHECK(all.contains(number));
    }
    for (const char* text : {"RULINGS G13", "see DOMAIN.md", "as PERFORMANCE has it"})
        CHECK(leads_outside(text));
    CHECK_FALSE(leads_outside("docs/rules.md and TEST_CASE"));
}

TEST_CASE("a number in a sentence for users is found, a code is not") {
    for (const char* text :
         {"adds up (rule 5)", "adds up (rules 5, 22)", "no other host (S4)", "G5: the rows add up",
          "by G13 and others", "see protocol section 3"}) {
        INFO(text);
        CHECK(prints_a_number(text));
    }
    for (const char* text :
         {"S4", "rule by name", "C9:WON is a stage", "SELECT 1 -- G31\n FROM x"}) {
        INFO(text);
        CHECK_FALSE(prints_a_number(text));
    }
}
