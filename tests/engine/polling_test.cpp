#include <catch2/catch.hpp>

#include "books/settings_names.h"
#include "engine/kanban.h"
#include "lanes/crm_lists.h"
#include "mapping/shipped.h"
#include "store/unlisted.h"
#include "json/value.h"

// Deals, companies and cards by asking alone: no event ever comes. The portal answers as real ones
// do (docs/protocols/bitrix24.md).
using namespace hb;
using namespace hb::test;

namespace {

void work(World& world) {
    const auto ran = world.run(std::chrono::seconds{600});
    for (const auto& error : ran.errors) UNSCOPED_INFO(error);
    CHECK(ran.errors.empty());
}

// Nothing listens at the portal, and nothing was heard.
bool heard_nothing(World& world) {
    const auto sent = world.portal->counters();
    return !world.tables->kept.get(world.books->crm()->row.id, books::kept::kLastEvent) &&
           sent.calls.count("event.offline.get") == 0;
}

std::int64_t calls(World& world, const std::string& method) {
    const auto counters = world.portal->counters();
    const auto found = counters.calls.find(method);
    return found == counters.calls.end() ? 0 : found->second;
}

void rename_company(World& world, std::int64_t company, const std::string& title) {
    portal_call(world, "crm.item.update",
                "{\"entityTypeId\":4,\"id\":" + std::to_string(company) +
                    ",\"fields\":{\"title\":" + json::quote(title) + "}}");
}

std::string client_of(World& world, std::int64_t report) {
    const auto row = world.tables->reports.find(report);
    return world.tables->sources.find_company(row->client)->name;
}

std::string kept_lists(World& world) {
    return world.tables->kept.get(world.books->crm()->row.id, books::kept::kCrmLists).value_or("");
}

// As books of an earlier version: nothing says which lists they were kept by.
void forget_lists(World& world) {
    store::Tx tx(*world.db);
    world.tables->kept.erase(world.books->crm()->row.id, books::kept::kCrmLists);
    tx.commit();
}

void use_mapping(World& world, const std::string& from, const std::string& to) {
    std::string text(mapping::shipped_mapping("bitrix24"));
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    std::vector<mapping::FileProblem> problems;
    auto mapped = mapping::Mapping::parse(text, "own.json", problems);
    REQUIRE(mapped.has_value());
    world.books->change([&] {
        world.books->crm()->mapping = std::make_shared<mapping::Mapping>(std::move(*mapped));
    });
}

} // namespace

TEST_CASE(
    "by polling alone: a card that a person made and moved, and a deal that is paid, move the "
    "report") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto client = world.company("Client");
    const auto worker = world.user("Worker");
    const auto task = world.task({"Site", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    world.entry(task, worker, 5400, "2026-06-10T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client);
    setup_portal(world);
    const auto card = make_card(world, {client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto report = report_of_card(world, card);
    REQUIRE(report.has_value());
    CHECK(world.state(*report) == "draft");
    CHECK(card_field(world, card, "total") == "135.00 BYN");
    for (const char* stage : {"sent", "agreed"}) {
        move_card(world, card, stage);
        work(world);
    }
    CHECK(world.state(*report) == "invoiced");
    REQUIRE(world.deals().size() == 1);
    world.win_deal(world.deals().front());
    work(world);
    CHECK(world.state(*report) == "paid");
    CHECK(card_state(world, card) == "paid");
    CHECK(world.mark(task, "UF_HB_PAID") == "100");
    CHECK(world.deals().size() == 1);
    CHECK(world.verify() == "");
    CHECK(heard_nothing(world));
    // The card was found by asking, not by an event's hint.
    CHECK(calls(world, "crm.item.list") > 0);
}

TEST_CASE("by polling alone: a company that is renamed, a task that is linked anew and a card that "
          "is moved back reach the report") {
    World world;
    const auto client = world.company("Client");
    const auto other = world.company("Other");
    const auto worker = world.user("Worker");
    const auto task = world.task({"Site", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    const auto moved = world.task({"Shop", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    world.entry(task, worker, 36000, "2026-06-10T10:00:00+03:00");
    world.entry(moved, worker, 600, "2026-06-11T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client);
    world.contract(other);
    setup_portal(world);
    const auto card = make_card(world, {client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto report = *report_of_card(world, card);
    CHECK(world.total(report) == "915.00");
    CHECK(client_of(world, report) == "Client");
    world.advance(std::chrono::minutes{30});
    rename_company(world, client, "Client and Sons");
    world.link_task(moved, other);
    work(world);
    CHECK(client_of(world, report) == "Client and Sons");
    CHECK(world.total(report) == "900.00");
    CHECK(card_field(world, card, "total") == "900.00 BYN");
    move_card(world, card, "sent");
    work(world);
    CHECK(world.state(report) == "sent");
    move_card(world, card, "draft");
    work(world);
    CHECK(world.state(report) == "draft");
    CHECK(world.verify() == "");
    CHECK(heard_nothing(world));
    const auto writes = world.writes();
    work(world);
    CHECK(world.writes() == writes);
}

TEST_CASE("companies of other categories are clients by a link, as the others are") {
    World world;
    const auto client = world.company("Branch");
    world.portal->edit([&](sandbox::State& state) {
        auto& companies = state.crm.at(4);
        companies.set(*companies.items.find(client), "categoryId", std::int64_t{3});
    });
    const auto worker = world.user("Worker");
    const auto task = world.task({"Site", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client);
    CHECK(world.total(world.draft(client, "2026-06-01", "2026-06-30")) == "90.00");
}

TEST_CASE("people whom the portal hides are asked for by their id, once a day, and named") {
    World world;
    const auto worker = world.user("Worker");
    const auto outside = world.user("Freelancer");
    const auto bot = world.user("Robot");
    world.portal->edit([&](sandbox::State& state) {
        state.users.find(1)->admin = false; // ADMIN_MODE means nothing then
        state.users.find(worker)->department = 1;
        state.users.find(outside)->type = "extranet";
        state.users.find(bot)->type = "bot";
    });
    const auto task = world.task({"Site", {}, {}, 0, 0, 5});
    for (const auto who : {worker, outside, bot})
        world.entry(task, who, 3600, "2026-06-10T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    const auto& crm = world.books->crm()->row;
    const auto name = [&](std::int64_t id) {
        for (const auto& person : world.tables->sources.persons(crm.id))
            if (person.ref.id == std::to_string(id)) return person.name;
        return std::string("?");
    };
    CHECK(name(outside).find("Freelancer") != std::string::npos);
    CHECK(name(bot).empty());
    const auto nameless = store::nameless_people(*world.db, crm.id);
    CHECK(nameless.people == 3);
    REQUIRE(nameless.without.size() == 1);
    CHECK(nameless.without[0].id == std::to_string(bot));
    CHECK(nameless.without[0].seconds == 3600);
    // The one who never comes is asked for again tomorrow, not with each pull.
    const auto pull = [&] {
        const auto before = calls(world, "user.get");
        REQUIRE_FALSE(world.pull().error);
        return calls(world, "user.get") - before;
    };
    const auto list_alone = pull();
    CHECK(pull() == list_alone);
    world.advance(std::chrono::hours{24});
    CHECK(pull() > list_alone);
    CHECK(pull() == list_alone);
}

TEST_CASE("books kept by the older lists go over to the newer ones once the mapping reads both "
          "alike, and nothing changes by it") {
    World world;
    const auto client = world.company("Client");
    const auto hidden = world.company("Branch");
    world.company("Agency", true);
    portal_call(world, "crm.item.add",
                "{\"entityTypeId\":2,\"fields\":{\"title\":\"D\",\"companyId\":" +
                    std::to_string(client) + "}}");
    world.portal->edit([&](sandbox::State& state) {
        auto& companies = state.crm.at(4);
        companies.set(*companies.items.find(hidden), "categoryId", std::int64_t{3});
    });
    // Read as the version before did.
    use_mapping(world, R"("from": ["/TITLE", "/title"], "as": "text", "else": "company #{id}")",
                R"("from": ["/CATEGORY_ID", "/TITLE"], "as": "text", "else": "company #{id}")");
    {
        store::Tx tx(*world.db);
        world.tables->kept.put(world.books->crm()->row.id, books::kept::kCrmLists,
                               "older 0 2026-07-01T09:00:00Z\nfor this test", world.clock.now());
        tx.commit();
    }
    REQUIRE_FALSE(world.pull().error);
    CHECK(calls(world, "crm.item.list") == 0);
    CHECK(calls(world, "crm.company.list") > 0);
    const auto known = [&] {
        return world.tables->sources.companies(world.books->crm()->row.id).size();
    };
    CHECK(known() == 2);

    // The mapping names a member that only the newer list tells: the older lists stay, with words.
    forget_lists(world);
    REQUIRE_FALSE(world.pull().error);
    CHECK(kept_lists(world).rfind("older 0 ", 0) == 0);
    const std::string why = lanes::why_older_lists(world.tables->kept, world.books->crm()->row.id);
    CHECK(why.find("companies " + std::to_string(client) + " would be read as") == 0);
    CHECK(why.find("\"Client\"") != std::string::npos);
    const auto tried = calls(world, "crm.item.list");
    REQUIRE_FALSE(world.pull().error);
    CHECK(calls(world, "crm.item.list") == tried); // not before tomorrow
    CHECK(known() == 2);

    // The shipped mapping reads both alike: what was hidden comes, nothing else moves.
    std::vector<mapping::FileProblem> problems;
    auto shipped = mapping::Mapping::parse(mapping::shipped_mapping("bitrix24"),
                                           "mappings/bitrix24.json", problems);
    world.books->change([&] {
        world.books->crm()->mapping = std::make_shared<mapping::Mapping>(std::move(*shipped));
    });
    world.advance(std::chrono::hours{24});
    const auto report = world.pull();
    REQUIRE_FALSE(report.error);
    CHECK(kept_lists(world) == "newer");
    CHECK(lanes::why_older_lists(world.tables->kept, world.books->crm()->row.id).empty());
    CHECK(known() == 3);
    for (const auto& stream : report.streams) {
        INFO(stream.stream);
        CHECK(stream.tombstoned == 0);
        if (stream.stream == "deals") CHECK(stream.revised == 0);
    }
    const auto older = calls(world, "crm.company.list");
    world.restart();
    REQUIRE_FALSE(world.pull().error);
    CHECK(calls(world, "crm.company.list") == older);
}

TEST_CASE("a portal that refuses the newer list keeps the older one for a day, and says why") {
    World world;
    world.company("Client");
    REQUIRE_FALSE(world.pull().error);
    CHECK(kept_lists(world) == "newer"); // fresh books have nothing to compare
    CHECK(calls(world, "crm.company.list") == 0);
    forget_lists(world);
    sandbox::Fault refused;
    refused.kind = sandbox::Fault::Kind::Error;
    refused.method = "crm.item.list";
    refused.status = 400;
    refused.code = "ACCESS_DENIED";
    refused.count = 1000;
    world.portal->add_fault(refused);
    REQUIRE_FALSE(world.pull().error);
    CHECK(lanes::why_older_lists(world.tables->kept, world.books->crm()->row.id)
              .find("ACCESS_DENIED") != std::string::npos);
    world.portal->clear_faults();
    REQUIRE_FALSE(world.pull().error);
    CHECK_FALSE(kept_lists(world) == "newer");
    world.advance(std::chrono::hours{24});
    REQUIRE_FALSE(world.pull().error);
    CHECK(kept_lists(world) == "newer");
}

TEST_CASE("a portal that does not answer decides nothing about its lists") {
    World world;
    world.company("Client");
    REQUIRE_FALSE(world.pull().error);
    forget_lists(world);
    sandbox::Fault away;
    away.kind = sandbox::Fault::Kind::Reset;
    away.method = "batch";
    away.count = 1;
    world.portal->add_fault(away);
    (void)world.pull();
    CHECK(kept_lists(world).empty());
    world.portal->clear_faults();
    world.advance(std::chrono::minutes{10});
    REQUIRE_FALSE(world.pull().error);
    CHECK(kept_lists(world) == "newer");
}

TEST_CASE("a deal or company of which one member is of another kind is refused in words, alone") {
    struct Row {
        const char* what;
        const char* member;
        const char* to;
        const char* classic;
    };
    const Row rows[] = {{"deals", "companyId", "flag", "/COMPANY_ID"},
                        {"deals", "companyId", "list", "/COMPANY_ID"},
                        {"deals", "title", "list", "/TITLE"},
                        {"deals", "stageId", "map", "/STAGE_ID"},
                        {"deals", "originId", "list", "/ORIGIN_ID"},
                        {"companies", "title", "list", "/TITLE"},
                        {"companies", "isMyCompany", "list", "/IS_MY_COMPANY"}};
    for (const auto& row : rows) {
        World world;
        const auto client = world.company("Client");
        world.company("Other");
        for (const char* title : {"One", "Two"})
            portal_call(
                world, "crm.item.add",
                std::string("{\"entityTypeId\":2,\"fields\":{\"originId\":\"x\",\"title\":\"") +
                    title + "\",\"companyId\":" + std::to_string(client) + "}}");
        sandbox::Fault wrong;
        wrong.kind = sandbox::Fault::Kind::RetypeMember;
        wrong.method = "crm.item.list";
        wrong.pick.what = row.what;
        wrong.pick.ids = {"1"};
        wrong.member = row.member;
        wrong.to = row.to;
        wrong.count = -1;
        world.portal->add_fault(wrong);
        INFO(row.what << " " << row.member << " as a " << row.to);
        const auto pulled = world.pull();
        REQUIRE_FALSE(pulled.error);
        for (const auto& stream : pulled.streams) {
            INFO(stream.stream);
            CHECK(stream.problems == (stream.stream == row.what ? 1 : 0));
            if (stream.stream == row.what) CHECK(stream.added >= 1);
        }
        const auto problems = world.tables->sources.problems(10);
        REQUIRE(problems.size() == 1);
        CHECK(problems[0].problem.find(std::string("at ") + row.classic + ": expected") !=
              std::string::npos);
        world.portal->clear_faults();
    }
}
