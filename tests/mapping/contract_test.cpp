#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "mapping/contract_file.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;

namespace {

const mapping::ContractDefaults kDefaults{"Europe/Minsk", "ru", {}};

std::optional<Contract> parse(const std::string& text, std::string& problems) {
    std::vector<mapping::FileProblem> found;
    auto contract = mapping::parse_contract(text, "acme.json", kDefaults, found);
    problems = show(found);
    CHECK(contract.has_value() == found.empty());
    return contract;
}

Contract must_parse(const std::string& text) {
    std::string problems;
    auto contract = parse(text, problems);
    INFO(problems);
    REQUIRE(contract);
    return *contract;
}

// Everything of a contract; domain::Contract has no comparison of its own.
bool same(const Contract& a, const Contract& b) {
    return a.client == b.client && a.valid_from == b.valid_from && a.currency == b.currency &&
           a.vat == b.vat && a.own_company == b.own_company && a.time_zone == b.time_zone &&
           a.locale == b.locale && a.rounding == b.rounding && a.rates == b.rates &&
           a.work_types == b.work_types && a.nonbillable == b.nonbillable &&
           a.late_policy == b.late_policy && a.people == b.people;
}

std::string example() {
    std::ifstream in(std::string(HB_SOURCE_DIR) + "/config/contracts.example.json");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE(
    "a contract of 20,000 mistakes is refused with a hundred of them and a line that there may be "
    "more (S2)") {
    std::string rates, keys;
    for (int i = 0; i < 20'000; ++i) {
        rates += R"({"hour":"1","wrong":1},)";
        keys += "\"k" + std::to_string(i) + "\":1,";
    }
    rates.pop_back();
    keys.pop_back();
    for (const std::string& text : {"{\"rates\":[" + rates + "]}", "{" + keys + "}"}) {
        std::vector<mapping::FileProblem> problems;
        CHECK_FALSE(mapping::parse_contract(text, "f", {"UTC", "en", {"w"}}, problems));
        CHECK(problems.size() == 101);
        CHECK(problems.back().message == "there may be more");
    }
}

TEST_CASE("the example contract is complete and says what the interface's example says") {
    const Contract c = must_parse(example());
    CHECK(to_string(c.client) == "bitrix24:company:12");
    CHECK(format_day(c.valid_from) == "2026-01-01");
    CHECK(c.currency == Currency{"BYN", 2});
    CHECK(c.vat == Vat{VatMode::Added, 200000});
    REQUIRE(c.own_company);
    CHECK(to_string(*c.own_company) == "bitrix24:company:1");
    CHECK(c.time_zone == "Europe/Minsk");
    CHECK(c.locale == "ru");
    CHECK(c.rounding == Rounding{RoundingLevel::Entry, RoundingMode::Up, 900});
    REQUIRE(c.rates.size() == 3);
    CHECK(c.rates[0] == RateRule{std::nullopt, "", std::nullopt, std::nullopt, 9000});
    CHECK(c.rates[1] ==
          RateRule{Ref{"bitrix24", "group", "7"}, "design", std::nullopt, std::nullopt, 11000});
    CHECK(c.rates[2] == RateRule{std::nullopt, "", Ref{"bitrix24", "user", "5"},
                                 *parse_day("2026-06-01"), 12000});
    CHECK(c.work_types == std::vector<WorkType>{{"design", "design", true, false, ""},
                                                {"bug", "bug", false, false, ""},
                                                {"account", "account", true, true, ""}});
    CHECK(c.nonbillable == std::vector<NonBillableRule>{{"", "bitrix24:group:17", "", "internal"}});
    CHECK(c.late_policy == LatePolicy::Ask);
    CHECK(c.people == PeopleShown::Names);
}

TEST_CASE("the shortest contract takes zone and language from the configuration") {
    const Contract c = must_parse(
        R"({"client":"b:company:1","valid_from":"2026-01-01","currency":"JPY","rates":[{"amount":"2501"}]})");
    CHECK(c.time_zone == "Europe/Minsk");
    CHECK(c.locale == "ru");
    CHECK(c.vat == Vat{VatMode::None, 0});
    CHECK(c.rounding == Rounding{});
    CHECK(c.rates[0].amount == 2501);
    CHECK_FALSE(c.late_policy);
    CHECK_FALSE(c.own_company);
}

TEST_CASE("G45: project is another word for group, but not where a planner calls them so") {
    const std::string text =
        R"({"client":"b:company:1","valid_from":"2026-01-01","currency":"EUR",
            "rates":[{"amount":"1","project":"b:project:7"},{"amount":"2","project":"w:project:7"}],
            "nonbillable":[{"group":"b:project:8","reason":"r"},{"group":"Site: a:b","reason":"r"}]})";
    std::vector<mapping::FileProblem> problems;
    const auto c = mapping::parse_contract(text, "f", {"UTC", "en", {"w"}}, problems);
    REQUIRE(c);
    CHECK(to_string(*c->rates[0].project) == "b:group:7");
    CHECK(to_string(*c->rates[1].project) == "w:project:7");
    CHECK(c->nonbillable[0].group == "b:group:8");
    CHECK(c->nonbillable[1].group == "Site: a:b");
}

TEST_CASE("G9: a non-billable rule names a tag, a group or a work type, by either word") {
    const Contract c = must_parse(
        R"({"client":"b:company:1","valid_from":"2026-01-01","currency":"EUR","rates":[],
            "nonbillable":[{"tag":"bug","reason":"bug"},{"work_type":"talk","reason":"t"},
                           {"type":"test","reason":"u"}]})");
    CHECK(c.nonbillable == std::vector<NonBillableRule>{{"bug", "", "", "bug"},
                                                        {"", "", "talk", "t"},
                                                        {"", "", "test", "u"}});
}

TEST_CASE("a step may be seconds: 36 are a hundredth of an hour") {
    const Contract c = must_parse(
        R"({"client":"b:company:1","valid_from":"2026-01-01","currency":"EUR","rates":[],
            "rounding":{"level":"task","step_seconds":36,"mode":"nearest"}})");
    CHECK(c.rounding == Rounding{RoundingLevel::Task, RoundingMode::Nearest, 36});
    CHECK(mapping::contract_text(c).find("\"step_seconds\": 36") != std::string::npos);
}

TEST_CASE("a printed contract shows every default") {
    const Contract c = must_parse(
        R"({"client":"b:company:1","valid_from":"2026-01-01","currency":"EUR","rates":[{"amount":"5"}]})");
    CHECK(mapping::contract_text(c) == R"({
  "client": "b:company:1",
  "valid_from": "2026-01-01",
  "currency": "EUR",
  "vat": {
    "mode": "none"
  },
  "time_zone": "Europe/Minsk",
  "locale": "ru",
  "rounding": {
    "level": "none"
  },
  "rates": [
    {
      "amount": "5.00"
    }
  ],
  "work_types": [],
  "nonbillable": [],
  "people": "names"
})");
}

TEST_CASE("any contract that keeps the rules is printed and read back to an equal one") {
    const char* given = std::getenv("SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::cerr << "contract_test: SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    const auto pick = [&random](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    const char* currencies[] = {"BYN", "JPY", "KWD", "EUR"};
    const char* words[] = {"design", "Баг", "a \"b\"", "x:y", "🚀"};
    int kept = 0;
    for (int round = 0; round < 500; ++round) {
        Contract c;
        c.client = {"b", "company", std::to_string(pick(1, 99))};
        c.valid_from = *parse_day("2026-01-01") + std::chrono::days(pick(0, 999));
        c.currency = *find_currency(currencies[pick(0, 3)]);
        c.vat.mode = static_cast<VatMode>(pick(0, 2));
        if (c.vat.mode != VatMode::None) c.vat.rate_e4 = pick(1, 1'000'000);
        if (pick(0, 1) == 1) c.own_company = Ref{"b", "company", "1"};
        c.time_zone = pick(0, 1) == 1 ? "UTC" : "America/New_York";
        c.locale = pick(0, 1) == 1 ? "en" : "ru-BY";
        c.rounding.level = static_cast<RoundingLevel>(pick(0, 4));
        if (c.rounding.level != RoundingLevel::None) {
            c.rounding.mode = static_cast<RoundingMode>(pick(0, 2));
            c.rounding.step_seconds = pick(0, 1) == 1 ? 60 * pick(1, 1440) : pick(1, 86400);
        }
        for (int left = pick(0, 5); left > 0; --left) {
            RateRule rule;
            if (pick(0, 1) == 1) rule.project = Ref{"b", "group", std::to_string(pick(1, 9))};
            if (pick(0, 1) == 1) rule.work_type = words[pick(0, 4)];
            if (pick(0, 1) == 1) rule.person = Ref{"b", "user", std::to_string(pick(1, 9))};
            if (pick(0, 1) == 1) rule.valid_from = c.valid_from + std::chrono::days(pick(0, 99));
            rule.amount = pick(0, 1'000'000'000);
            c.rates.push_back(rule);
        }
        for (int left = pick(0, 3); left > 0; --left)
            c.work_types.push_back({words[pick(0, 4)], words[pick(0, 4)], pick(0, 1) == 1,
                                    pick(0, 1) == 1, pick(0, 1) == 1 ? "why" : ""});
        for (int left = pick(0, 3); left > 0; --left) {
            NonBillableRule rule{"", "", "", "why"};
            (pick(0, 1) == 1   ? rule.tag
             : pick(0, 1) == 1 ? rule.group
                               : rule.work_type) = words[pick(0, 4)];
            c.nonbillable.push_back(rule);
        }
        if (pick(0, 1) == 1) c.late_policy = static_cast<LatePolicy>(pick(0, 2));
        if (pick(0, 1) == 1) c.people = PeopleShown::Hidden;
        if (!problems_of(c).empty()) continue; // two rates for one scope
        ++kept;
        const std::string text = mapping::contract_text(c);
        INFO(text);
        CHECK(same(must_parse(text), c));
    }
    CHECK(kept > 250);
}
