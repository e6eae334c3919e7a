// Records of more than a day, and what is not shown beside them: sentence by sentence (G54, G48).
#include <catch2/catch.hpp>

#include "books/unbilled.h"
#include "desk/decisions.h"
#include "engine/pulls.h"
#include "engine/world.h"

using namespace hb;
using test::World;

namespace {

constexpr std::int64_t kLong = 40 * 3600;

struct Month : World {
    std::int64_t client = 0, worker = 0, task_id = 0;

    explicit Month(const std::string& terms = "") {
        client = company("Blue Harbor");
        worker = user("Worker");
        task_id = a_task();
        look();
        contract(client, "60.00", terms);
    }
    std::int64_t a_task(std::int64_t group = 0) {
        return task({"Task", {"CO_" + std::to_string(client)}, {}, group, 0, 3});
    }
    void look() {
        advance(std::chrono::hours{24});
        REQUIRE_FALSE(pull(test::whole_nightly_pull()).error);
        CHECK(verify() == "");
    }
    std::int64_t add(std::int64_t seconds, const std::string& day) {
        const auto id = entry(task_id, worker, seconds, day + "T10:00:00+03:00");
        look();
        return id;
    }
    void accept(std::int64_t entry) {
        REQUIRE(desk::accept_long(*books, "bitrix24:entry:" + std::to_string(entry),
                                  "a week on site", actor)
                    .ok());
        CHECK(verify() == "");
    }
    std::int64_t june() { return draft(client, "2026-06-01", "2026-06-30"); }
    bool warns(std::int64_t report, std::string_view code) {
        const auto view = books->show(report).value();
        return std::any_of(view.warnings.begin(), view.warnings.end(),
                           [&](const auto& warning) { return warning.code == code; });
    }
    std::int64_t billed(std::int64_t report) { return books->show(report).value().billed_seconds; }
};

} // namespace

TEST_CASE(
    "a record of more than a day that waits is in no rounding group, and named with its hours "
    "in the statement (G54)") {
    Month month(R"("rounding":{"level":"task","step_minutes":60,"mode":"up"},)");
    month.add(1800, "2026-06-10");
    const auto big = month.add(kLong + 1200, "2026-06-11");
    const auto report = month.june();
    CHECK(month.billed(report) == 3600);
    const auto view = month.books->show(report).value();
    CHECK(view.completeness->long_seconds == kLong + 1200);
    CHECK(view.completeness->source_seconds == 1800 + kLong + 1200);
    month.accept(big);
    CHECK(month.billed(report) == 41 * 3600); // 40:50, rounded once
}

TEST_CASE("whether a long record is late is judged by when it was first seen, not by when it was "
          "accepted (G54, G2)") {
    Month month;
    month.add(3600, "2026-06-10");
    const auto before = month.add(kLong, "2026-06-11");
    const auto report = month.june();
    month.send(report);
    month.agree(report);
    const auto after = month.add(kLong, "2026-06-12");
    month.accept(before);
    for (const auto& row : month.books->late({}, true))
        UNSCOPED_INFO(row.kind << " " << row.ref << " " << row.why);
    CHECK(month.books->late({}, true).empty());
    month.accept(after);
    const auto late = month.books->late({}, true);
    REQUIRE(late.size() == 1);
    CHECK(late.front().ref == "bitrix24:entry:" + std::to_string(after));
    CHECK(month.total(report) == "60.00");
    // What was known in time goes to the next report as time from before its period.
    const auto rows = books::unbilled(month.books->view());
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().seconds == kLong);
    CHECK(rows.front().late_seconds == kLong);
}

TEST_CASE("no late policy writes off a long record before somebody has said that it is true (G54, "
          "G2)") {
    Month month(R"("late_policy":"write_off",)");
    month.add(3600, "2026-06-10");
    const auto report = month.june();
    month.send(report);
    month.agree(report);
    const auto late = month.add(kLong, "2026-06-12");
    CHECK(month.books->late({}, true).empty());
    auto rows = books::unbilled(month.books->view());
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().long_seconds == kLong);
    CHECK(rows.front().written_off_seconds == 0);
    month.accept(late);
    rows = books::unbilled(month.books->view());
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().long_seconds == 0);
    CHECK(rows.front().written_off_seconds == kLong); // late, and the terms say what becomes of it
}

TEST_CASE("terms that take long records hold for the days on which they are in force (G54, G52)") {
    Month month(R"("long_records":"accept",)");
    month.contract(month.client, "60.00", "", "BYN", "2026-06-15");
    month.add(kLong, "2026-06-10");
    month.add(kLong, "2026-06-20");
    const auto rows = books::unbilled(month.books->view());
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().seconds == kLong);
    CHECK(rows.front().long_seconds == kLong);
}

TEST_CASE("more than a day on one date warns, a record that was accepted does not (G54)") {
    Month month;
    month.add(3600, "2026-06-10");
    const auto big = month.add(kLong, "2026-06-11");
    const auto report = month.june();
    CHECK(month.warns(report, "long_waits"));
    month.accept(big);
    CHECK_FALSE(month.warns(report, "long_waits"));
    CHECK_FALSE(month.warns(report, "long_day"));
    month.add(13 * 3600, "2026-06-12");
    CHECK_FALSE(month.warns(report, "long_day"));
    month.add(13 * 3600, "2026-06-12");
    CHECK(month.warns(report, "long_day"));
}

TEST_CASE(
    "negative records and those of more than 31 days can't be read, and are named where their "
    "hours can (G54)") {
    Month month;
    month.add(3600, "2026-06-10");
    const auto report = month.june();
    month.add(32 * 86400, "2026-06-12");
    month.add(-3600, "2026-06-13");
    const auto view = month.books->show(report).value();
    CHECK(view.completeness->unread_records == 2);
    CHECK(view.completeness->unread_seconds == 0); // no length that can be believed
    CHECK(month.total(report) == "60.00");
    // And in the text that is frozen.
    month.send(report);
    const auto sent = month.books->show(report).value();
    CHECK(sent.canonical.find(R"("unread_records":2)") != std::string::npos);
}

TEST_CASE("a project, a company and a person that are not shown still exist for rules, owners and "
          "rates (G48)") {
    World world;
    const auto client = world.company("Blue Harbor");
    const auto worker = world.user("Worker"), expert = world.user("Expert");
    const auto internal = world.group("Internal");
    const std::string link = "CO_" + std::to_string(client);
    const auto inside = world.task({"Inside", {link}, {}, internal, 0, 5});
    const auto outside = world.task({"Outside", {link}, {}, 0, 0, 5});
    world.entry(inside, worker, 7200, "2026-06-10T10:00:00+03:00");
    world.entry(outside, worker, 3600, "2026-06-10T13:00:00+03:00");
    world.entry(outside, expert, 3600, "2026-06-10T15:00:00+03:00");
    REQUIRE_FALSE(world.pull(test::whole_pull()).error);
    world.contract(client, "60.00", R"("nonbillable":[{"group":"Internal","reason":"internal"}],)");
    const auto report = world.draft(client, "2026-06-01", "2026-06-30");
    REQUIRE(world.total(report) == "120.00");
    for (const char* what : {"groups", "companies", "users"}) {
        INFO(what);
        sandbox::Fault hide;
        hide.kind = sandbox::Fault::Kind::Hide;
        hide.pick.what = what;
        world.portal->add_fault(hide);
        for (int night = 0; night < 2; ++night) {
            world.advance(std::chrono::hours{24});
            const auto told = world.pull(test::whole_nightly_pull());
            REQUIRE_FALSE(told.error);
            CHECK(world.total(report) == "120.00");
            CHECK(world.verify() == "");
        }
        world.portal->clear_faults();
    }
    world.advance(std::chrono::hours{24});
    REQUIRE_FALSE(world.pull(test::whole_nightly_pull()).error);
    world.send(report);
    CHECK(world.total(report) == "120.00");
}
