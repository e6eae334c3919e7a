// What decides money is never moved in silence: a planner that changes its answers for many records
// moves no bill until a person has looked (G46).
#include <catch2/catch.hpp>

#include "books/unbilled.h"
#include "desk/reports.h"
#include "engine/fact_writes.h"
#include "engine/pulls.h"
#include "engine/world.h"
#include "store/waiting.h"

using namespace hb;
using test::World;

namespace {

// A client with 24 tasks of an hour each: twelve are bugs, which are free.
struct Month : World {
    std::int64_t client = 0;
    std::int64_t report = 0;
    std::vector<std::int64_t> tasks, entries;

    Month() {
        client = company("Blue Harbor");
        const auto worker = user("Worker");
        const std::string link = "CO_" + std::to_string(client);
        for (int i = 0; i < 24; ++i) {
            std::vector<std::string> tags{i % 2 == 0 ? "bug" : "design"};
            tasks.push_back(task({"Task", {link}, tags, 0, 0, 5}));
            entries.push_back(
                entry(tasks.back(), worker, 3600 + 60 * i,
                      i < 12 ? "2026-06-10T10:00:00+03:00" : "2026-06-11T10:00:00+03:00"));
        }
        REQUIRE_FALSE(pull().error);
        contract(client, "60.00", R"("work_types":[{"tag":"bug","type":"bug","billable":false}],)");
        report = draft(client, "2026-06-01", "2026-06-30");
    }

    void empty_tags(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) tag_task(tasks[i], {});
    }
    void restore_tags() {
        for (std::size_t i = 0; i < tasks.size(); ++i)
            tag_task(tasks[i], {i % 2 == 0 ? "bug" : "design"});
    }
    lanes::PullReport later(lanes::PullOptions options = {}) {
        advance(std::chrono::hours{1});
        auto told = pull(std::move(options));
        REQUIRE_FALSE(told.error);
        CHECK(verify() == "");
        return told;
    }
    bool held() {
        const auto view = books->show(report);
        REQUIRE(view.ok());
        for (const auto& warning : view->warnings)
            if (warning.code == "held") return warning.blocking;
        return false;
    }
    std::string waiting() {
        std::string out;
        for (const char* stream : {"tasks", "entries", "deals", "companies"})
            for (const auto& row : store::Waiting(*db).of_stream(1, stream))
                out += std::string(stream) + " " + row.record.id + (row.asked ? " asked\n" : "\n");
        return out;
    }
};

std::string words(const lanes::PullReport& told) {
    return told.stopped ? told.stopped->reason + " | " + told.stopped->what_to_do : "";
}

} // namespace

TEST_CASE("tags that turn empty in many tasks wait for a person: no draft moves, and the report is "
          "not sent (G46)") {
    Month month;
    const auto total = month.total(month.report);
    month.empty_tags(12);
    CHECK(words(month.later()) ==
          "tasks.tags of 12 records (24 known) turned empty (clients: Blue Harbor); the known "
          "values stay in force | check in the planner whether that is true; if it is: hourbridge "
          "sync bitrix24 --accept-values tasks.tags");
    CHECK(month.total(month.report) == total);
    CHECK(month.held());
    const auto sent = desk::send(*month.books, month.report, "", false, false, month.actor);
    REQUIRE_FALSE(sent.ok());
    CHECK(sent.error().code == Code::Conflict);

    // The same answer again writes nothing and asks the same.
    const auto before = month.waiting();
    CHECK_FALSE(words(month.later()).empty());
    CHECK(month.waiting() == before);
    CHECK(month.total(month.report) == total);
}

TEST_CASE("the old value told again lifts what waits without a trace (G46)") {
    Month month;
    const auto total = month.total(month.report);
    month.empty_tags(20);
    CHECK_FALSE(words(month.later()).empty());
    month.restore_tags();
    CHECK(words(month.later()) == "");
    CHECK(month.waiting() == "");
    CHECK(month.total(month.report) == total);
    CHECK_FALSE(month.held());
    month.send(month.report);
}

TEST_CASE("a person accepts the values of one field: they are in force, and the draft follows "
          "(G46)") {
    Month month;
    month.empty_tags(24);
    CHECK_FALSE(words(month.later()).empty());

    lanes::PullOptions other;
    other.accept_values = {domain::MoneyField::TaskProject};
    CHECK_FALSE(words(month.later(other)).empty()); // of another field: nothing is accepted

    lanes::PullOptions accept;
    accept.accept_values = {domain::MoneyField::TaskTags};
    CHECK(words(month.later(accept)) == "");
    CHECK(month.waiting() == "");
    // 24 hours and 60 * (0 + ... + 23) seconds, none of them free.
    CHECK(month.total(month.report) == "1716.00");
    CHECK(words(month.later()) == "");
    // The values are true; the money is asked for by itself (G47).
    REQUIRE(desk::accept(*month.books, month.report, "grown", "1716.00", month.actor).ok());
    month.send(month.report);
}

TEST_CASE("what was not told at first is guarded like all else when it comes back changed (G46)") {
    Month month;
    const auto total = month.total(month.report);
    lanes::PullOptions whole;
    whole.full = true;
    sandbox::Fault lost;
    lost.kind = sandbox::Fault::Kind::DropMember;
    lost.pick.what = "tasks";
    lost.member = "parentId";
    lost.count = -1;
    month.portal->add_fault(lost);
    (void)month.later(whole);
    month.portal->clear_faults();

    month.empty_tags(12);
    CHECK_FALSE(words(month.later()).empty());
    CHECK(month.total(month.report) == total);
    CHECK(month.held());
}

TEST_CASE("what can't be read for a while is guarded by what was read last (G46)") {
    Month month;
    const auto total = month.total(month.report);
    lanes::PullOptions whole;
    whole.full = true;
    sandbox::Fault wrong;
    wrong.kind = sandbox::Fault::Kind::RetypeMember;
    wrong.pick.what = "tasks";
    wrong.member = "status";
    wrong.to = "list";
    wrong.count = -1;
    month.portal->add_fault(wrong);
    for (int night = 0; night < 2; ++night) (void)month.later(whole);
    CHECK(month.tables->sources.count_problems(1, "tasks") == 24);
    CHECK(month.total(month.report) == total);
    month.portal->clear_faults();

    month.empty_tags(12);
    CHECK(words(month.later(whole)).find("tasks.tags of 12 records (24 known) turned empty") == 0);
    CHECK(month.total(month.report) == total);
    CHECK(month.held());
    // The other twelve are read as before; the accepted values told again leave no trace.
    CHECK(month.tables->sources.count_problems(1, "tasks") == 12);
    month.restore_tags();
    CHECK(words(month.later(whole)) == "");
    CHECK(month.waiting() == "");
    CHECK(month.tables->sources.count_problems(1, "tasks") == 0);
    CHECK_FALSE(month.held());
    month.send(month.report);
}

TEST_CASE("ids that turn into others of which nothing is known wait like empty ones (G46)") {
    Month month;
    const auto total = month.total(month.report);
    lanes::PullOptions whole;
    whole.full = true;
    sandbox::Fault wrong;
    wrong.kind = sandbox::Fault::Kind::Scale;
    wrong.pick.what = "entries";
    wrong.member = "USER_ID";
    wrong.factor = 1000 * sandbox::kMicro;
    wrong.count = -1;
    month.portal->add_fault(wrong);
    const auto told = words(month.later(whole));
    CHECK(told.find("entries.person of 24 records (24 known) turned empty, or into ids that "
                    "nothing is known of (clients: Blue Harbor)") == 0);
    CHECK(told.find("--accept-values entries.person") != std::string::npos);
    CHECK(month.held());
    month.portal->clear_faults();
    CHECK(words(month.later(whole)) == "");
    CHECK(month.waiting() == "");
    CHECK(month.total(month.report) == total);
    month.send(month.report);
}

TEST_CASE("a few emptied values are ordinary work: they are applied in the same pull (G46)") {
    Month month;
    month.empty_tags(9);
    CHECK(words(month.later()) == "");
    CHECK(month.waiting() == "");
    CHECK_FALSE(month.held());
    CHECK(month.total(month.report) != "876.00");
}

TEST_CASE("records beside those that wait are applied (G46)") {
    Month month;
    month.empty_tags(12);
    month.edit_entry(month.entries[23], 7200);
    lanes::PullOptions night;
    night.reconcile = true;
    CHECK_FALSE(words(month.later(night)).empty());
    const auto row = month.tables->sources.find_entry(
        domain::Ref{"bitrix24", "entry", std::to_string(month.entries[23])});
    REQUIRE(row);
    CHECK(row->seconds == 7200);
}

TEST_CASE("seconds that change by one factor wait, and bills that were sent make no correction of "
          "them (G46)") {
    Month month;
    month.send(month.report);
    month.agree(month.report);
    for (std::size_t i = 0; i < month.entries.size(); ++i)
        month.edit_entry(month.entries[i], 60 + static_cast<std::int64_t>(i));
    lanes::PullOptions night;
    night.reconcile = true;
    const auto told = words(month.later(night));
    CHECK(told.find("entries.seconds of 24 records (24 known) changed by one factor") == 0);
    CHECK(month.books->late({}, true).empty());
    CHECK(month.tables->reports.adjustments({}, true).empty());
}

TEST_CASE("killed at any moment, what waits is neither lost nor applied (G46)") {
    int moments = 0;
    {
        Month month;
        month.empty_tags(12);
        month.kill_at(0);
        month.later();
        moments = month.moments();
    }
    REQUIRE(moments > 4);
    for (int at = 1; at <= moments; ++at) {
        Month month;
        const auto total = month.total(month.report);
        month.empty_tags(12);
        month.advance(std::chrono::hours{1});
        month.kill_at(at);
        try {
            month.pull();
        } catch (const test::Killed&) {
            month.restart();
        }
        month.kill_at(0);
        INFO("killed at moment " << at << " of " << moments);
        CHECK_FALSE(words(month.later()).empty());
        CHECK(month.total(month.report) == total);
        CHECK(month.held());
    }
}

TEST_CASE("an acceptance is about what a person was shown: values that came since wait on (G46)") {
    Month month;
    const auto total = month.total(month.report);
    month.empty_tags(12);
    CHECK_FALSE(words(month.later()).empty());
    // The planner goes on losing tags before the person answers.
    month.empty_tags(24);
    lanes::PullOptions accept;
    accept.accept_values = {domain::MoneyField::TaskTags};
    CHECK(words(month.later(accept)).find("tasks.tags of 12 records") == 0);
    CHECK(month.held());
    CHECK(month.total(month.report) != total);
    CHECK(words(month.later(accept)) == ""); // these were shown now
    CHECK(month.waiting() == "");
}

TEST_CASE("a record that waits and is told otherwise once more is asked about anew (G46)") {
    Month month;
    for (std::size_t i = 0; i < 12; ++i)
        month.tag_task(month.tasks[i], {"area " + std::to_string(i)});
    CHECK(words(month.later()) == "");
    const auto total = month.total(month.report);
    month.empty_tags(12);
    CHECK_FALSE(words(month.later()).empty());
    for (std::size_t i = 0; i < 12; ++i) month.tag_task(month.tasks[i], {"bug"});
    lanes::PullOptions accept;
    accept.accept_values = {domain::MoneyField::TaskTags};
    CHECK_FALSE(words(month.later(accept)).empty());
    CHECK(month.total(month.report) == total);
    CHECK(words(month.later(accept)) == "");
}

TEST_CASE("a planner that lies in the middle of sending, and tells the truth again, moves nothing "
          "(G25, G46)") {
    Month month;
    const auto total = month.total(month.report);
    const auto looked_at = month.books->fingerprint(month.report);
    const auto tell = [&](std::int64_t divisor) {
        for (std::size_t i = 0; i < month.entries.size(); ++i)
            month.edit_entry(month.entries[i],
                             (3600 + 60 * static_cast<std::int64_t>(i)) / divisor);
    };
    tell(60); // minutes for seconds
    const auto lie = month.service->read_before_freezing(month.report);
    REQUIRE_FALSE(lie.ok());
    CHECK(lie.error().message.find("entries.seconds") != std::string::npos);
    CHECK(month.total(month.report) == total);
    CHECK(month.books->fingerprint(month.report) == looked_at);
    CHECK(month.held());
    CHECK_FALSE(desk::send(*month.books, month.report, looked_at, false, false, month.actor).ok());

    tell(1);
    REQUIRE(month.service->read_before_freezing(month.report).ok());
    CHECK(month.waiting() == "");
    const auto sent = desk::send(*month.books, month.report, looked_at, false, false, month.actor);
    REQUIRE(sent.ok());
    CHECK(month.total(month.report) == total);
    month.agree(month.report);
    lanes::PullOptions night;
    night.reconcile = true;
    CHECK(words(month.later(night)) == "");
    CHECK(month.tables->reports.adjustments({}, true).empty());
    CHECK(month.books->late({}, true).empty());
}

TEST_CASE("a planner that hides half of a report just before it is frozen: it is not sent, and is "
          "whole when everything is shown again (G25, G48)") {
    Month month;
    const auto total = month.total(month.report);
    const auto looked_at = month.books->fingerprint(month.report);
    sandbox::Fault hide;
    hide.kind = sandbox::Fault::Kind::Hide;
    hide.pick.what = "entries";
    for (std::size_t i = 0; i < 12; ++i) hide.pick.ids.push_back(std::to_string(month.entries[i]));
    sandbox::Fault narrow;
    narrow.kind = sandbox::Fault::Kind::Narrow;
    narrow.token = "sandbox";
    narrow.pick.person = std::to_string(month.user("Employee")); // who may see less
    month.portal->add_fault(narrow);
    month.portal->add_fault(hide);
    (void)month.service->read_before_freezing(month.report); // refused or not: the money stays
    CHECK(month.total(month.report) == total);
    CHECK_FALSE(desk::send(*month.books, month.report, looked_at, false, false, month.actor).ok());

    month.portal->clear_faults();
    REQUIRE(month.service->read_before_freezing(month.report).ok());
    const auto sent = desk::send(*month.books, month.report, looked_at, false, false, month.actor);
    INFO((sent.ok() ? "" : to_string(sent.error())));
    REQUIRE(sent.ok());
    CHECK(month.total(month.report) == total);
    CHECK(month.verify() == "");
}

// Counted by SQLite itself: a row that is written as it stood is a write.
TEST_CASE("a waiting record that comes again unchanged writes nothing (G46, P7)") {
    Month month;
    month.empty_tags(12);
    CHECK_FALSE(words(month.later(test::whole_pull())).empty());
    test::FactWrites writes(*month.db);
    for (const auto& again : {test::whole_pull(), test::whole_nightly_pull(), lanes::PullOptions()})
        CHECK_FALSE(words(month.later(again)).empty());
    CHECK(writes.told() == "");
    CHECK(month.held());
    // Nothing else is written of it than of a portal that has nothing new: the difference of all
    // rows, bookkeeping too, is that of a pull that stops.
    const auto all_writes = [&] {
        const auto before = month.db->total_changes();
        (void)month.later(test::whole_pull());
        return month.db->total_changes() - before;
    };
    const auto waiting = all_writes();
    CHECK(all_writes() == waiting);
    month.restore_tags();
    CHECK(words(month.later(test::whole_pull())) == "");
    CHECK(waiting <= all_writes() + 2);
}

TEST_CASE("free time that moves to a client whose draft takes it is named as taken away (G47)") {
    World world;
    const auto first = world.company("Blue Harbor"), second = world.company("Red Harbor");
    const auto worker = world.user("Worker");
    const auto of = [&](std::int64_t client) {
        return world.task({"Task", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    };
    const auto taking = of(first), losing = of(second);
    world.entry(taking, worker, 3600, "2026-06-10T10:00:00+03:00");
    world.entry(losing, worker, 3600, "2026-06-10T12:00:00+03:00");
    const auto moving = world.entry(losing, worker, 1800, "2026-06-11T12:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(first, "60.00", "");
    world.contract(second, "60.00", "");
    const auto report = world.draft(first, "2026-06-01", "2026-06-30");
    const auto before = world.books->show(report);
    REQUIRE(before.ok());

    world.move_entry(moving, taking);
    world.advance(std::chrono::hours{1});
    REQUIRE_FALSE(world.pull().error);

    const auto after = world.books->show(report);
    REQUIRE(after.ok());
    CHECK(after->totals.total != before->totals.total);
    CHECK_FALSE(books::taken_away(world.books->read()).empty());
}
