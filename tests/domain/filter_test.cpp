#include <catch2/catch.hpp>

#include "domain/report.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

const Zone& minsk() { // UTC+3 all year
    static const Zone zone = Zone::find("Europe/Minsk").value();
    return zone;
}

bool took(const Filter& f, const TaskFacts& t, const char* type = "",
          const char* on = "2026-03-05") {
    return takes(f, t, type, day(on), minsk());
}

Filter in_march() {
    return filter("2026-03-01", "2026-03-31");
}

} // namespace

TEST_CASE("a status filter is all, done, open or codes (G14)") {
    using S = std::vector<TaskStatus>;
    CHECK(parse_status_filter("all").value().empty());
    CHECK(parse_status_filter("done").value() == S{TaskStatus::Completed});
    CHECK(parse_status_filter("5").value() == S{TaskStatus::Completed});
    CHECK(parse_status_filter("3, 2,3").value() == S{TaskStatus::Pending, TaskStatus::InProgress});
    const S open = parse_status_filter("open").value();
    CHECK(std::count(open.begin(), open.end(), TaskStatus::Completed) == 0);
    CHECK(open.size() == 5); // with the status that the remote did not tell
    for (const char* text : {"all", "done", "open", "2,3", "2,3,4,5,6", "6"})
        CHECK(format_status_filter(parse_status_filter(text).value()) == text);
    for (const char* wrong : {"", "1", "7", "2,", "finished", "2;3", "Done"}) {
        INFO(wrong);
        const auto statuses = parse_status_filter(wrong);
        REQUIRE_FALSE(statuses.ok());
        CHECK(statuses.error().code == Code::Usage);
        CHECK(statuses.error().message == "\"" + std::string(wrong) + "\" is not a status");
    }
}

TEST_CASE("a test of percent paid is a sign and whole percents (G14)") {
    for (const char* text : {"<100", "<=50", "=0", ">=100", ">0"})
        CHECK(to_string(parse_percent_test(text).value()) == text);
    CHECK(to_string(parse_percent_test(" < 100 ").value()) == "<100");
    for (const char* wrong : {"", "100", "<", "<101", "<-1", "<1.5", "==5", "<50%", "!=3"}) {
        INFO(wrong);
        CHECK(parse_percent_test(wrong).error().code == Code::Usage);
    }
}

TEST_CASE("a range of task dates is KEY:FROM..TO (G14)") {
    for (const char* text : {"created:2026-03-01..2026-03-31", "closed:2026-03-05..2026-03-05",
                             "deadline:2025-12-31..2026-01-01"})
        CHECK(to_string(parse_task_dates(text).value()) == text);
    const auto told = [](const char* text) { return parse_task_dates(text).error().message; };
    CHECK(told("closed").find("it needs a colon and two dots") != std::string::npos);
    CHECK(told("closed:2026-03-01").find("it needs a colon") != std::string::npos);
    CHECK(told("a..b:c").find("it needs a colon") != std::string::npos);
    CHECK(told("begun:2026-03-01..2026-03-31").find("this key is unknown") != std::string::npos);
    CHECK(told("closed:2026-03-31..2026-03-01").find("ends before") != std::string::npos);
    CHECK_FALSE(parse_task_dates("closed:2026-02-30..2026-03-01").ok());
    CHECK_FALSE(parse_task_dates("closed:2026-02-01..").ok());
}

TEST_CASE("the period holds both its ends, and may lack a beginning (G14)") {
    Filter f = in_march();
    CHECK(took(f, task(1), "", "2026-03-01"));
    CHECK(took(f, task(1), "", "2026-03-31"));
    CHECK_FALSE(took(f, task(1), "", "2026-02-28"));
    CHECK_FALSE(took(f, task(1), "", "2026-04-01"));
    f.from.reset();
    CHECK(took(f, task(1), "", "1970-01-01"));
    CHECK_FALSE(took(f, task(1), "", "2026-04-01"));
}

TEST_CASE("each filter alone takes what it names") {
    Filter f = in_march();
    f.projects = {ref("bitrix24:group:8"), ref("bitrix24:group:7")};
    CHECK(took(f, task(1)));
    f.projects = {ref("bitrix24:group:8")};
    CHECK_FALSE(took(f, task(1)));

    f = in_march();
    f.work_type = "design";
    CHECK(took(f, task(1), "design"));
    CHECK(took(f, task(1), "Design"));
    CHECK_FALSE(took(f, task(1), "bug"));
    CHECK_FALSE(took(f, task(1), ""));

    f = in_march();
    f.statuses = parse_status_filter("done").value();
    TaskFacts done = task(1);
    done.status = TaskStatus::Completed;
    CHECK(took(f, done));
    CHECK_FALSE(took(f, task(1)));
    f.statuses = parse_status_filter("open").value();
    CHECK_FALSE(took(f, done));
    CHECK(took(f, task(1)));
    TaskFacts untold = task(1);
    untold.status = TaskStatus::Unknown;
    CHECK(took(f, untold));
}

TEST_CASE("a task without percent passes every test, the others compare (G1)") {
    struct Row {
        const char* test;
        bool at_49, at_50, at_51;
    };
    const Row rows[] = {{"<50", true, false, false},
                        {"<=50", true, true, false},
                        {"=50", false, true, false},
                        {">=50", false, true, true},
                        {">50", false, false, true}};
    for (const Row& row : rows) {
        INFO(row.test);
        Filter f = in_march();
        f.percent_paid = parse_percent_test(row.test).value();
        TaskFacts t = task(1);
        CHECK(took(f, t));
        t.percent_paid = 49;
        CHECK(took(f, t) == row.at_49);
        t.percent_paid = 50;
        CHECK(took(f, t) == row.at_50);
        t.percent_paid = 51;
        CHECK(took(f, t) == row.at_51);
    }
}

TEST_CASE("task dates are days in the contract's zone, both included, all of them (G14)") {
    Filter f = in_march();
    f.task_dates = {parse_task_dates("closed:2026-03-01..2026-03-31").value()};
    TaskFacts t = task(1);
    CHECK_FALSE(took(f, t));                    // no such date: not taken
    t.closed = instant("2026-02-28T20:59:59Z"); // 23:59:59 on the 28th in Minsk
    CHECK_FALSE(took(f, t));
    t.closed = instant("2026-02-28T21:00:00Z"); // midnight in Minsk: 1 March
    CHECK(took(f, t));
    t.closed = instant("2026-03-31T20:59:59Z");
    CHECK(took(f, t));
    t.closed = instant("2026-03-31T21:00:00Z");
    CHECK_FALSE(took(f, t));
    // ANDed with each other
    t.closed = instant("2026-03-10T12:00:00Z");
    f.task_dates.push_back(parse_task_dates("created:2026-01-01..2026-01-31").value());
    CHECK_FALSE(took(f, t));
    t.created = instant("2026-01-15T12:00:00Z");
    CHECK(took(f, t));
    f.task_dates.push_back(parse_task_dates("deadline:2026-04-01..2026-04-30").value());
    t.deadline = instant("2026-04-30T12:00:00Z");
    CHECK(took(f, t));
    // ANDed with the period
    CHECK_FALSE(took(f, t, "", "2026-04-01"));
}

TEST_CASE("all six filters together take only what passes each (M-S3)") {
    Filter f = in_march();
    f.projects = {ref("bitrix24:group:7")};
    f.work_type = "design";
    f.statuses = parse_status_filter("done").value();
    f.percent_paid = parse_percent_test("<100").value();
    f.task_dates = {parse_task_dates("closed:2026-03-01..2026-03-31").value()};
    TaskFacts good = task(1);
    good.status = TaskStatus::Completed;
    good.percent_paid = 40;
    good.closed = instant("2026-03-20T10:00:00Z");
    REQUIRE(took(f, good, "design"));
    CHECK_FALSE(took(f, good, "design", "2026-04-05"));
    CHECK_FALSE(took(f, good, "bug"));
    TaskFacts bad = good;
    bad.group = ref("bitrix24:group:8");
    CHECK_FALSE(took(f, bad, "design"));
    bad = good;
    bad.status = TaskStatus::Deferred;
    CHECK_FALSE(took(f, bad, "design"));
    bad = good;
    bad.percent_paid = 100;
    CHECK_FALSE(took(f, bad, "design"));
    bad = good;
    bad.closed = instant("2026-04-20T10:00:00Z");
    CHECK_FALSE(took(f, bad, "design"));
}
