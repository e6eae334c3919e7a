#include "domain/contract.h"

#include <catch2/catch.hpp>

#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

RateRule rate(std::int64_t amount, const char* project, const char* type, const char* person,
              const char* valid_from = "") {
    RateRule rule;
    if (*project != '\0') rule.project = ref(project);
    rule.work_type = type;
    if (*person != '\0') rule.person = ref(person);
    if (*valid_from != '\0') rule.valid_from = day(valid_from);
    rule.amount = amount;
    return rule;
}

const char* const kSite = "bitrix24:group:7";
const char* const kAnna = "bitrix24:user:5";

std::int64_t found(const Contract& terms, const char* project, const char* type, const char* person,
                   const char* on = "2026-07-01") {
    const RateRule* rule = find_rate(terms, ref(project), type, ref(person), day(on));
    return rule == nullptr ? -1 : rule->amount;
}

std::vector<std::string> paths(const Contract& terms) {
    std::vector<std::string> all;
    for (const ContractProblem& problem : problems_of(terms)) {
        CHECK_FALSE(problem.message.empty());
        CHECK_FALSE(problem.hint.empty());
        all.push_back(problem.path);
    }
    return all;
}
using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("the documented contract prices design of the named person at 120.00 (G7)") {
    Contract terms = contract();
    terms.rates = {rate(9000, "", "", ""), rate(11000, kSite, "design", ""),
                   rate(12000, "", "", kAnna, "2026-06-01")};
    CHECK(found(terms, kSite, "design", kAnna) == 12000);
    // before her own rate began, the project's design rate holds
    CHECK(found(terms, kSite, "design", kAnna, "2026-05-31") == 11000);
    CHECK(found(terms, kSite, "design", kAnna, "2026-06-01") == 12000);
    CHECK(found(terms, kSite, "bug", "bitrix24:user:6") == 9000);
    CHECK(found(terms, "bitrix24:group:8", "design", "bitrix24:user:6") == 9000);
}

TEST_CASE("person beats work type beats project, whatever stands first (G7)") {
    // Each rule also names all weaker things, so only the order of scopes decides.
    std::vector<RateRule> rules{rate(1, "", "", ""),          rate(2, kSite, "", ""),
                                rate(3, "", "design", ""),    rate(4, kSite, "design", ""),
                                rate(5, "", "", kAnna),       rate(6, kSite, "", kAnna),
                                rate(7, "", "design", kAnna), rate(8, kSite, "design", kAnna)};
    Contract terms = contract();
    while (!rules.empty()) {
        terms.rates = rules;
        CHECK(found(terms, kSite, "design", kAnna) == rules.back().amount);
        std::reverse(terms.rates.begin(), terms.rates.end());
        CHECK(found(terms, kSite, "design", kAnna) == rules.back().amount);
        rules.pop_back();
    }
}

TEST_CASE("within one scope the latest rate that has begun takes over (G7)") {
    Contract terms = contract();
    terms.rates = {rate(30, "", "", "", "2026-06-01"), rate(10, "", "", ""),
                   rate(20, "", "", "", "2026-03-01"), rate(40, "", "", "", "2027-01-01")};
    CHECK(found(terms, kSite, "", kAnna, "2026-02-28") == 10);
    CHECK(found(terms, kSite, "", kAnna, "2026-03-01") == 20);
    CHECK(found(terms, kSite, "", kAnna, "2026-05-31") == 20);
    CHECK(found(terms, kSite, "", kAnna, "2026-12-31") == 30);
    CHECK(found(terms, kSite, "", kAnna, "2027-01-01") == 40);
}

TEST_CASE("no matching rule means no rate, and a rate of zero is a rate (rule 35)") {
    Contract terms = contract();
    terms.rates = {rate(50, kSite, "design", kAnna)};
    CHECK(found(terms, kSite, "design", kAnna) == 50);
    CHECK(found(terms, "bitrix24:group:8", "design", kAnna) == -1);
    CHECK(found(terms, "other:group:7", "design", kAnna) == -1);
    CHECK(found(terms, kSite, "", kAnna) == -1);
    CHECK(found(terms, kSite, "design", "bitrix24:user:6") == -1);
    CHECK(found(terms, kSite, "Design", kAnna) == 50); // a work type has no case
    terms.rates.push_back(rate(0, "", "", ""));
    CHECK(found(terms, kSite, "", kAnna) == 0);
    terms.rates.clear();
    CHECK(found(terms, kSite, "", kAnna) == -1);
}

TEST_CASE("a sound contract has no problems") {
    Contract terms = contract();
    CHECK(paths(terms).empty());
    terms.own_company = ref("bitrix24:company:1");
    terms.vat = {VatMode::Added, 200'000};
    terms.rounding = {RoundingLevel::Entry, RoundingMode::Up, 900};
    terms.rates = {rate(9000, "", "", ""), rate(11000, kSite, "design", ""),
                   rate(12000, "", "", kAnna, "2026-06-01"), rate(9500, "", "", "", "2026-06-01"),
                   rate(1, "worksection:project:3", "", "")};
    terms.work_types = {{"design", "design", true, false, ""}};
    terms.nonbillable = {{"bug", "", "", ""}, {"", "Internal", "", ""}, {"", "", "account", ""}};
    CHECK(paths(terms).empty());
    for (const Day edge : {day_min(), day_max()}) {
        terms.valid_from = edge;
        CHECK(paths(terms).empty());
    }
    terms.time_zone = ""; // the configuration's is filled in before it is stored
    CHECK(paths(terms).empty());
}

TEST_CASE("equal scopes with equal dates are refused, each with the place to fix (G7)") {
    Contract terms = contract();
    terms.rates = {rate(1, "", "", ""), rate(2, kSite, "design", "", "2026-02-01"),
                   rate(3, kSite, "DESIGN", "", "2026-02-01"), rate(4, "", "", "")};
    CHECK(paths(terms) == Paths{"/rates/2", "/rates/3"});
    CHECK(problems_of(terms)[0].message == "this rate is for the same time and work as rate 2");
}

TEST_CASE("all problems of a contract are told at once, each with its path") {
    Contract terms = contract();
    terms.client = ref("bitrix24:contact:3");
    terms.own_company = Ref{"", "company", "1"};
    terms.valid_from = day_max() + std::chrono::days{1};
    terms.currency = {"KWD", 2};
    terms.time_zone = "Mars/Olympus";
    terms.vat = {VatMode::Added, 0};
    terms.rounding = {RoundingLevel::Task, RoundingMode::Up, 0};
    terms.rates = {rate(-1, "bitrix24:task:1", "", "bitrix24:group:7"),
                   rate(1'000'000'000'001, "", "", "")};
    terms.work_types = {{"", "", true, false, ""}};
    terms.nonbillable = {{"", "", "", "x"}, {"a", "b", "", ""}, {"", "b", "c", ""}};
    CHECK(paths(terms) == Paths{"/client", "/own_company", "/valid_from", "/currency", "/time_zone",
                                "/vat/rate", "/rounding/step_minutes", "/rates/0/amount",
                                "/rates/0/project", "/rates/0/person", "/rates/1/amount",
                                "/work_types/0/tag", "/work_types/0/type", "/nonbillable/0",
                                "/nonbillable/1", "/nonbillable/2"});
}

TEST_CASE("single slips of a contract are found") {
    Contract terms = contract();
    terms.currency = {"BYR", 2};
    CHECK(paths(terms) == Paths{"/currency"});
    terms = contract();
    terms.vat = {VatMode::None, 200'000};
    CHECK(paths(terms) == Paths{"/vat/rate"});
    terms.vat = {VatMode::Included, 1'000'001};
    CHECK(paths(terms) == Paths{"/vat/rate"});
    terms.vat = {VatMode::Included, -1};
    CHECK(paths(terms) == Paths{"/vat/rate"});
    terms = contract();
    terms.rounding = {RoundingLevel::Entry, RoundingMode::Up, 24 * 3600 + 1};
    CHECK(paths(terms) == Paths{"/rounding/step_minutes"});
    terms = contract();
    terms.valid_from = day_min() - std::chrono::days{1};
    CHECK(paths(terms) == Paths{"/valid_from"});
    terms = contract();
    terms.client.id = "";
    CHECK(paths(terms) == Paths{"/client"});
}

TEST_CASE("words of a contract are those of its file") {
    CHECK(std::string(to_string(RoundingLevel::None)) == "none");
    CHECK(std::string(to_string(RoundingLevel::Entry)) == "entry");
    CHECK(std::string(to_string(RoundingLevel::TaskDay)) == "task_day");
    CHECK(std::string(to_string(RoundingLevel::Task)) == "task");
    CHECK(std::string(to_string(RoundingLevel::Report)) == "report");
    CHECK(std::string(to_string(RoundingMode::Up)) == "up");
    CHECK(std::string(to_string(RoundingMode::Down)) == "down");
    CHECK(std::string(to_string(RoundingMode::Nearest)) == "nearest");
    CHECK(std::string(to_string(LatePolicy::Ask)) == "ask");
    CHECK(std::string(to_string(LatePolicy::NextReport)) == "next_report");
    CHECK(std::string(to_string(LatePolicy::WriteOff)) == "write_off");
}
