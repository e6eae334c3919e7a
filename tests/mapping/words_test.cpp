#include <catch2/catch.hpp>

#include "domain/report.h"
#include "mapping/contract_file.h"
#include "mapping/durations.h"
#include "mapping/mapping.h"

// Words for what planners tell beside hours: working time, flags, tags, and what they leave out.
using namespace hb;
using namespace hb::mapping;

namespace {

std::string file(const std::string& entries) {
    return R"({"version":1,"connector":"acmetime","streams":{"entries":[)"
           R"({"to":"id","from":"/id","as":"id"},{"to":"person","from":"/who","as":"id"},)"
           R"({"to":"day","from":"/day","as":"day"},)" +
           entries + "]}}";
}

Mapping parsed(const std::string& text) {
    std::vector<FileProblem> problems;
    auto mapping = Mapping::parse(text, "mapping.json", problems);
    for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
    REQUIRE(mapping.has_value());
    return std::move(*mapping);
}

Mapped mapped(const Mapping& mapping, const std::string& members) {
    return mapping.apply(
        {"entries", "1", R"({"id":1,"who":2,"day":"2026-10-15",)" + members + "}", ""});
}

domain::SourceEntry entry_of(const Mapped& mapped) {
    for (const auto& problem : mapped.problems) UNSCOPED_INFO(problem);
    REQUIRE(mapped.fact.has_value());
    return std::get<domain::SourceEntry>(*mapped.fact);
}

const std::string kSeconds = R"({"to":"seconds","from":"/time","as":"seconds"})";

} // namespace

TEST_CASE("A day of working time is eight hours, a week five such days") {
    const WorkTime work;
    CHECK(work_seconds("P1D", work) == 8 * 3600);
    CHECK(work_seconds("P1W", work) == 40 * 3600);
    CHECK(work_seconds("P1DT2H", work) == 10 * 3600);
    CHECK(work_seconds("P5DT20M", work) == 40 * 3600 + 1200);
    CHECK(work_seconds("PT6H50M", work) == 24600);
    CHECK(work_seconds("1w 2d 3h 30m", work) == (40 + 16 + 3) * 3600 + 1800);
    CHECK(work_seconds("2d", WorkTime{6, 4}) == 12 * 3600);
    for (const char* wrong :
         {"", "P", "d", "1", "1x", "2h 1d", "1d 1d", "-1d", "P-1D", "1.5d", "PT"})
        CHECK_FALSE(work_seconds(wrong, work).has_value());
    const auto mapping = parsed(file(
        R"({"to":"seconds","from":"/time","as":"work_duration","hours_per_day":8,"longest_hours":40})"));
    CHECK(entry_of(mapped(mapping, R"("time":"P1D")")).seconds == 28800);
    CHECK(entry_of(mapped(mapping, R"("time":"P1W")")).seconds == 144000);
    CHECK(mapped(mapping, R"("time":"P1WT1S")").problems.front().find("at most 144000 seconds") !=
          std::string::npos);
}

TEST_CASE("Only the last number of a duration has a fraction") {
    CHECK(iso_seconds("PT0.5H") == 1800);
    CHECK(iso_seconds("PT1H0,5M") == 3630);
    CHECK(iso_seconds("PT7H59M60S") == 28800);
    CHECK(iso_seconds("PT1.9S") == 1);
    CHECK(iso_seconds("P0.5D") == 43200);
    for (const char* wrong : {"PT0.5H1M", "PT.5H", "PT0.H", "PT1..5H", "PT0.5"})
        CHECK_FALSE(iso_seconds(wrong).has_value());
}

TEST_CASE("A mapping says how long one record may be, and 31 days are the limit without it (G54)") {
    const auto plain = parsed(file(kSeconds));
    CHECK(entry_of(mapped(plain, R"("time":2678400)")).seconds == 2678400);
    CHECK(mapped(plain, R"("time":2678401)").problems.size() == 1);
    const auto short_ones =
        parsed(file(R"({"to":"seconds","from":"/time","as":"seconds","longest_hours":12})"));
    CHECK(entry_of(mapped(short_ones, R"("time":43200)")).seconds == 43200);
    CHECK(mapped(short_ones, R"("time":43201)").problems.size() == 1);
    std::vector<FileProblem> problems;
    CHECK_FALSE(Mapping::parse(
        file(kSeconds + R"(,{"to":"text","from":"/t","as":"text","longest_hours":30})"), "m",
        problems));
    CHECK_FALSE(Mapping::parse(
        file(R"({"to":"seconds","from":"/time","as":"seconds","longest_hours":745})"), "m",
        problems));
    CHECK_FALSE(
        Mapping::parse(file(R"({"to":"seconds","from":"/time","as":"seconds","hours_per_day":8})"),
                       "m", problems));
    CHECK(problems.size() == 3);
}

TEST_CASE("The planner's own word is read: billable, billed elsewhere, tags (G51)") {
    const auto mapping =
        parsed(file(kSeconds + R"(,{"to":"billable","from":"/billable","as":"flag"},)"
                               R"({"to":"billed_elsewhere","from":"/invoiced","as":"flag"},)"
                               R"({"to":"tags","from":"/tags","as":"tags"})"));
    const auto entry = entry_of(mapped(
        mapping, R"("time":60,"billable":false,"invoiced":true,"tags":["bug",{"name":"two"}])"));
    CHECK(entry.billable == false);
    CHECK(entry.billed_elsewhere == true);
    CHECK(entry.tags == std::vector<std::string>{"bug", "two"});
    // null, missing and empty are no word at all.
    for (const char* none :
         {R"("time":60)", R"("time":60,"billable":null,"tags":[],"invoiced":"")"}) {
        const auto plain = entry_of(mapped(mapping, none));
        CHECK_FALSE(plain.billable.has_value());
        CHECK_FALSE(plain.billed_elsewhere.has_value());
        CHECK(plain.tags.empty());
    }
    const auto lines = parsed(file(kSeconds + R"(,{"to":"tags","from":"/tags","as":"lines"})"));
    CHECK(entry_of(mapped(lines, R"("time":60,"tags":"bug\n two \n\nbug")")).tags ==
          std::vector<std::string>{"bug", "two"});
    CHECK(mapped(lines, R"("time":60,"tags":["bug"])").problems.size() == 1);
    // What is no flag is a problem, and no guess.
    for (const char* odd : {R"("time":60,"billable":"perhaps")", R"("time":60,"billable":2)",
                            R"("time":60,"billable":[1])", R"("time":60,"tags":7)"})
        CHECK(mapped(mapping, odd).problems.size() == 1);
    const auto turned =
        parsed(file(kSeconds + R"(,{"to":"billable","from":"/unbillable","as":"not_flag"})"));
    CHECK(entry_of(mapped(turned, R"("time":60,"unbillable":true)")).billable == false);
    CHECK(entry_of(mapped(turned, R"("time":60,"unbillable":false)")).billable == true);
}

TEST_CASE("A date in milliseconds is a midnight, any other moment is named") {
    const auto mapping =
        parsed(R"({"version":1,"connector":"acmetime","streams":{"entries":[)"
               R"({"to":"id","from":"/id","as":"id"},{"to":"person","from":"/who","as":"id"},)"
               R"({"to":"day","from":"/date","as":"day_ms"},)" +
               kSeconds + "]}}");
    CHECK(entry_of(mapping.apply(
                       {"entries", "1", R"({"id":1,"who":2,"time":60,"date":1736467200000})", ""}))
              .day == parse_day("2025-01-10").value());
    const auto odd =
        mapping.apply({"entries", "1", R"({"id":1,"who":2,"time":60,"date":1736470800000})", ""});
    REQUIRE(odd.problems.size() == 1);
    CHECK(odd.problems.front().find("midnight UTC") != std::string::npos);
}

TEST_CASE(
    "A member that is missing is not told, unless the planner leaves out what is empty (G46)") {
    const std::string rules =
        kSeconds +
        R"(,{"to":"task","from":"/issue/id","as":"id"%},{"to":"text","from":"/note","as":"text"})";
    const auto with = [&](const std::string& absent) {
        std::string text = rules;
        return parsed(file(text.replace(text.find('%'), 1, absent)));
    };
    const auto strict = with("");
    CHECK(mapped(strict, R"("time":60)").not_told == std::vector<std::string>{"task"});
    CHECK(mapped(strict, R"("time":60,"issue":{})").not_told.empty()); // there, and empty
    CHECK(mapped(strict, R"("time":60,"issue":null)").not_told.empty());
    CHECK(mapped(strict, R"("time":60,"issue":{"key":"A"})").not_told ==
          std::vector<std::string>{"task"});
    CHECK(mapped(strict, R"("time":60,"issue":{"id":7})").not_told.empty());
    CHECK(mapped(with(R"(,"absent":"empty")"), R"("time":60)").not_told.empty());
}

TEST_CASE("Members of a record that no rule reads are named") {
    const auto mapping = parsed(file(kSeconds + R"(,{"to":"task","from":"/issue/id","as":"id"})"));
    CHECK(
        mapping.unread(
            {"entries", "1",
             R"({"id":1,"who":2,"day":"x","time":1,"issue":{"id":1,"key":"A"},"billable":true,"hb_task":"1"})",
             ""}) == std::vector<std::string>{"/issue/key", "/billable"});
    CHECK(mapping.unread({"tasks", "1", "{}", ""}).empty());
}

TEST_CASE("A contract may say that flags of planners decide nothing") {
    const auto contract = [](const std::string& more) {
        std::vector<FileProblem> problems;
        auto parsed = parse_contract(
            R"({"client":"bitrix24:company:1","valid_from":"2026-01-01","currency":"EUR",)"
            R"("rates":[{"amount":"60.00"}])" +
                more + "}",
            "contract.json", {"UTC", "en"}, problems);
        for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
        return parsed;
    };
    CHECK_FALSE(contract("").value().ignore_planner_flags);
    CHECK(contract(R"(,"planner_flags":"ignore")").value().ignore_planner_flags);
    CHECK_FALSE(contract(R"(,"planner_flags":"perhaps")").has_value());
    const auto text = contract_text(*contract(R"(,"planner_flags":"ignore")"));
    CHECK(text.find(R"("planner_flags": "ignore")") != std::string::npos);
}
