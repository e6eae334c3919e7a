// Links by rule: which company a project's name, key, tag or field means (G13).
#include "domain/link_rules.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "domain/owner.h"
#include "domain/titles.h"

using namespace hb::domain;
using What = LinkRule::What;
using By = LinkRule::By;

namespace {

LinkRule rule(std::int64_t number, By by, const std::string& pattern = "",
              std::optional<std::int64_t> to = {}, What what = What::Project) {
    return {number, what, by, "", pattern, to};
}

LinkTargets companies() {
    LinkTargets targets;
    targets.add_company(1, "11", "Acme LLC");
    targets.add_company(2, "12", "ООО «Ромашка»");
    targets.add_company(3, "13", "Romashka");
    targets.add_company(4, "14", "Zenith Ltd");
    targets.add_company(5, "15", "Zenith"); // twice, as it happens in a CRM
    targets.add_person(7, "Ivan Petrov", {"Ivan@Acme.example"});
    targets.add_person(8, "Mia Stone", {"mia@acme.example"});
    targets.add_person(9, "Stone Mia", {});
    return targets;
}

// "rule 1: 4 5", "" when none matches
std::string told(const std::vector<LinkRule>& rules, const LinkSubject& subject) {
    const auto match = match_rules(rules, subject, companies());
    if (!match) return "";
    std::string out = "rule " + std::to_string(match->rule) + ":";
    for (const auto id : match->targets) out += " " + std::to_string(id);
    CHECK(match->ambiguous() == (match->targets.size() > 1));
    return out;
}

std::string usage(const LinkRule& wrong) {
    const auto checked = check_link_rule(wrong);
    return checked ? "" : checked.error().message;
}

} // namespace

TEST_CASE("a project is its namesake's, and of two namesakes neither's (G13)") {
    const std::vector<LinkRule> rules{rule(1, By::Name)};
    CHECK(told(rules, {"ACME", {}, {}}) == "rule 1: 1");
    CHECK(told(rules, {"Ромашка, ООО", {}, {}}) == "rule 1: 2");
    CHECK(told(rules, {"zenith", {}, {}}) == "rule 1: 4 5");
    CHECK(told(rules, {"Acme site", {}, {}}).empty());
    CHECK(told(rules, {"", {}, {}}).empty());
    CHECK(told(rules, {"11", {}, {}}).empty()); // an id is no name
}

TEST_CASE("a pattern sends names to one company, or says where the client's name stands (G13)") {
    CHECK(told({rule(1, By::Name, "acme*", 3)}, {"ACME  internal", {}, {}}) == "rule 1: 3");
    CHECK(told({rule(1, By::Name, "acme*", 3)}, {"My Acme", {}, {}}).empty());
    CHECK(told({rule(1, By::Name, "* / *")}, {"Acme / site", {}, {}}) == "rule 1: 1");
    CHECK(told({rule(1, By::Name, "* / *")}, {"Acme - site", {}, {}}).empty());
    CHECK(told({rule(1, By::Name, "Project *")}, {"project  Ромашка", {}, {}}) == "rule 1: 2");
    // Each place where the first star can end is tried.
    LinkTargets targets;
    targets.add_company(1, "1", "A - B");
    targets.add_company(2, "2", "A");
    const auto both = match_rule(rule(1, By::Name, "* - *"), {"A - B - site", {}, {}}, targets);
    REQUIRE(both);
    CHECK(both->targets == std::vector<std::int64_t>{1, 2});
    CHECK(covered("* - *", "A - B - site") == std::vector<std::string>{"a", "a - b"});
    CHECK(covered("*", "Any  Thing") == std::vector<std::string>{"any thing"});
    CHECK(covered("acme", " ACME ") == std::vector<std::string>{"acme"});
    CHECK(covered("a*b", "xab").empty());
}

TEST_CASE("keys go where a person says, tags and fields to the one of that name (G13)") {
    const LinkSubject jira{"Site", {}, {{"key", {"ACME"}}}};
    CHECK(told({rule(1, By::Key, "ACME", 4)}, jira) == "rule 1: 4");
    CHECK(told({rule(1, By::Key, "ac*", 4)}, jira) == "rule 1: 4");
    CHECK(told({rule(1, By::Key, "ACM", 4)}, jira).empty());

    LinkRule tag = rule(2, By::Tag, "", {}, What::Task);
    CHECK(told({tag}, {"t", {"urgent", "Acme"}, {}}) == "rule 2: 1");
    CHECK(told({tag}, {"t", {"acme", "romashka"}, {}}) == "rule 2: 1 3"); // two clients
    CHECK(told({tag}, {"t", {}, {}}).empty());
    tag.pattern = "client: *";
    CHECK(told({tag}, {"t", {"Client: Acme", "romashka"}, {}}) == "rule 2: 1");

    LinkRule field = rule(3, By::Field);
    field.at = "/client";
    CHECK(told({field}, {"p", {}, {{"/client", {"12"}}}}) == "rule 3: 2"); // its id in the CRM
    CHECK(told({field}, {"p", {}, {{"/client", {"acme llc"}}}}) == "rule 3: 1");
    CHECK(told({field}, {"p", {}, {{"/other", {"acme llc"}}}}).empty());
    CHECK(told({field}, {"p", {}, {{"/client", {"nobody", "acme", "11"}}}}) == "rule 3: 1");
    field.pattern = "CO_*";
    CHECK(told({field}, {"p", {}, {{"/client", {"CO_13"}}}}) == "rule 3: 3");
}

TEST_CASE("people are joined by e-mail or by name in any order of its words (G13)") {
    const LinkRule email = rule(1, By::Email, "", {}, What::User);
    CHECK(told({email}, {"x", {}, {{"email", {"ivan@acme.example"}}}}) == "rule 1: 7");
    CHECK(told({email}, {"Ivan Petrov", {}, {}}).empty());
    const LinkRule name = rule(2, By::Name, "", {}, What::User);
    CHECK(told({name}, {"Petrov Ivan", {}, {}}) == "rule 2: 7");
    CHECK(told({name}, {"mia stone", {}, {}}) == "rule 2: 8 9");
    CHECK(told({email, name}, {"mia stone", {}, {{"email", {"mia@acme.example"}}}}) == "rule 1: 8");
}

TEST_CASE("rules are read in order; the first that matches decides, also when it finds two (G13)") {
    const std::vector<LinkRule> rules{rule(5, By::Name, "zen*", 1), rule(3, By::Name),
                                      rule(9, By::Name, "*", 2)};
    CHECK(told(rules, {"Zenith", {}, {}}) == "rule 5: 1");
    CHECK(told({rules[1], rules[2]}, {"Zenith", {}, {}}) == "rule 3: 4 5"); // not rule 9
    CHECK(told(rules, {"something", {}, {}}) == "rule 9: 2");
}

TEST_CASE("rules that can't be meant are refused with the way out (G13)") {
    const auto to = std::optional<std::int64_t>{1};
    CHECK(usage(rule(1, By::Name)).empty());
    CHECK(usage(rule(1, By::Tag)) == "only tasks have tags");
    CHECK(usage(rule(1, By::Email)) == "only people have an e-mail address");
    CHECK(usage(rule(1, By::Key, "A*", to, What::User)) == "people are joined by name or by email");
    CHECK(usage(rule(1, By::Key, "A*")) == "a key names no company by itself");
    CHECK(usage(rule(1, By::Name, " ", to)) == "everything would go to one company");
    CHECK(usage(rule(1, By::Name, "acme")) == "--match without a * names nobody");
    CHECK(usage(rule(1, By::Field, "", {}, What::Task)) == "a rule by field needs to know which");
    LinkRule at = rule(1, By::Name);
    at.at = "/name";
    CHECK(usage(at) == "a rule by name looks at no field");
    at.by = By::Field;
    at.at = "client";
    CHECK(usage(at) == "\"client\" is no JSON pointer");
    for (const auto what : {What::Project, What::Task, What::User})
        CHECK(parse_link_what(to_string(what)) == what);
    for (const auto by : {By::Name, By::Key, By::Tag, By::Field, By::Email})
        CHECK(parse_link_by(to_string(by)) == by);
    CHECK(parse_link_what("group") == What::Project);
    CHECK_FALSE(parse_link_by("colour"));
}

TEST_CASE("hand and CRM links beat rules, a task's rule beats its project's (G13)") {
    OwnerFacts facts;
    facts.companies = {{"1", 10}};
    facts.tasks["t"].project = "70";
    facts.tasks["t"].parent = "p";
    facts.tasks["p"];
    const auto told_owner = [&facts] {
        const Owner owner = owner_of(facts, "t");
        return (owner.client ? std::to_string(*owner.client) : "none") + ", " + owner.why;
    };
    facts.projects_by_rule["70"] = {50, 3, "Acme"};
    CHECK(told_owner() == "50, project 70 by rule 3: Acme");
    facts.projects_by_rule["70"] = {{}, 3, "Acme"};
    CHECK(told_owner() == "none, project 70 rule 3 finds two for Acme, so neither");
    facts.tasks["p"].by_rule = RuleLink{40, 2, "tag"};
    CHECK(told_owner() == "40, parent task p: by rule 2: tag");
    facts.tasks["t"].by_rule = RuleLink{{}, 4, "a, b"}; // two clients: never a guess
    CHECK(told_owner() == "none, rule 4 finds two for a, b, so neither");
    facts.tasks["t"].by_rule = RuleLink{45, 4, "a"};
    CHECK(told_owner() == "45, by rule 4: a");
    facts.projects["70"] = 60; // by hand, though on the project
    CHECK(told_owner() == "60, the link of workgroup 70");
    facts.tasks["p"].links = {{"company", "1"}};
    CHECK(told_owner() == "10, parent task p: its link to company 1");
    facts.tasks["t"].by_hand = 20;
    CHECK(told_owner() == "20, a link set by hand");
}

TEST_CASE("random rules: a match is what the first matching rule finds alone, in no other order of "
          "companies (G13)") {
    const char* given = std::getenv("HB_SEED");
    const auto seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "link rules: HB_SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const std::vector<std::string> words{"acme", "ACME LLC", "zen", "Zen / site", "«zen»",
                                         "a",    "a b",      "",    "ромашка",    "11"};
    const std::vector<std::string> patterns{"", "*", "* / *", "zen*", "a*", "*b", "**"};
    int matched = 0, ambiguous = 0;
    for (int round = 0; round < 4000; ++round) {
        LinkTargets one, other;
        std::vector<std::string> titles;
        for (std::size_t i = pick(6); i-- > 0;) titles.push_back(words[pick(words.size())]);
        for (std::size_t i = 0; i < titles.size(); ++i)
            one.add_company(static_cast<std::int64_t>(i), std::to_string(10 + i), titles[i]);
        for (std::size_t i = titles.size(); i-- > 0;)
            other.add_company(static_cast<std::int64_t>(i), std::to_string(10 + i), titles[i]);
        std::vector<LinkRule> rules;
        for (std::size_t i = pick(5); i-- > 0;) {
            LinkRule each = rule(static_cast<std::int64_t>(rules.size()) + 1, By::Name,
                                 patterns[pick(patterns.size())]);
            if (pick(3) == 0) each.to = static_cast<std::int64_t>(pick(6));
            if (pick(3) == 0) each.by = By::Field;
            rules.push_back(each);
        }
        LinkSubject subject{
            words[pick(words.size())], {}, {{"client", {words[pick(words.size())]}}}};
        INFO("seed " << seed << ", round " << round);
        const auto match = match_rules(rules, subject, one);
        REQUIRE(match == match_rules(rules, subject, other));
        // Rules behind the one that decided do not matter, those before it do not match.
        for (const auto& each : rules) {
            const auto alone = match_rule(each, subject, one);
            if (match && each.number == match->rule) {
                REQUIRE(alone == match);
                break;
            }
            REQUIRE_FALSE(alone.has_value());
        }
        matched += match ? 1 : 0;
        ambiguous += match && match->ambiguous() ? 1 : 0;
    }
    CHECK(matched > 500);
    CHECK(ambiguous > 50);
}
