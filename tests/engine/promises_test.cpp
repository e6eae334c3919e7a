// Promises that no other test is about.
#include <catch2/catch.hpp>

#include "desk/decisions.h"
#include "engine/world.h"

using namespace hb;
using test::World;

namespace {

struct TwoMonths {
    World world;
    std::int64_t client = 0, task = 0, worker = 0;
    std::int64_t june = 0, july = 0;

    TwoMonths() {
        client = world.company("Client");
        worker = world.user("Worker");
        World::TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        maker.status = 2;
        task = world.task(maker);
        world.entry(task, worker, 3600, "2026-05-10T10:00:00+03:00");
        world.entry(task, worker, 7200, "2026-06-10T10:00:00+03:00");
        REQUIRE(!world.pull().error);
        world.contract(client);
        june = bill("2026-05-01", "2026-05-31");
        july = bill("2026-06-01", "2026-06-30");
    }
    std::int64_t bill(const char* from, const char* to) {
        const auto id = world.draft(client, from, to);
        world.send(id);
        world.agree(id);
        world.run();
        REQUIRE(world.state(id) == "invoiced");
        return id;
    }
    std::int64_t pay(std::int64_t report) {
        const auto row = *world.tables->reports.find(report);
        const auto paid = desk::add_payment(
            *world.books, report,
            domain::format_amount(row.total, *domain::find_currency(row.currency)),
            *parse_day("2026-07-02"), "P" + std::to_string(report), world.actor);
        REQUIRE(paid.ok());
        world.run();
        return paid->id;
    }
    std::string mark() { return world.mark(task, "UF_HB_PAID"); }
};

} // namespace

TEST_CASE(
    "a task on two reports is marked as fully paid when both are, and no more when one is not "
    "(rule 45, G1, G26)") {
    TwoMonths it;
    CHECK(it.mark() == "0");
    it.pay(it.june);
    CHECK(it.mark() == "33"); // one hour of three
    const auto payment = it.pay(it.july);
    CHECK(it.mark() == "100");
    REQUIRE(desk::reverse_payment(*it.world.books, payment, "it bounced", it.world.actor).ok());
    it.world.run();
    CHECK(it.mark() == "33");
    CHECK(it.world.verify() == "");
}

TEST_CASE(
    "run pulls, looks at money and works the outbox without waiting for any schedule, and says "
    "what is left (G16)") {
    TwoMonths it;
    auto& world = it.world;
    const auto before = world.tables->jobs.find(1, "pull", "")->due_at;
    REQUIRE(before > world.clock.now()); // by schedule nothing is due
    const auto entry = world.entry(it.task, it.worker, 600, "2026-07-01T10:00:00+03:00");
    world.win_deal(world.deals().front());
    const auto ran = world.run(std::chrono::seconds{0});
    CHECK(ran.pulls.size() == 1);
    CHECK(world.tables->sources.find_entry({"bitrix24", "entry", std::to_string(entry)}));
    CHECK(world.state(it.june) == "paid");
    // An answer that is lost leaves its create waiting longer than `--wait`.
    const auto draft = world.draft(it.client, "2026-07-01", "2026-07-01");
    world.send(draft);
    world.agree(draft);
    sandbox::Fault lost;
    lost.kind = sandbox::Fault::Kind::Reset;
    lost.method = "crm.item.add";
    world.portal->add_fault(lost);
    const auto left = world.run(std::chrono::seconds{5});
    REQUIRE(left.next_due.has_value());
    CHECK(*left.next_due > world.clock.now());
    CHECK(world.state(draft) == "agreed");
}

TEST_CASE(
    "a full sync walks every stream and compares time of any age, which a plain one leaves to "
    "the night (G42, G30)") {
    World world;
    const auto client = world.company("Client");
    const auto worker = world.user("Worker");
    World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(client)};
    const auto task = world.task(maker);
    // Billed, and older than any window.
    const auto old = world.entry(task, worker, 3600, "2025-06-10T10:00:00+03:00");
    REQUIRE(!world.pull().error);
    world.contract(client);
    const auto report = world.draft(client, "2025-06-01", "2025-06-30");
    world.send(report);
    world.agree(report);
    // What came lately is read again with each pull; behind six hundred others it is old.
    for (int i = 0; i < 600; ++i) world.entry(task, worker, 60, "2026-06-30T10:00:00+03:00");
    world.advance(std::chrono::hours{2});
    REQUIRE(!world.pull().error);
    world.edit_entry(old, 1800);
    const auto seconds = [&] {
        return world.tables->sources.find_entry({"bitrix24", "entry", std::to_string(old)})
            ->seconds;
    };
    world.advance(std::chrono::minutes{10});
    REQUIRE(!world.pull().error);
    CHECK(seconds() == 3600);
    lanes::PullOptions whole;
    whole.full = true;
    const auto walked = world.pull(whole);
    REQUIRE(!walked.error);
    CHECK(seconds() == 1800);
    for (const auto& stream : walked.streams) {
        INFO(stream.stream);
        CHECK(stream.complete);
    }
    CHECK(world.tables->reports.adjustments(std::nullopt, true).size() == 1);
}
