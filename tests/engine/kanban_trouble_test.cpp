#include <catch2/catch.hpp>

#include "engine/asks.h"
#include "engine/kanban.h"
#include "engine/pulls.h"

using namespace hb;
using namespace hb::test;

// What admins and colleagues do to a portal: each ends in a parked op or a comment that names the
// fix, and other reports go on.
namespace {

struct Agency {
    std::int64_t client = 0, other = 0;
    std::int64_t task = 0; // the client's
};

Agency agency(World& world) {
    Agency a;
    a.client = world.company("Client");
    a.other = world.company("Other client");
    const auto worker = world.user("Worker");
    for (const auto client : {a.client, a.other}) {
        const auto task =
            world.task({"Landing page", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
        world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
        if (client == a.client) a.task = task;
    }
    REQUIRE_FALSE(world.pull().error);
    world.contract(a.client);
    world.contract(a.other);
    setup_portal(world);
    return a;
}

lanes::RunReport work(World& world) {
    return world.run(std::chrono::seconds{900});
}

WorldOptions full() {
    return {"", "on_agree", domain::LatePolicy::Ask, true, false};
}

// Texts of parked ops and of questions to people.
std::string troubles(World& world) {
    std::string out;
    for (const auto& op : world.tables->outbox.list(store::OpState::Parked, 100))
        out += std::string(to_string(op.op.kind)) + ": " + op.last_error + "\n";
    for (const auto& row : world.tables->reports.list(std::nullopt, std::nullopt))
        if (const auto asks = asks_of(*world.books, row.id); !asks.empty())
            out += "report " + std::to_string(row.id) + ": " + asks + "\n";
    return out;
}

void bill(World& world, std::int64_t report) {
    world.send(report);
    work(world);
    world.agree(report);
    work(world);
}

void retry_parked(World& world) {
    store::Tx tx(*world.db);
    for (auto op : world.tables->outbox.list(store::OpState::Parked, 100)) {
        op.state = store::OpState::Pending;
        op.attempts = 0;
        op.due_at = world.clock.now();
        world.tables->outbox.update(op);
    }
    tx.commit();
}

} // namespace

TEST_CASE("a stage that an admin deleted parks the move and names portal setup, which repairs it") {
    World world(full());
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    const auto second = world.draft(a.other, "2026-06-01", "2026-06-30");
    work(world);
    const auto stages = portal_call(world, "crm.status.list", "{}");
    const std::string gone = layout(world, "states", "agreed");
    for (const auto stage : stages.root()["result"])
        if (stage["STATUS_ID"].text_view() == gone)
            portal_call(world, "crm.status.delete", "{\"id\":" + stage["ID"].dump() + "}");
    bill(world, report);
    bill(world, second);
    CHECK(world.state(report) == "invoiced"); // the card holds nothing up (G19)
    CHECK(world.state(second) == "invoiced");
    CHECK(world.deals().size() == 2);
    INFO(troubles(world));
    setup_portal(world);
    retry_parked(world);
    work(world);
    for (const auto card : cards(world)) CHECK(card_state(world, card) == "invoiced");
    CHECK(world.verify() == "");
}

TEST_CASE("a stage that is missing when it is needed parks, and says what to do") {
    World world(full());
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    work(world);
    const auto stages = portal_call(world, "crm.status.list", "{}");
    const std::string gone = layout(world, "states", "sent");
    for (const auto stage : stages.root()["result"])
        if (stage["STATUS_ID"].text_view() == gone)
            portal_call(world, "crm.status.delete", "{\"id\":" + stage["ID"].dump() + "}");
    world.send(report);
    work(world);
    CHECK(troubles(world).find("portal setup") != std::string::npos);
    CHECK(world.state(report) == "sent");
}

TEST_CASE("a deal or an invoice that somebody deleted asks a person; nothing is made again") {
    for (const int type : {2, 31}) {
        INFO("entity type " << type);
        World world(full());
        const auto a = agency(world);
        const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
        const auto second = world.draft(a.other, "2026-06-01", "2026-06-30");
        bill(world, report);
        REQUIRE(world.state(report) == "invoiced");
        const auto id = type == 2 ? world.deals().front() : invoices(world).front();
        portal_call(world, "crm.item.delete",
                    "{\"entityTypeId\":" + std::to_string(type) + ",\"id\":" + std::to_string(id) +
                        "}");
        work(world);
        CHECK(world.state(report) == "invoiced");
        CHECK(troubles(world).find("is gone from the CRM") != std::string::npos);
        bill(world, second);
        CHECK(world.state(second) == "invoiced");
        CHECK((type == 2 ? world.deals().size() : invoices(world).size()) == 1);
        CHECK(world.verify() == "");
    }
}

TEST_CASE("a template that fails leaves the docx, one that is gone parks its document; the report "
          "is invoiced all the same (G19)") {
    World world(full());
    const auto a = agency(world);
    sandbox::Fault broken;
    broken.kind = sandbox::Fault::Kind::Transformation;
    broken.method = "crm.documentgenerator.document.add";
    world.portal->add_fault(broken);
    world.portal->edit([](sandbox::State& state) { state.templates.erase(13); });
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    bill(world, report);
    work(world);
    CHECK(world.state(report) == "invoiced");
    const auto documents = world.tables->documents.of_report(report);
    REQUIRE(documents.size() == 1);
    INFO(documents[0].last_error);
    CHECK(documents[0].state == "stored");
    CHECK(documents[0].last_error.find("docx") != std::string::npos);
    CHECK(troubles(world).find("document.create") != std::string::npos);
}

TEST_CASE(
    "a company that was deleted before the deal is made parks the deal; other reports go on") {
    World world(full());
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    const auto second = world.draft(a.other, "2026-06-01", "2026-06-30");
    world.send(report);
    portal_call(world, "crm.item.delete",
                "{\"entityTypeId\":4,\"id\":" + std::to_string(a.client) + "}");
    world.agree(report);
    work(world);
    bill(world, second);
    CHECK(world.state(second) == "invoiced");
    INFO(troubles(world));
    // Whatever the portal makes of it: never two deals, and never silence.
    CHECK((world.state(report) == "invoiced" || !troubles(world).empty()));
    CHECK(world.deals().size() <= 2);
    CHECK(world.verify() == "");
}

TEST_CASE("a company merged into another takes no time along that a report holds; its deal asks a "
          "person, and the other company's report goes on") {
    World world(full());
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    world.send(report);
    work(world);
    // The portal moves everything to the company that stays, and deletes the other one.
    world.link_task(a.task, a.other);
    portal_call(world, "crm.item.delete",
                "{\"entityTypeId\":4,\"id\":" + std::to_string(a.client) + "}");
    REQUIRE_FALSE(world.pull(test::whole_pull()).error);
    const auto second = world.draft(a.other, "2026-06-01", "2026-06-30");
    CHECK(world.total(second) == "90.00"); // its own hour; the merged one stands on a sent report
    world.agree(report);
    work(world);
    bill(world, second);
    CHECK(world.state(second) == "invoiced");
    const std::string told = troubles(world);
    INFO(told);
    CHECK(world.state(report) == "agreed");
    CHECK(told.find("deleted, or merged into another") != std::string::npos);
    CHECK(told.find("Cancel the report") != std::string::npos);
    CHECK(world.deals().size() == 1);
    CHECK(world.verify() == "");
    // A person who knows better tries the same op again.
    retry_parked(world);
    work(world);
    CHECK(world.deals().size() == 2);
}

TEST_CASE("a deal whose call may have run goes out again only after the settle delay and two "
          "look-ups that found nothing (R11, G21)") {
    World world(full());
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    world.send(report);
    work(world);
    sandbox::Fault reset;
    reset.kind = sandbox::Fault::Kind::Reset;
    reset.method = "crm.item.add";
    world.portal->add_fault(reset);
    world.agree(report);
    const Instant sent = world.clock.now();
    const auto settle = world.books->crm()->connector->capabilities().settle;
    std::vector<int> looks; // what the op has counted, step by step
    Instant second_look{};
    for (int i = 0; i < 300 && world.deals().empty(); ++i) {
        world.run(std::chrono::seconds{0});
        if (!world.deals().empty()) break;
        for (const auto& op : world.tables->outbox.list(store::OpState::Uncertain, 10)) {
            if (op.op.kind != domain::OpKind::DealCreate ||
                (!looks.empty() && looks.back() == op.lookups))
                continue;
            looks.push_back(op.lookups);
            if (op.lookups == 2) second_look = world.clock.now();
        }
        world.advance(std::chrono::seconds{1});
    }
    CHECK(looks == std::vector<int>{1, 2}); // an early one proves nothing, then a late one
    CHECK(second_look - sent >= settle);
    CHECK(world.clock.now() > second_look); // and a second late one before the call goes out again
    CHECK(world.deals().size() == 1);
    work(world);
    CHECK(world.state(report) == "invoiced");
}

TEST_CASE("a card's field that somebody removed is reported, and portal setup brings it back") {
    World world(full());
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    work(world);
    const auto card = cards(world).front();
    REQUIRE(card_field(world, card, "total") == "90.00 BYN");
    const std::string name = layout(world, "fields", "total");
    const auto fields = portal_call(world, "userfieldconfig.list", "{\"moduleId\":\"crm\"}");
    bool removed = false;
    for (const auto field : fields.root()["result"]["fields"])
        if (field["fieldName"].text_view() == name) {
            portal_call(world, "userfieldconfig.delete",
                        "{\"moduleId\":\"crm\",\"id\":" + field["id"].dump() + "}");
            removed = true;
        }
    REQUIRE(removed);
    world.send(report);
    work(world);
    for (int i = 0; i < 8; ++i) {
        world.advance(std::chrono::minutes{2});
        work(world);
    }
    CHECK(world.state(report) == "sent");
    setup_portal(world);
    world.advance(std::chrono::hours{2});
    world.agree(report);
    work(world);
    work(world);
    CHECK(card_field(world, card, "total") == "90.00 BYN");
}

TEST_CASE("a user without rights: every op waits with the reason, and runs once the right is "
          "there") {
    World world(full());
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    work(world);
    world.send(report);
    world.agree(report);
    sandbox::Fault denied;
    denied.kind = sandbox::Fault::Kind::Error;
    denied.method = "crm.item.add";
    denied.status = 403;
    denied.code = "ACCESS_DENIED";
    denied.description = "Access denied";
    world.portal->add_fault(denied);
    work(world);
    CHECK(world.state(report) == "agreed");
    CHECK(troubles(world).find("deal.create") != std::string::npos);
    CHECK(world.deals().empty());
    retry_parked(world);
    work(world);
    CHECK(world.state(report) == "invoiced");
    CHECK(world.deals().size() == 1);
}

TEST_CASE("a portal whose plan has no smart processes: reports live here, the deal carries the "
          "link") {
    World world(full());
    world.portal->change_options([](sandbox::PortalOptions& o) { o.smart_processes = false; });
    const auto client = world.company("Client");
    const auto worker = world.user("Worker");
    const auto task = world.task({"Landing page", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client);
    const auto report = world.service->setup_portal(*world.books->crm(), false, "");
    REQUIRE(report.ok());
    CHECK_FALSE(report->cards.has_value());
    bool told = false;
    for (const auto& step : report->steps) told = told || step.state == "forbidden";
    CHECK(told);
    const auto id = world.draft(client, "2026-06-01", "2026-06-30");
    bill(world, id);
    CHECK(world.state(id) == "invoiced");
    CHECK(world.deals().size() == 1);
    CHECK(invoices(world).size() == 1);
}
