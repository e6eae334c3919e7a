#include <catch2/catch.hpp>

#include "base/text.h"
#include "engine/kanban.h"

// P21, P22: what polls cost of the portal's quota, counted by the portal.
namespace hb::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// People beyond a page, a client with cards in use, and nothing new since the last poll.
struct Quiet {
    World world{{"", "on_agree", domain::LatePolicy::Ask, true, false}};
    std::int64_t client = 0, worker = 0, task = 0;

    Quiet() {
        client = world.company("Client");
        worker = world.user("Worker");
        for (int i = 0; i < 130; ++i) world.user("Colleague " + std::to_string(i));
        task = world.task({"Site", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
        world.entry(task, worker, 5400, "2026-06-10T10:00:00+03:00");
        REQUIRE_FALSE(world.pull().error);
        world.contract(client);
        setup_portal(world);
        make_card(world, {client, "2026-06-01", "2026-06-30"});
        for (int i = 0; i < 3; ++i) {
            world.advance(minutes{20});
            CHECK(world.run().errors.empty());
        }
    }
    std::int64_t requests() const { return world.portal->counters().http_requests; }
    std::int64_t calls(const std::string& method) const {
        const auto counters = world.portal->counters();
        const auto found = counters.calls.find(method);
        return found == counters.calls.end() ? 0 : found->second;
    }
    std::int64_t pull() {
        const auto before = requests();
        const auto report = world.pull();
        if (report.error) UNSCOPED_INFO(to_string(*report.error));
        CHECK_FALSE(report.error);
        std::int64_t told = 0;
        for (const auto& stream : report.streams) told += stream.requests;
        const auto used = requests() - before;
        CHECK(told == used); // the history of pulls says what it cost
        return used;
    }
    void serve(seconds time) {
        const Instant end = world.clock.now() + time;
        world.service->serve([&] { return world.clock.now() >= end; });
    }
    void fault(const std::string& method, int count, const std::string& code, int status) {
        sandbox::Fault fault;
        fault.kind = sandbox::Fault::Kind::Error;
        fault.method = method;
        fault.count = count;
        fault.code = code;
        fault.description = code;
        fault.status = status;
        world.portal->add_fault(fault);
    }
};

} // namespace

TEST_CASE("a poll of an unchanged portal is one request, and two with its cards (P21)") {
    Quiet quiet;
    CHECK(quiet.pull() == 1);
    quiet.world.advance(minutes{6});
    CHECK(quiet.pull() == 1);
    const auto before = quiet.requests();
    CHECK(quiet.world.run().errors.empty());
    CHECK(quiet.requests() - before <= 2);
}

TEST_CASE("a head that shows something new is the first page of its walk, and nothing is asked "
          "twice (P21)") {
    Quiet quiet;
    World& world = quiet.world;
    auto before = quiet.calls("task.elapseditem.getlist");
    CHECK(quiet.pull() == 1);
    const auto commands = quiet.calls("task.elapseditem.getlist") - before;
    world.entry(quiet.task, quiet.worker, 1800, "2026-06-11T10:00:00+03:00");
    before = quiet.calls("task.elapseditem.getlist");
    CHECK(quiet.pull() == 1);
    CHECK(quiet.calls("task.elapseditem.getlist") - before == commands);
    CHECK(world.total(1) == "180.00");
    // More than a page: the walk goes on behind the head.
    for (int i = 0; i < 70; ++i)
        world.entry(quiet.task, quiet.worker, 3600, "2026-06-12T10:00:00+03:00");
    CHECK(quiet.pull() == 2);
    CHECK(world.total(1) == "6480.00");
    CHECK(world.verify() == "");
}

TEST_CASE("of a batch of heads each part is judged alone: what failed is asked for by itself "
          "(P21)") {
    Quiet quiet;
    World& world = quiet.world;
    world.entry(quiet.task, quiet.worker, 1800, "2026-06-11T10:00:00+03:00");
    quiet.fault("sonet_group.get", 1, "ERROR_CORE", 400);
    CHECK(quiet.pull() == 2);
    CHECK(world.total(1) == "180.00");
    // For good: it is the pull's failure, as it is without a batch, and the others were not lost.
    quiet.fault("sonet_group.get", -1, "ACCESS_DENIED", 403);
    const auto refused = world.pull();
    REQUIRE(refused.error);
    CHECK(to_string(*refused.error).find("sonet_group.get") != std::string::npos);
    world.portal->clear_faults();
    CHECK(quiet.pull() == 1);
    // A batch that comes to nothing as a whole is a call that failed.
    quiet.fault("batch", 1, "INTERNAL_SERVER_ERROR", 500);
    CHECK(world.pull().error);
    CHECK(quiet.pull() == 1);
    CHECK(world.verify() == "");
}

TEST_CASE("what was written or asked between a head and its stream makes the head worthless") {
    Quiet quiet;
    World& world = quiet.world;
    world.entry(quiet.task, quiet.worker, 1800, "2026-06-11T10:00:00+03:00");
    const auto before = quiet.requests();
    lanes::Pull pull(*world.books, *world.books->crm(), {});
    REQUIRE(pull.step() == lanes::Pull::Turn::More);
    CHECK(quiet.requests() - before == 1);
    // The lane does something else before the other streams have their turn.
    REQUIRE(world.books->crm()->connector->currencies());
    while (pull.step() == lanes::Pull::Turn::More) continue;
    CHECK(quiet.requests() - before == 3); // heads, the other call, heads again
    CHECK(world.total(1) == "180.00");
}

TEST_CASE("an hour of a running service beside a quiet portal: a request a minute, polls and stage "
          "history among them (P21)") {
    Quiet quiet;
    quiet.serve(minutes{10}); // what the start has to look at
    const auto before = quiet.requests();
    const auto histories = quiet.calls("crm.stagehistory.list");
    const auto polls = quiet.calls("tasks.task.list");
    quiet.serve(minutes{60});
    const auto used = quiet.requests() - before;
    INFO(used << " requests");
    CHECK(used <= 80); // sixty looks, the payment watch every quarter of an hour
    CHECK(quiet.calls("crm.stagehistory.list") - histories >= 3 * 58);
    CHECK(quiet.calls("tasks.task.list") - polls >= 2 * 11);
}

} // namespace hb::test
