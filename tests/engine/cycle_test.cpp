#include <catch2/catch.hpp>

#include "desk/reports.h"
#include "engine/world.h"

using namespace hb;
using test::World;

namespace {

// One client, one worker, two tasks in June: a billable one and a bug.
struct June {
    std::int64_t client = 0, worker = 0, task = 0, bug = 0, entry = 0;
};

June june(World& world) {
    June out;
    out.client = world.company("Ромашка");
    out.worker = world.user("Анна");
    const std::string link = "CO_" + std::to_string(out.client);
    out.task = world.task({"Landing page", {link}, {"design"}, 0, 0, 5});
    out.bug = world.task({"Broken form", {link}, {"Bug"}, 0, 0, 5});
    out.entry = world.entry(out.task, out.worker, 3600, "2026-06-10T10:00:00+03:00");
    world.entry(out.task, out.worker, 1800, "2026-06-11T10:00:00+03:00");
    world.entry(out.bug, out.worker, 600, "2026-06-12T10:00:00+03:00");
    return out;
}

} // namespace

TEST_CASE("tracked hours become a paid report, once; paid tasks carry the mark and never come back "
          "(M-S9, M-S16)") {
    World world;
    const auto it = june(world);
    const auto pulled = world.pull();
    REQUIRE_FALSE(pulled.error);
    REQUIRE_FALSE(pulled.stopped);
    world.contract(it.client);

    const auto report = world.draft(it.client, "2026-06-01", "2026-06-30");
    CHECK(world.total(report) == "135.00");
    world.send(report);
    CHECK(world.state(report) == "sent");
    world.agree(report);

    const auto ran = world.run();
    CHECK(ran.errors.empty());
    CHECK(world.state(report) == "invoiced");
    REQUIRE(world.deals().size() == 1);
    CHECK(world.rows_of(world.deals()[0]) == 1);
    CHECK(world.comments_of(world.deals()[0]) == 2);
    CHECK(world.mark(it.task, "UF_HB_REPORT") == "2026-0001");

    world.win_deal(world.deals()[0]);
    world.run();
    CHECK(world.state(report) == "paid");
    CHECK(world.mark(it.task, "UF_HB_PAID") == "100");
    CHECK(world.mark(it.bug, "UF_HB_PAID") == "");
    CHECK(world.verify() == "");

    const auto again = desk::create(
        *world.books, world.filter(it.client, "2026-06-01", "2026-06-30"), world.actor);
    REQUIRE(again.ok());
    CHECK_FALSE(again->view.id.has_value());
    CHECK(again->exit_code == 4);
    CHECK(again->view.excluded.size() == 3);

    // R5: a second run writes nothing.
    const auto writes = world.writes();
    world.run();
    CHECK(world.writes() == writes);
}

TEST_CASE("a paid mark that somebody removes in the planner is put back, and nothing else moves "
          "(rule 46)") {
    World world;
    const auto it = june(world);
    world.pull();
    world.contract(it.client);
    const auto report = world.draft(it.client, "2026-06-01", "2026-06-30");
    world.send(report);
    world.agree(report);
    world.run();
    world.win_deal(world.deals()[0]);
    world.run();
    REQUIRE(world.mark(it.task, "UF_HB_PAID") == "100");

    world.advance(std::chrono::hours{2});
    world.edit_mark(it.task, "UF_HB_PAID", "7");
    world.run();
    CHECK(world.mark(it.task, "UF_HB_PAID") == "100");
    CHECK(world.state(report) == "paid");
    CHECK(world.verify() == "");
}

TEST_CASE("a portal that suddenly shows nothing stops the pass and asks; nothing counts as deleted "
          "(rule 51)") {
    World world;
    const auto it = june(world);
    REQUIRE_FALSE(world.pull().stopped);
    world.contract(it.client);
    const auto report = world.draft(it.client, "2026-06-01", "2026-06-30");
    for (std::int64_t id = 1; id <= 3; ++id) world.delete_entry(id);

    lanes::PullOptions whole;
    whole.full = true;
    const auto stopped = world.pull(whole);
    REQUIRE(stopped.stopped.has_value());
    CHECK(stopped.stopped->what_to_do.find("--accept-deletions") != std::string::npos);
    CHECK(world.total(report) == "135.00");
    CHECK(world.tables->sources.find_entry(it.entry)->deleted == false);

    whole.accept_deletions = true;
    const auto accepted = world.pull(whole);
    CHECK_FALSE(accepted.stopped.has_value());
    CHECK(world.tables->sources.find_entry(it.entry)->deleted);
    CHECK(world.total(report) == "0.00");
    CHECK(world.verify() == "");
}

TEST_CASE("time that changed between draft and sending is seen before anything is frozen (G25)") {
    World world;
    const auto it = june(world);
    world.pull();
    world.contract(it.client);
    const auto report = world.draft(it.client, "2026-06-01", "2026-06-30");
    world.edit_entry(it.entry, 7200);

    const auto print = world.books->fingerprint(report);
    REQUIRE(world.service->read_before_freezing(report).ok());
    const auto refused = desk::send(*world.books, report, print, false, false, world.actor);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Conflict);
    CHECK(refused.error().message.find("135.00 BYN") != std::string::npos);
    CHECK(refused.error().message.find("225.00 BYN") != std::string::npos);
    CHECK(world.state(report) == "draft");
    world.send(report);
    CHECK(world.total(report) == "225.00");
}
