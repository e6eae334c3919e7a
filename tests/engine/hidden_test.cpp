// What is not shown any longer is not deleted for that (G48), names that rules depend on are
// confirmed by a person (G46), and records of more than a day wait (G54).
#include <catch2/catch.hpp>

#include "books/hidden.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/world.h"
#include "lanes/renames.h"
#include "store/hidden.h"

using namespace hb;
using test::World;

namespace {

bool says(const domain::ReportView& view, std::string_view code, bool blocking) {
    for (const auto& warning : view.warnings)
        if (warning.code == code) return warning.blocking == blocking;
    return false;
}

// A client with ten tasks of two hours each, half of them by somebody who may leave.
struct Month : World {
    std::int64_t client = 0, employee = 0, leaver = 0;
    std::vector<std::int64_t> tasks, entries;

    Month() {
        client = company("Blue Harbor");
        employee = user("Employee");
        leaver = user("Leaver");
        for (int i = 0; i < 10; ++i) {
            tasks.push_back(task({"Task", {"CO_" + std::to_string(client)}, {}, 0, 0, 5}));
            entries.push_back(entry(tasks.back(), i % 2 == 0 ? employee : leaver, 7200,
                                    "2026-06-10T10:00:00+03:00"));
        }
        full();
        contract(client, "60.00");
    }
    lanes::PullReport full() {
        lanes::PullOptions options;
        options.full = true;
        auto told = pull(options);
        REQUIRE_FALSE(told.error);
        for (const auto& each : told.streams)
            UNSCOPED_INFO(each.stream << " read " << each.read << " gone " << each.tombstoned
                                      << " revised " << each.revised);
        if (told.stopped) UNSCOPED_INFO(told.stopped->reason);
        return told;
    }
    void narrow() {
        sandbox::Fault fault;
        fault.kind = sandbox::Fault::Kind::Narrow;
        fault.token = "sandbox";
        fault.pick.person = std::to_string(employee);
        portal->add_fault(fault);
        sandbox::Fault hide;
        hide.kind = sandbox::Fault::Kind::Hide;
        hide.pick.what = "entries";
        hide.pick.person = std::to_string(leaver);
        portal->add_fault(hide);
    }
    std::int64_t hidden(const char* stream) {
        return static_cast<std::int64_t>(store::Hidden(*db).of_stream(1, stream).size());
    }
    domain::Ref entry_ref(std::size_t i) const {
        return {"bitrix24", "entry", std::to_string(entries[i])};
    }
};

} // namespace

TEST_CASE("a webhook that an employee made again deletes nothing and corrects nothing (G48)") {
    Month month;
    const auto sent = month.draft(month.client, "2026-06-01", "2026-06-30");
    month.send(sent);
    month.agree(sent);
    const auto extra = month.entry(month.tasks[1], month.leaver, 3600, "2026-07-02T10:00:00+03:00");
    month.full();
    const auto open = month.draft(month.client, "2026-07-01", "2026-07-31");
    CHECK(month.total(open) == "60.00");

    month.narrow();
    for (int night = 0; night < 3; ++night) {
        month.advance(std::chrono::hours{24});
        month.full();
        CHECK(month.books->late({}, true).empty());
        CHECK(month.tables->reports.adjustments({}, true).empty());
        CHECK(month.total(open) == "60.00");
        CHECK(month.verify() == "");
    }
    CHECK(month.hidden("entries") > 0);
    const auto view = month.books->show(open);
    REQUIRE(view.ok());
    CHECK(says(*view, "not_shown", true)); // the whole report is of time that is not shown
    CHECK_FALSE(desk::send(*month.books, open, "", false, false, month.actor).ok());
    REQUIRE(desk::accept(*month.books, open, "not_shown", "", month.actor).ok());
    CHECK(desk::send(*month.books, open, "", false, false, month.actor).ok());

    // The portal shows everything again: no trace is left.
    month.portal->clear_faults();
    month.advance(std::chrono::hours{24});
    month.full();
    CHECK(month.hidden("entries") == 0);
    CHECK(month.hidden("tasks") == 0);
    CHECK(month.tables->reports.adjustments({}, true).empty());
    CHECK(extra > 0);
}

TEST_CASE("a person says about what is not shown that it is gone, or that it stays (G48)") {
    Month month;
    const auto report = month.draft(month.client, "2026-06-01", "2026-06-30");
    month.narrow();
    month.advance(std::chrono::hours{24});
    month.full();
    REQUIRE(month.hidden("entries") > 0);
    const auto gone = month.entry_ref(1), kept = month.entry_ref(3);

    CHECK_FALSE(
        books::accept_deleted(*month.books, {{"bitrix24", "entry", "999"}}, month.actor).ok());
    CHECK_FALSE(books::keep_hidden(*month.books, {kept}, " ", month.actor).ok());
    REQUIRE(books::keep_hidden(*month.books, {kept}, "seen in the portal", month.actor).ok());
    const auto before = month.total(report);
    REQUIRE(books::accept_deleted(*month.books, {gone}, month.actor).ok());
    CHECK(before == "1200.00");
    CHECK(month.total(report) == "1080.00");
    CHECK_FALSE(books::accept_deleted(*month.books, {gone}, month.actor).ok());
    CHECK(month.verify() == "");
}

// By whichever way of reading it is found gone later, and however much a person accepts at once.
TEST_CASE("what a person said stays is not taken by any later reading, until a person says that it "
          "is gone (G48)") {
    Month month;
    const auto report = month.draft(month.client, "2026-06-01", "2026-06-30");
    month.narrow();
    month.advance(std::chrono::hours{24});
    month.full();
    const auto kept = month.entry_ref(3);
    REQUIRE(books::keep_hidden(*month.books, {kept}, "seen in the portal", month.actor).ok());
    month.portal->clear_faults();
    month.delete_entry(month.entries[3]);
    month.advance(std::chrono::hours{24});
    month.full(); // the administrator's again
    CHECK(month.total(report) == "1200.00");
    month.delete_entry(month.entries[5]);
    const auto read = [&](lanes::PullOptions options) {
        month.advance(std::chrono::hours{24});
        const auto told = month.pull(options);
        REQUIRE_FALSE(told.error);
        CHECK_FALSE(told.stopped);
        CHECK(month.verify() == "");
        return month.total(report);
    };
    lanes::PullOptions whole, nightly, accepting;
    whole.full = nightly.reconcile = accepting.full = accepting.accept_deletions = true;
    for (const auto& options : {whole, nightly, lanes::PullOptions{}, whole, accepting})
        CHECK(read(options) == "1080.00"); // the other one is gone
    CHECK(month.hidden("entries") == 1);
    REQUIRE(books::accept_deleted(*month.books, {kept}, month.actor).ok());
    CHECK(month.total(report) == "960.00");
    CHECK(read(whole) == "960.00");
}

TEST_CASE("one record that its planner calls gone is a deletion, without a question (G48)") {
    Month month;
    const auto report = month.draft(month.client, "2026-06-01", "2026-06-30");
    month.delete_entry(month.entries[0]);
    month.advance(std::chrono::hours{24});
    CHECK_FALSE(month.full().stopped);
    CHECK(month.hidden("entries") == 0);
    CHECK(month.total(report) == "1080.00");
}

TEST_CASE("a group that a rule names keeps its meaning until its new name is confirmed (G46)") {
    World world;
    const auto client = world.company("Blue Harbor");
    const auto worker = world.user("Worker");
    const auto group = world.group("Internal");
    const std::string link = "CO_" + std::to_string(client);
    const auto inside = world.task({"Inside", {link}, {}, group, 0, 5});
    const auto outside = world.task({"Outside", {link}, {}, 0, 0, 5});
    world.entry(inside, worker, 7200, "2026-06-10T10:00:00+03:00");
    world.entry(outside, worker, 3600, "2026-06-10T14:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client, "60.00", R"("nonbillable":[{"group":"Internal","reason":"internal"}],)");
    const auto report = world.draft(client, "2026-06-01", "2026-06-30");
    CHECK(world.total(report) == "60.00");

    const auto rename = [&](const std::string& name) {
        world.portal->edit([&](sandbox::State& state) { state.groups.find(group)->name = name; });
        world.advance(std::chrono::hours{24});
        lanes::PullOptions options;
        options.full = true;
        REQUIRE_FALSE(world.pull(options).error);
        CHECK(world.verify() == "");
    };
    rename("Our own work");
    CHECK(world.total(report) == "60.00");
    const auto waiting = lanes::renames_to_confirm(*world.tables);
    REQUIRE(waiting.size() == 1);
    CHECK(waiting.front().used == "Internal");
    CHECK(waiting.front().name == "Our own work");
    rename("Internal"); // called as before: nothing is asked
    CHECK(lanes::renames_to_confirm(*world.tables).empty());

    rename("Our own work");
    CHECK_FALSE(
        lanes::confirm_renames(*world.books, {{"bitrix24", "group", "1"}}, world.actor).ok());
    const auto done = lanes::confirm_renames(*world.books, {}, world.actor);
    REQUIRE(done.ok());
    CHECK(done->size() == 1);
    CHECK(world.total(report) == "180.00");
    CHECK(lanes::renames_to_confirm(*world.tables).empty());
}

TEST_CASE("a name that no rule depends on changes without a question (G46)") {
    World world;
    const auto client = world.company("Blue Harbor");
    const auto group = world.group("Site");
    const auto worker = world.user("Worker");
    const auto task = world.task({"Task", {"CO_" + std::to_string(client)}, {}, group, 0, 5});
    world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client, "60.00", R"("nonbillable":[{"group":"Internal","reason":"internal"}],)");
    world.portal->edit([&](sandbox::State& state) { state.groups.find(group)->name = "New site"; });
    world.advance(std::chrono::hours{24});
    lanes::PullOptions options;
    options.full = true;
    REQUIRE_FALSE(world.pull(options).error);
    CHECK(lanes::renames_to_confirm(*world.tables).empty());
}

TEST_CASE("a record of more than a day waits until somebody accepts it, and asks again when it is "
          "edited (G54)") {
    World world;
    const auto client = world.company("Blue Harbor");
    const auto worker = world.user("Worker");
    const auto task = world.task({"Task", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
    const auto big = world.entry(task, worker, 40 * 3600, "2026-06-11T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client, "60.00");
    const auto report = world.draft(client, "2026-06-01", "2026-06-30");
    CHECK(world.total(report) == "60.00");
    auto view = world.books->show(report);
    REQUIRE(view.ok());
    CHECK(view->completeness->long_seconds == 40 * 3600);
    CHECK(view->completeness->source_seconds == 41 * 3600);
    CHECK(says(*view, "long_waits", false));

    const std::string ref = "bitrix24:entry:" + std::to_string(big);
    CHECK_FALSE(desk::accept_long(*world.books, ref, "", world.actor).ok());
    CHECK_FALSE(desk::accept_long(*world.books, "bitrix24:entry:999", "a week", world.actor).ok());
    REQUIRE(desk::accept_long(*world.books, ref, "a week on site", world.actor).ok());
    CHECK_FALSE(desk::accept_long(*world.books, ref, "again", world.actor).ok());
    CHECK(world.total(report) == "2460.00");
    CHECK(world.verify() == "");

    world.edit_entry(big, 41 * 3600);
    world.advance(std::chrono::hours{24});
    lanes::PullOptions options;
    options.full = true;
    REQUIRE_FALSE(world.pull(options).error);
    CHECK(world.total(report) == "60.00");
    REQUIRE(desk::accept_long(*world.books, ref, "a longer week", world.actor).ok());
    CHECK(world.total(report) == "2520.00");
    CHECK(world.verify() == "");
}

TEST_CASE("a contract may take records of more than a day as they come (G54)") {
    World world;
    const auto client = world.company("Blue Harbor");
    const auto worker = world.user("Worker");
    const auto task = world.task({"Task", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    world.entry(task, worker, 40 * 3600, "2026-06-11T10:00:00+03:00");
    world.entry(task, worker, 32 * 86400, "2026-06-12T10:00:00+03:00"); // no month is one record
    REQUIRE_FALSE(world.pull().error);
    world.contract(client, "60.00", R"("long_records":"accept",)");
    const auto report = world.draft(client, "2026-06-01", "2026-06-30");
    CHECK(world.total(report) == "2400.00");
    const auto view = world.books->show(report);
    REQUIRE(view.ok());
    CHECK(view->completeness->unread_records == 1);
}
