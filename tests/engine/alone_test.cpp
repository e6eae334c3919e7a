#include <catch2/catch.hpp>

#include "base/ensure.h"
#include "desk/decisions.h"
#include "desk/retries.h"
#include "engine/world.h"

// One client's trouble is one client's (R22): what breaks, is refused for good, or lacks a method
// holds up nobody else.
namespace hb::test {
namespace {

using Kind = sandbox::Fault::Kind;

struct Pair {
    World world;
    std::int64_t clients[2] = {0, 0}, reports[2] = {0, 0};

    explicit Pair(WorldOptions options = {}) : world(std::move(options)) {
        const auto worker = world.user("Worker");
        for (auto& client : clients) {
            client = world.company("Client LLC");
            World::TaskMaker maker;
            maker.links = {"CO_" + std::to_string(client)};
            world.entry(world.task(maker), worker, 3600, "2026-06-10T10:00:00+03:00");
        }
        REQUIRE_FALSE(world.pull().error);
        for (int i = 0; i < 2; ++i) {
            world.contract(clients[i]);
            reports[i] = world.draft(clients[i], "2026-06-01", "2026-06-30");
            world.send(reports[i]);
            world.agree(reports[i]);
        }
    }
};

sandbox::Fault lacking(const std::string& method) {
    sandbox::Fault fault;
    fault.kind = Kind::NoMethod;
    fault.method = method;
    return fault;
}

} // namespace

TEST_CASE("an op that breaks an invariant is parked alone with its chain and the invariant's text; "
          "the other client's report goes on, and a retry of the first releases the chain (R22)") {
    for (const auto each :
         {domain::OpKind::DealCreate, domain::OpKind::DealRows, domain::OpKind::CommentCreate}) {
        const std::string kind(to_string(each));
        INFO(kind);
        Pair pair;
        auto& world = pair.world;
        auto& books = *world.books;
        books.failpoint = [&](std::string_view moment) {
            if (moment != "before write") return;
            for (const auto& op : world.tables->outbox.list(store::OpState::InFlight, 10))
                if (op.report == pair.reports[0] && op.op.kind == each)
                    fail_invariant("the fields of " + kind + " are whole");
        };
        world.run();
        CHECK(world.state(pair.reports[1]) == "invoiced");
        std::vector<std::int64_t> first;
        for (const auto& op : world.tables->outbox.of_report(pair.reports[0])) {
            if (op.state == store::OpState::Done) continue;
            CHECK(op.state == store::OpState::Parked);
            if (op.op.kind == each) first.push_back(op.id);
            CHECK(op.last_error.find("the fields of " + kind + " are whole") != std::string::npos);
        }
        REQUIRE_FALSE(first.empty());
        CHECK(world.verify() == "");
        books.failpoint = nullptr;
        const auto again = desk::retry_ops(books, {first, "", ""}, {"test"});
        REQUIRE(again.ok());
        world.advance(std::chrono::minutes{5});
        world.run();
        CHECK(world.tables->outbox.count(store::OpState::Parked) == 0);
        CHECK(world.state(pair.reports[0]) == "invoiced");
        CHECK(world.deals().size() == 2);
        CHECK(world.verify() == "");
    }
}

TEST_CASE("one of many marks that breaks is parked alone (R22)") {
    Pair pair;
    auto& world = pair.world;
    auto& books = *world.books;
    world.run();
    for (const auto report : pair.reports)
        REQUIRE(desk::add_payment(*world.books, report, "90.00", *parse_day("2026-07-01"),
                                  "bank " + std::to_string(report), {"t"})
                    .ok());
    int broken = 0;
    books.failpoint = [&](std::string_view moment) {
        if (moment != "before write") return;
        for (const auto& op : world.tables->outbox.list(store::OpState::InFlight, 10))
            if (op.op.kind == domain::OpKind::TaskMark && broken++ < 2)
                fail_invariant("a mark is a number");
    };
    world.run();
    std::int64_t done = 0, parked = 0;
    for (const auto& op : world.tables->outbox.list(std::nullopt, 1000)) {
        if (op.op.kind != domain::OpKind::TaskMark || op.superseded) continue;
        if (op.op.fields.find("\"100\"") == std::string::npos) continue;
        done += op.state == store::OpState::Done ? 1 : 0;
        parked += op.state == store::OpState::Parked ? 1 : 0;
    }
    CHECK(done == 1);
    CHECK(parked == 1);
    CHECK(world.state(pair.reports[0]) == "paid");
    CHECK(world.state(pair.reports[1]) == "paid");
    CHECK(world.verify() == "");
}

TEST_CASE("without any one of the optional methods money still flows to paid (G55)") {
    for (const std::string method :
         {"crm.item.payment.list", "crm.stagehistory.list", "crm.timeline.comment.add",
          "crm.timeline.comment.list", "crm.documentgenerator.document.add",
          "crm.documentgenerator.document.list", "crm.documentgenerator.document.get",
          "tasks.task.update", "task.item.userfield.add", "crm.status.list", "im.notify.system.add",
          "crm.type.list", "crm.item.list"}) {
        INFO(method);
        WorldOptions options;
        options.full_crm = true;
        Pair pair(options);
        auto& world = pair.world;
        world.books->settings.notices.push_back(
            {{"agreed", "paid"}, "bitrix24", domain::OpKind::NoticeSend, "1", "1", "en"});
        world.portal->add_fault(lacking(method));
        world.run();
        for (const auto report : pair.reports) CHECK(world.state(report) == "invoiced");
        for (const auto report : pair.reports) {
            const auto deal = world.tables->outbox.of_purpose(domain::Purpose::deal(report));
            world.win_deal(std::stoll(deal->remote_id));
        }
        const Instant end = world.clock.now() + std::chrono::minutes{20};
        world.service->serve([&] { return world.clock.now() >= end; });
        for (const auto report : pair.reports) CHECK(world.state(report) == "paid");
        CHECK(world.verify() == "");
    }
}

TEST_CASE("rows of a deal that its portal never shows are parked when the settle delay is over, "
          "not before (G63)") {
    Pair pair;
    auto& world = pair.world;
    sandbox::Fault hidden;
    hidden.kind = Kind::LateVisible;
    hidden.method = "crm.item.add";
    hidden.seconds = 1'000'000;
    world.portal->add_fault(hidden);
    const auto parked = [&] {
        return world.tables->outbox.list(store::OpState::Parked, 10).size();
    };
    const Instant begun = world.clock.now();
    Instant first{};
    for (int i = 0; i < 60 && parked() == 0; ++i) {
        world.run();
        if (parked() == 0) world.advance(std::chrono::seconds{5});
        first = world.clock.now();
    }
    CHECK(parked() > 0);
    CHECK(first - begun >= std::chrono::seconds{90});
}

} // namespace hb::test
