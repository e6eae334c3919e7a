#include <catch2/catch.hpp>

#include "engine/world.h"
#include "lanes/lanes.h"
#include "lanes/since_sent.h"

// The running service on a clock that tests move.
namespace hb::test {
namespace {

struct Office {
    World world;
    std::int64_t client = 0, task = 0, worker = 0;

    Office() {
        client = world.company("Romashka LLC");
        worker = world.user("Worker");
        World::TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        task = world.task(maker);
        REQUIRE_FALSE(world.pull().error);
        world.contract(client);
    }
    // The service for so much time of the clock; each rest moves it on.
    void serve(std::chrono::minutes time) {
        const Instant end = world.clock.now() + time;
        world.service->serve([&] { return world.clock.now() >= end; });
    }
    std::int64_t log_time() { return world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00"); }
    bool knows(std::int64_t entry) {
        return world.tables->sources.find_entry({"bitrix24", "entry", std::to_string(entry)})
            .has_value();
    }
};

} // namespace

TEST_CASE("new time is in the cache within one poll, without any event (R10)") {
    Office office;
    office.serve(std::chrono::minutes{1});
    const auto entry = office.log_time();
    CHECK_FALSE(office.knows(entry));
    office.serve(std::chrono::minutes{6});
    CHECK(office.knows(entry));
}

TEST_CASE("time that was changed or deleted is noticed within a day (R10)") {
    Office office;
    const auto changed = office.log_time();
    const auto deleted = office.log_time();
    office.serve(std::chrono::minutes{6});
    REQUIRE(office.knows(deleted));
    office.world.edit_entry(changed, 1800);
    office.world.delete_entry(deleted);
    office.serve(std::chrono::hours{25});
    const auto row =
        office.world.tables->sources.find_entry({"bitrix24", "entry", std::to_string(changed)});
    REQUIRE(row);
    CHECK(row->seconds == 1800);
    CHECK(office.world.tables->sources.find_entry({"bitrix24", "entry", std::to_string(deleted)})
              ->deleted);
}

TEST_CASE("billed time older than any window that was changed or deleted is noticed within "
          "a day, by the totals of its tasks, though no task says that it changed (R10, G30)") {
    Office office;
    World& world = office.world;
    const auto changed = office.log_time();
    const auto deleted = office.log_time();
    office.serve(std::chrono::minutes{6});
    world.tag_task(office.task, {"closed"}); // it is read once more, with its total
    const auto other = world.task({});       // and newer time, so that no overlap shows ours
    for (int i = 0; i < 600; ++i) world.entry(other, office.worker, 60, "2026-06-11T10:00:00Z");
    office.serve(std::chrono::minutes{6});
    const auto report = world.draft(office.client, "2026-06-01", "2026-06-30");
    world.send(report);
    world.advance(std::chrono::hours{24 * 100});
    office.serve(std::chrono::hours{25});
    const auto seen = [&](std::int64_t entry) {
        return *world.tables->sources.find_entry({"bitrix24", "entry", std::to_string(entry)});
    };
    world.edit_entry(changed, 1800);
    office.serve(std::chrono::hours{25});
    CHECK(seen(changed).seconds == 1800);
    world.delete_entry(deleted);
    office.serve(std::chrono::hours{25});
    CHECK(seen(deleted).deleted);
    CHECK_FALSE(seen(changed).deleted);
    CHECK(world.verify().empty());
}

TEST_CASE("a clock that is a day ahead for a while, or back by one, holds nothing up (R10)") {
    Office office;
    const Instant start = office.world.clock.now();
    office.serve(std::chrono::minutes{1});
    office.world.clock.set(start + std::chrono::hours{24});
    office.serve(std::chrono::minutes{10});
    office.world.clock.set(start + std::chrono::minutes{10}); // somebody put it right
    const auto entry = office.log_time();
    office.serve(std::chrono::minutes{32});
    CHECK(office.knows(entry));
    // A service that never saw the wrong time finds only what it left in the books.
    office.world.clock.set(start + std::chrono::hours{48});
    office.serve(std::chrono::minutes{6});
    office.world.restart();
    office.world.clock.set(start + std::chrono::hours{1});
    const auto second = office.log_time();
    office.serve(std::chrono::minutes{6});
    CHECK(office.knows(second));
}

TEST_CASE("a deal whose turn was put off by a wrong clock is made soon after it is set right") {
    Office office;
    office.log_time();
    office.serve(std::chrono::minutes{6});
    const auto report = office.world.draft(office.client, "2026-06-01", "2026-06-30");
    office.world.send(report);
    const Instant start = office.world.clock.now();
    office.world.clock.set(start + std::chrono::hours{24});
    office.world.agree(report); // its deal is due now, by a clock that is wrong
    bool told = false;
    office.world.service->serve([&] { return std::exchange(told, true); });
    office.world.clock.set(start);
    office.serve(std::chrono::minutes{10});
    CHECK(office.world.deals().size() == 1);
}

namespace {

// How long the machine has been running, beside the clock that people see.
void run_by(World& world, const std::chrono::milliseconds& up) {
    world.uptime = [&up] { return Uptime{"machine", "boot", up}; };
    world.books->uptime = world.uptime;
}

} // namespace

TEST_CASE("a clock that jumps ahead does not shorten the delay before an absent create is repeated "
          "(R11, G21)") {
    Office office;
    World& world = office.world;
    std::chrono::milliseconds up{1'000'000};
    run_by(world, up);
    office.log_time();
    office.serve(std::chrono::minutes{6});
    const auto report = world.draft(office.client, "2026-06-01", "2026-06-30");
    world.send(report);
    sandbox::Fault hidden; // the portal has made it and does not show it yet
    hidden.kind = sandbox::Fault::Kind::LateVisible;
    hidden.method = "crm.item.add";
    hidden.seconds = 80'000;
    world.portal->add_fault(hidden);
    sandbox::Fault lost;
    lost.kind = sandbox::Fault::Kind::LostAnswer;
    lost.method = "crm.item.add";
    world.portal->add_fault(lost);
    world.agree(report);
    office.serve(std::chrono::minutes{1});
    const auto creates = [&] { return world.portal->counters().calls.at("crm.item.add"); };
    REQUIRE(creates() == 1);
    // Hours pass by the clock, half a minute by the machine.
    world.clock.set(world.clock.now() + std::chrono::hours{20});
    up += std::chrono::seconds{30};
    office.serve(std::chrono::minutes{10});
    CHECK(creates() == 1);
    // And a process that starts now believes the machine too.
    world.restart();
    office.serve(std::chrono::minutes{10});
    CHECK(creates() == 1);
    world.clock.set(world.clock.now() + std::chrono::hours{3}); // now it is shown
    up += std::chrono::seconds{100};
    office.serve(std::chrono::minutes{10});
    CHECK(creates() == 1);
    CHECK(world.deals().size() == 1);
    CHECK(world.state(report) == "invoiced");
}

TEST_CASE("a clock that is set back makes nobody wait for it, and repeats nothing early (R11)") {
    Office office;
    World& world = office.world;
    std::chrono::milliseconds up{1'000'000};
    run_by(world, up);
    office.log_time();
    office.serve(std::chrono::minutes{6});
    const auto report = world.draft(office.client, "2026-06-01", "2026-06-30");
    world.send(report);
    sandbox::Fault reset; // it did not run, but that is not known
    reset.kind = sandbox::Fault::Kind::Reset;
    reset.method = "crm.item.add";
    world.portal->add_fault(reset);
    world.agree(report);
    office.serve(std::chrono::minutes{1});
    const auto creates = [&] { return world.portal->counters().calls["crm.item.add"]; };
    const auto before = creates();
    world.clock.set(world.clock.now() - std::chrono::hours{24});
    office.serve(std::chrono::minutes{10});
    CHECK(world.deals().empty());
    CHECK(creates() == before);
    up += std::chrono::seconds{200};
    office.serve(std::chrono::minutes{20});
    CHECK(world.deals().size() == 1);
    CHECK(world.state(report) == "invoiced");
}

TEST_CASE("payments go before a backfill: at its start and while it lasts") {
    Office office;
    World& world = office.world;
    office.log_time();
    office.serve(std::chrono::minutes{6});
    const auto report = world.draft(office.client, "2026-06-01", "2026-06-30");
    world.send(report);
    world.agree(report);
    office.serve(std::chrono::minutes{3});
    REQUIRE(world.state(report) == "invoiced");
    for (int i = 0; i < 400; ++i) office.log_time();
    world.win_deal(world.deals().at(0));
    world.restart();
    world.advance(std::chrono::minutes{16});
    int reads = 0;
    std::size_t deals_at = 0;
    world.books->failpoint = [&](std::string_view moment) {
        if (moment == "before read deal" && deals_at == 0)
            deals_at = static_cast<std::size_t>(reads) + 1;
        if (moment == "before read") {
            ++reads;
            world.clock.advance(std::chrono::minutes{2}); // a remote that takes its time
        }
    };
    world.service->serve([&] { return reads > 3; });
    world.books->failpoint = nullptr;
    REQUIRE(deals_at > 0);
    CHECK(deals_at == 1); // before the first page of the backfill
    CHECK(world.state(report) == "paid");
    CHECK(reads > 0);
}

TEST_CASE("a walk begins anew when somebody else has read the remote meanwhile") {
    Office office;
    office.log_time();
    auto& books = *office.world.books;
    auto& remote = *books.remotes.front();
    office.world.advance(std::chrono::minutes{6});
    lanes::Walk walk(books, remote);
    REQUIRE(walk.step() == lanes::Walk::Turn::More);
    const auto begun = remote.pulls;
    REQUIRE_FALSE(office.world.pull().error); // a command
    CHECK(remote.pulls == begun + 1);
    // Nothing is due any more: what the walk had in hand is forgotten.
    CHECK(walk.step() == lanes::Walk::Turn::Idle);
    office.world.advance(std::chrono::minutes{6});
    auto turn = walk.step();
    for (int i = 0; i < 100 && turn == lanes::Walk::Turn::More; ++i) turn = walk.step();
    CHECK(turn == lanes::Walk::Turn::Ended);
    CHECK(remote.pulls == begun + 2);
}

TEST_CASE(
    "a walk in which nothing is new comes to its end although the remote fails again and again, "
    "and still tells what is gone (R6, rule 51)") {
    Office office;
    World& world = office.world;
    constexpr std::int64_t kEntries = 20'000;
    std::int64_t last = 0;
    for (std::int64_t i = 0; i < kEntries; ++i)
        last = world.entry(office.task, office.worker, 60, "2026-06-10T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.delete_entry(last - kEntries / 2);
    int pulls = 0;
    for (bool failed = true; failed && pulls < 30; ++pulls) {
        sandbox::Fault fault; // after some pages of entries the portal says nothing useful any more
        fault.method = "task.elapseditem.getlist";
        fault.skip = 150;
        fault.count = -1;
        world.portal->add_fault(fault);
        lanes::PullOptions options;
        options.full = pulls == 0;
        const auto report = world.pull(options);
        failed = report.error.has_value();
        world.portal->clear_faults();
        world.advance(std::chrono::hours{1});
    }
    CHECK(pulls > 2); // or nothing failed
    CHECK(pulls < 5); // what came before each failure counts
    const auto find = [&](std::int64_t entry) {
        return *world.tables->sources.find_entry({"bitrix24", "entry", std::to_string(entry)});
    };
    CHECK(find(last - kEntries / 2).deleted);
    CHECK_FALSE(find(last).deleted);
    CHECK(world.verify().empty());
}

} // namespace hb::test
