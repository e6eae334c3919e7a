#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <random>

#include "mapping/contract_file.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;

TEST_CASE("a filter is kept as text, all six tests of it (M-S3)") {
    Filter filter;
    filter.company = {"bitrix24", "company", "12"};
    filter.to = *parse_day("2026-03-31");
    CHECK(mapping::filter_text(filter) ==
          R"({"company":"bitrix24:company:12","to":"2026-03-31","status":"all"})");
    filter.from = *parse_day("2026-03-01");
    filter.projects = {{"bitrix24", "group", "7"}, {"bitrix24", "group", "8"}};
    filter.work_type = "design \"x\"";
    filter.statuses = {TaskStatus::Completed};
    filter.percent_paid = PercentTest{PercentTest::Op::Less, 100};
    filter.task_dates = {*parse_task_dates("closed:2026-03-01..2026-03-31")};
    CHECK(mapping::filter_text(filter) ==
          R"({"company":"bitrix24:company:12","projects":["bitrix24:group:7","bitrix24:group:8"],)"
          R"("from":"2026-03-01","to":"2026-03-31","work_type":"design \"x\"","status":"done",)"
          R"("percent_paid":"<100","task_dates":["closed:2026-03-01..2026-03-31"]})");
}

TEST_CASE("any filter reads back to the same text (G14)") {
    const char* given = std::getenv("SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::cerr << "filter_test: SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    const auto pick = [&random](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    const Day start = *parse_day("2025-12-01");
    for (int round = 0; round < 500; ++round) {
        Filter filter;
        filter.company = {"b" + std::to_string(pick(1, 9)), "company", std::to_string(pick(1, 99))};
        for (int left = pick(0, 3); left > 0; --left)
            filter.projects.push_back({"b", "group", std::to_string(pick(1, 99))});
        filter.to = start + std::chrono::days(pick(0, 400));
        if (pick(0, 1) == 1) filter.from = start;
        if (pick(0, 1) == 1) filter.work_type = "тип " + std::to_string(pick(1, 9));
        for (int code = 2; code <= 6; ++code)
            if (pick(0, 2) == 0) filter.statuses.push_back(static_cast<TaskStatus>(code));
        if (pick(0, 1) == 1)
            filter.percent_paid =
                PercentTest{static_cast<PercentTest::Op>(pick(0, 4)), pick(0, 100)};
        for (int left = pick(0, 2); left > 0; --left)
            filter.task_dates.push_back({static_cast<TaskDates::Key>(pick(0, 2)),
                                         {start, start + std::chrono::days(pick(0, 99))}});
        const std::string text = mapping::filter_text(filter);
        INFO(text);
        const auto back = mapping::parse_filter(text);
        REQUIRE(back.ok());
        CHECK(mapping::filter_text(*back) == text);
        CHECK(back->company == filter.company);
        CHECK(back->projects == filter.projects);
        CHECK(back->from == filter.from);
        CHECK(back->to == filter.to);
        CHECK(back->work_type == filter.work_type);
        CHECK(back->statuses == filter.statuses);
        CHECK(back->percent_paid == filter.percent_paid);
        CHECK(back->task_dates == filter.task_dates);
    }
}

TEST_CASE("a filter that is damaged is an error, not an empty filter") {
    const auto trouble = [](const char* text) {
        const auto filter = mapping::parse_filter(text);
        if (filter) return std::string("no error");
        CHECK(filter.error().code == Code::Malformed);
        return filter.error().message;
    };
    const std::string good = R"("company":"b:company:1","to":"2026-03-31","status":"all")";
    CHECK(trouble("") == "line 1, column 1: the text is empty");
    CHECK(trouble("[]") == "at the top: expected an object, got []");
    CHECK(trouble(R"({"to":"2026-03-31","status":"all"})") ==
          "at /company: expected a string, got nothing");
    CHECK(trouble(R"({"company":"b:company:1","to":"2026-03-32","status":"all"})") ==
          "expected a date like 2026-03-05, got \"2026-03-32\"");
    CHECK(trouble(("{" + good + R"(,"percent_paid":"100"})").c_str()) ==
          "\"100\" is not a test of percent paid");
    CHECK(trouble(("{" + good + R"(,"from":7})").c_str()) == "at /from: expected a string, got 7");
    CHECK(trouble(("{" + good + R"(,"projects":["x"]})").c_str()) ==
          "\"x\" is not a reference: it needs two colons");
    CHECK(trouble(("{" + good + R"(,"task_dates":["paid:2026-03-01..2026-03-02"]})").c_str())
              .substr(0, 28) == "\"paid:2026-03-01..2026-03-02");
}
