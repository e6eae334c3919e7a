#include <catch2/catch.hpp>

#include "../audit/reader.h"
#include "base/text.h"
#include "desk/decisions.h"
#include "desk/overhead.h"
#include "desk/reports.h"
#include "desk/terms.h"
#include "engine/books_world.h"

// A client with more than one version of its terms (G52).

using namespace hb;
using domain::State;
using domain::TaskStatus;

namespace {

std::string terms(const std::string& from, const std::string& zone, const std::string& rate,
                  const std::string& more = "") {
    return R"("valid_from":")" + from + R"(","currency":"BYN","time_zone":")" + zone + R"(",)" +
           more + R"("rates":[{"amount":")" + rate + "\"}]";
}

// One client, one person; task 1 is plain, task 2 a bug, task 3 account management.
struct Agency : test::BooksWorld {
    Agency() {
        clock.advance(std::chrono::seconds{1});
        client = company("1", "Client");
        person("1");
        task("1", "1", TaskStatus::InProgress);
        task("2", "1", TaskStatus::InProgress, {"bug"});
        task("3", "1", TaskStatus::InProgress, {"account"});
    }
    desk::Applied apply(const std::string& text) {
        clock.advance(std::chrono::seconds{1});
        auto applied = contract("1", text);
        REQUIRE(applied.ok());
        clock.advance(std::chrono::seconds{1});
        return *applied;
    }
    std::string day(const std::string& entry) {
        return format_day(
            tables->sources.find_entry(domain::Ref{"bitrix24", "entry", entry})->work_date);
    }
    std::int64_t draft(const char* from, const char* to) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", "1"};
        filter.from = *parse_day(from);
        filter.to = *parse_day(to);
        const auto created = desk::create(*books, filter, actor);
        REQUIRE(created.ok());
        return *created->view.id;
    }
    std::int64_t sent(const char* from, const char* to) {
        const auto id = draft(from, to);
        REQUIRE(desk::send(*books, id, "", false, false, actor).ok());
        clock.advance(std::chrono::seconds{1});
        return id;
    }
    // The books' own checks, and the reader that recomputes days and bills by itself.
    void verify() {
        for (const auto& check : store::verify_books(*db)) {
            INFO(check.name << ": " << check.detail);
            CHECK(check.ok);
        }
        const auto dump = test::dump_of(*db);
        CHECK(join(test::AuditReader(dump).problems(), "\n") == "");
    }
    std::int64_t client = 0;
};

} // namespace

TEST_CASE("a later version never moves a day of an earlier one, in drafts either (G52)") {
    Agency world;
    world.apply(terms("2026-01-01", "Europe/Minsk", "90"));
    world.entry_at("1", "1", "1", 3600, "2026-01-20T22:00:00Z"); // January 21 in Minsk
    world.entry_at("2", "1", "1", 3600, "2026-01-31T22:00:00Z"); // February 1 in Minsk
    world.settle();
    const auto january = world.draft("2026-01-01", "2026-01-31");

    const auto applied = world.apply(terms("2026-02-01", "America/New_York", "120"));
    CHECK(applied.changes.empty());
    CHECK(world.day("1") == "2026-01-21");
    CHECK(world.day("2") == "2026-02-01"); // neither claims it, so the earlier one says the day
    CHECK(world.tables->reports.find(january)->total == 9000);

    world.entry_at("3", "1", "1", 3600, "2026-02-10T03:00:00Z"); // February 9 in New York
    world.settle();
    CHECK(world.day("3") == "2026-02-09");
    const auto february = world.draft("2026-02-01", "2026-02-28");
    CHECK(world.tables->reports.find(february)->total == 2 * 12000);
    world.verify();
}

TEST_CASE("a version that begins earlier moves unbilled days only, and says how many (G52)") {
    Agency world;
    world.apply(terms("2026-02-01", "Europe/Minsk", "90"));
    world.entry_at("1", "1", "1", 3600, "2026-01-20T22:00:00Z");
    world.entry_at("2", "1", "1", 3600, "2026-02-10T22:00:00Z");
    world.settle();
    const auto february = world.sent("2026-02-01", "2026-02-28");
    CHECK(world.day("1") == "2026-01-21"); // before the first version, by the first one's zone

    const auto applied = world.apply(terms("2026-01-01", "America/New_York", "50"));
    REQUIRE(applied.changes.size() == 2);
    CHECK(applied.changes[0] == "1 time entry changes its day: 1:00");
    CHECK(applied.changes[1] == "time on no report: 0:00 h, 0.00 BYN -> 1:00 h, 50.00 BYN");
    CHECK(world.day("1") == "2026-01-20");
    CHECK(world.day("2") == "2026-02-11");
    world.settle();
    CHECK_FALSE(world.tables->reports.find(february)->drifted);
    CHECK(world.tables->reports.find(world.draft("2026-01-01", "2026-01-31"))->total == 5000);
    world.verify();
}

TEST_CASE("late time waits, is shown and is priced by the terms of its own day (G52)") {
    Agency world;
    world.apply(terms("2026-01-01", "UTC", "90", R"("late_policy":"ask",)"));
    world.entry_at("1", "1", "1", 3600, "2026-01-10T10:00:00Z");
    world.entry_at("2", "1", "1", 3600, "2026-02-10T10:00:00Z");
    world.settle();
    world.sent("2026-01-01", "2026-01-31");
    world.apply(terms("2026-02-01", "UTC", "120", R"("late_policy":"write_off",)"));
    world.sent("2026-02-01", "2026-02-28");

    world.entry_at("3", "1", "1", 3600, "2026-01-15T10:00:00Z");
    world.entry_at("4", "1", "1", 3600, "2026-02-15T10:00:00Z");
    world.settle();
    const auto open = world.books->late(world.client, false);
    REQUIRE(open.size() == 1); // January's terms ask, February's write off
    CHECK(open.front().entry == "bitrix24:entry:3");
    CHECK(open.front().amount == "90.00");
    const auto all = world.books->late(world.client, true);
    REQUIRE(all.size() == 2);
    CHECK(all.back().decision == "write_off");
    CHECK(all.back().amount == "120.00");
    world.verify();
}

TEST_CASE("time that went late to the next report is no correction of it (G52, G10)") {
    Agency world;
    world.apply(terms("2026-01-01", "UTC", "90"));
    world.entry_at("1", "1", "1", 3600, "2026-01-10T10:00:00Z");
    world.settle();
    world.sent("2026-01-01", "2026-01-31");
    world.apply(
        terms("2026-02-01", "UTC", "120", R"("nonbillable":[{"tag":"account","reason":"ours"}],)"));
    world.entry_at("2", "3", "1", 3600, "2026-01-15T10:00:00Z"); // billable in January
    world.entry_at("3", "1", "1", 3600, "2026-02-15T10:00:00Z");
    world.entry_at("4", "3", "1", 3600, "2026-02-16T10:00:00Z"); // free in February
    world.settle();
    REQUIRE(
        desk::decide_late(*world.books, "bitrix24:entry:2", "next_report", "forgotten", world.actor)
            .ok());
    const auto february = world.sent("2026-02-01", "2026-02-28");
    CHECK(world.tables->reports.find(february)->total == 9000 + 12000);
    REQUIRE(desk::agree(*world.books, february, "", world.actor).ok());

    world.task("3", "1", TaskStatus::Completed, {"account"}); // read anew
    world.settle();
    CHECK(world.tables->reports.adjustments(std::nullopt, false).empty());
    // A real change is priced by the terms that billed it.
    world.entry_at("2", "3", "1", 5400, "2026-01-15T10:00:00Z");
    world.settle();
    const auto open = world.tables->reports.adjustments(std::nullopt, false);
    REQUIRE(open.size() == 1);
    CHECK(open.front().delta_amount == 4500);
    world.verify();
}

TEST_CASE("a version that replaces a report's own corrects nothing on it, whenever it came (G52)") {
    for (const bool before_sending : {true, false}) {
        INFO(before_sending);
        Agency world;
        const std::string ours = R"("nonbillable":[{"tag":"account","reason":"ours"}],)";
        world.apply(terms("2026-01-01", "UTC", "90"));
        world.entry_at("1", "3", "1", 3600, "2026-01-10T10:00:00Z");
        world.settle();
        const auto january = world.draft("2026-01-01", "2026-01-31");
        if (before_sending) world.apply(terms("2026-01-01", "America/New_York", "90", ours));
        REQUIRE(desk::send(*world.books, january, "", false, false, world.actor).ok());
        world.clock.advance(std::chrono::seconds{1});
        REQUIRE(desk::agree(*world.books, january, "", world.actor).ok());
        const auto total = world.tables->reports.find(january)->total;
        if (!before_sending) world.apply(terms("2026-01-01", "America/New_York", "90", ours));
        world.task("3", "1", TaskStatus::Completed, {"account"}); // read anew
        world.settle();
        CHECK(world.tables->reports.adjustments(std::nullopt, false).empty());
        CHECK(world.tables->reports.find(january)->total == total);
        CHECK(total == (before_sending ? 0 : 9000)); // a draft takes them, a bill does not
        world.verify();
    }
}

TEST_CASE("overhead is judged by the terms of each day (G52)") {
    Agency world;
    world.apply(terms("2026-01-01", "UTC", "90",
                      R"("work_types":[{"tag":"account","type":"Account","overhead":true}],)"));
    world.apply(terms("2026-02-01", "UTC", "90"));
    world.entry_at("1", "3", "1", 3600, "2026-01-10T10:00:00Z");
    world.entry_at("2", "3", "1", 3600, "2026-02-10T10:00:00Z");
    world.settle();
    std::map<std::string, std::int64_t> seconds;
    for (const auto& row :
         desk::overhead(world.books->read(), {*parse_day("2026-01-01"), *parse_day("2026-02-28")}))
        if (row.project == "*") seconds[row.month] = row.overhead_seconds;
    CHECK(seconds == std::map<std::string, std::int64_t>{{"2026-01", 3600}, {"2026-02", 0}});
}

TEST_CASE("a number's year is that of the report's own zone (G52)") {
    Agency world;
    world.clock.set(*parse_instant("2026-12-31T22:30:00Z"));
    world.apply(terms("2026-01-01", "Europe/Minsk", "90"));
    world.apply(terms("2027-06-01", "America/New_York", "90"));
    world.entry_at("1", "1", "1", 3600, "2026-12-10T10:00:00Z");
    world.settle();
    const auto id = world.sent("2026-12-01", "2026-12-31");
    CHECK(world.tables->reports.find(id)->number->substr(0, 5) == "2027-");
}

TEST_CASE("books of before G52 take the right days once, and bills keep theirs (G52, G65)") {
    Agency world;
    world.apply(terms("2026-01-01", "Europe/Minsk", "90"));
    world.apply(terms("2026-02-01", "America/New_York", "120"));
    world.entry_at("1", "1", "1", 3600, "2026-01-20T22:00:00Z");
    world.entry_at("2", "1", "1", 3600, "2026-01-22T22:00:00Z");
    world.settle();
    { // as 0.1.0 left them: by the newest version's zone
        store::Tx tx(*world.db);
        world.tables->sources.recompute_work_dates(world.client, *Zone::find("America/New_York"));
        world.tables->kept.erase(0, "work_dates.by");
        tx.commit();
    }
    REQUIRE(world.day("2") == "2026-01-22");
    const auto sent = world.sent("2026-01-20", "2026-01-20"); // by its wrong day
    world.settle();
    CHECK(world.day("1") == "2026-01-20");
    CHECK(world.day("2") == "2026-01-23");
    CHECK_FALSE(world.tables->reports.find(sent)->drifted);
    CHECK(world.books->late(world.client, false).empty());
}
