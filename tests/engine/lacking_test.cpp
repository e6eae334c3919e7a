#include <catch2/catch.hpp>

#include "desk/retries.h"
#include "engine/asks.h"
#include "engine/kanban.h"
#include "lanes/lacks.h"

// What a portal lacks or refuses for good holds up only itself (G55): with cards, invoices,
// documents, marks and notices, each in turn.
namespace hb::test {
namespace {

using Kind = sandbox::Fault::Kind;

enum class How { NoMethod, NoRight };

struct Part {
    std::string what;
    std::vector<std::string> methods; // refused together
    bool of_cards = false;            // only when they are called for cards
    std::string without;              // `check` says what is different
    bool alike = false;               // a right refused is refused whatever it is asked for
};

const std::vector<Part>& parts() {
    static const std::vector<Part> all = {
        {"payments", {"crm.item.payment.list"}, false, "payments in the CRM are not seen", true},
        {"comments", {"crm.timeline.comment.add"}, false, "get no comments"},
        {"looking for comments", {"crm.timeline.comment.list"}, false, ""},
        {"documents", {"crm.documentgenerator.document.add"}, false, "no documents are created"},
        {"files of documents",
         {"crm.documentgenerator.document.get"},
         false,
         "their files are not stored"},
        {"creating cards", {"crm.item.add"}, true, "reports get no cards"},
        {"changing cards", {"crm.item.update"}, true, "do not show how their reports stand"},
        {"reading cards", {"crm.item.list"}, true, "are not noticed", true},
        {"marks", {"tasks.task.update"}, false, "do not show what is paid"},
        {"fields of marks", {"task.item.userfield.add"}, false, ""}, // portal setup made them
        {"stages", {"crm.status.list"}, false, ""},                  // asked for by a cancel only
        {"stage history", {"crm.stagehistory.list"}, false, "noticed when it is next read", true},
        {"notices", {"im.notify.system.add"}, false, "nobody is told in Bitrix24"},
    };
    return all;
}

struct Office {
    World world{WorldOptions{"", "on_agree", domain::LatePolicy::Ask, true, false}};
    std::int64_t clients[2] = {0, 0}, reports[2] = {0, 0};

    Office() {
        const auto worker = world.user("Worker");
        for (auto& client : clients) {
            client = world.company("Client");
            World::TaskMaker maker;
            maker.links = {"CO_" + std::to_string(client)};
            world.entry(world.task(maker), worker, 3600, "2026-06-10T10:00:00+03:00");
        }
        REQUIRE_FALSE(world.pull().error);
        for (const auto client : clients) world.contract(client);
        setup_portal(world);
        listen();
        work(); // what was before the first rule is no news
    }
    void listen() {
        world.books->settings.notices = {
            {{"agreed", "paid"}, "bitrix24", domain::OpKind::NoticeSend, "1", "1", "en"}};
    }
    void work() { world.run(std::chrono::seconds{900}); }
    void restart() {
        world.restart();
        listen();
    }
    void refuse(const Part& part, How how) {
        for (const auto& method : part.methods) {
            sandbox::Fault fault;
            fault.method = method;
            fault.count = -1;
            if (part.of_cards)
                fault.containing = "\"entityTypeId\":" + std::to_string(card_type(world));
            fault.kind = how == How::NoMethod && !part.of_cards ? Kind::NoMethod : Kind::Error;
            fault.status = how == How::NoMethod ? 404 : 403;
            fault.code = how == How::NoMethod ? "ERROR_METHOD_NOT_FOUND" : "ACCESS_DENIED";
            fault.description = how == How::NoMethod ? "Method not found!" : "Access denied!";
            world.portal->add_fault(fault);
        }
    }
    void bill() {
        for (int i = 0; i < 2; ++i) {
            reports[i] = world.draft(clients[i], "2026-06-01", "2026-06-30");
            world.send(reports[i]);
        }
        work();
        for (const auto report : reports) world.agree(report);
        work();
    }
    void win() {
        for (const auto report : reports) {
            const auto deal = world.tables->outbox.of_purpose(domain::Purpose::deal(report));
            world.win_deal(std::stoll(deal->remote_id));
        }
        work();
    }
    void serve(std::chrono::minutes time) { // only a service follows the history of stages
        const Instant end = world.clock.now() + time;
        world.service->serve([&] { return world.clock.now() >= end; });
    }
    std::int64_t calls(const Part& part) {
        const auto counters = world.portal->counters();
        std::int64_t out = 0;
        for (const auto& method : part.methods)
            for (const auto* of : {&counters.calls, &counters.failures})
                if (const auto found = of->find(method); found != of->end()) out += found->second;
        return out;
    }
    std::int64_t parked() { return world.tables->outbox.count(store::OpState::Parked); }
    std::int64_t told_parked() {
        std::int64_t out = 0;
        for (const auto& event : world.tables->events.since(0, 100000))
            out += event.action == "op.parked" ? 1 : 0;
        return out;
    }
    // Of what we made in the CRM; "" nothing.
    std::string kinds_made_twice() {
        std::string out;
        for (const auto& op : world.tables->outbox.list(store::OpState::Done, 100000)) {
            if (op.op.repeat != domain::Repeat::Findable || op.superseded) continue;
            const auto found = world.books->crm()->connector->find(op.op);
            if (found && found->size() > 1) out += std::string(to_string(op.op.kind)) + " ";
        }
        return out;
    }
    std::vector<domain::Lack> lacks() { return world.tables->lacks.of(world.books->crm()->row.id); }
    // What `check` says, one finding a line with its advice.
    std::string check() {
        std::string out;
        const auto report = world.books->crm()->connector->check();
        for (const auto& problem : report.problems)
            out += problem.what + " -> " + problem.hint + "\n";
        for (const auto& note : report.notes) out += note + "\n";
        return out;
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string line_with(const std::string& text, const std::string& part) {
    const auto at = text.find(part);
    if (at == std::string::npos) return "";
    const auto begin = text.rfind('\n', at);
    return text.substr(begin == std::string::npos ? 0 : begin + 1,
                       text.find('\n', at) - (begin == std::string::npos ? 0 : begin + 1));
}

} // namespace

TEST_CASE(
    "without any one of the optional parts, or refused for want of a right, money still flows "
    "to paid, what is refused voids only itself, and check names it (G55, R22)") {
    for (const How how : {How::NoMethod, How::NoRight})
        for (const auto& part : parts()) {
            INFO(part.what << (how == How::NoMethod ? ", no method" : ", no right"));
            Office office;
            auto& world = office.world;
            office.refuse(part, how);
            office.bill();
            for (const auto report : office.reports) CHECK(world.state(report) == "invoiced");
            office.win();
            for (const auto report : office.reports) CHECK(world.state(report) == "paid");
            office.serve(std::chrono::minutes{3});
            CHECK(world.deals().size() == 2);
            CHECK(world.verify() == "");
            // Nothing but ops that need it is parked.
            for (const auto& op : world.tables->outbox.list(store::OpState::Parked, 100)) {
                INFO(to_string(op.op.kind) << " " << op.last_error);
                CHECK_FALSE(op.op.kind == domain::OpKind::DealCreate);
                CHECK_FALSE(op.op.kind == domain::OpKind::DealRows);
                CHECK_FALSE(op.op.kind == domain::OpKind::InvoiceCreate);
                CHECK_FALSE(op.op.kind == domain::OpKind::InvoiceRows);
            }
            if (part.without.empty()) continue;
            const std::string told = line_with(office.check(), part.without);
            INFO(told);
            CHECK(has(told, part.methods.front()));
            if (how == How::NoMethod) continue;
            CHECK(has(told, "owner may not use " + part.methods.front()));
            CHECK(has(told, "the right to "));
            CHECK_FALSE(has(told, "tick"));
            if (part.of_cards) CHECK(has(told, "smart process"));
        }
}

TEST_CASE(
    "a method that is refused alike is not called again for a day, whatever is restarted, nor "
    "by another command; then once, and the first success ends it (G55)") {
    for (const How how : {How::NoMethod, How::NoRight})
        for (const auto& part : parts()) {
            if (how == How::NoRight && !part.alike) continue;
            if (part.without.empty()) continue;
            INFO(part.what << (how == How::NoMethod ? ", no method" : ", no right"));
            Office office;
            auto& world = office.world;
            office.refuse(part, how);
            office.bill();
            office.win();
            office.serve(std::chrono::minutes{3});
            REQUIRE_FALSE(office.lacks().empty());
            CHECK(office.lacks()[0].method == part.methods.front());
            const auto since = office.lacks()[0].since;
            // Another client's report is billed by a process that has just begun.
            world.advance(std::chrono::hours{1});
            office.restart();
            const auto before = office.calls(part);
            const auto own = part.of_cards ? 0 : before; // of cards deals are called alike
            office.work();
            world.advance(std::chrono::hours{1});
            office.restart();
            office.work();
            office.serve(std::chrono::minutes{3});
            if (!part.of_cards) CHECK(office.calls(part) == own);
            CHECK(office.lacks()[0].since == since);
            // A day later it is tried, and what was granted meanwhile works.
            world.portal->clear_faults();
            world.advance(std::chrono::hours{25});
            office.restart();
            const auto worker = world.user("Other worker");
            const auto client = world.company("New client");
            World::TaskMaker maker;
            maker.links = {"CO_" + std::to_string(client)};
            world.entry(world.task(maker), worker, 3600, "2026-06-11T10:00:00+03:00");
            REQUIRE_FALSE(world.pull().error);
            world.contract(client);
            office.clients[0] = client;
            const auto report = world.draft(client, "2026-06-01", "2026-06-30");
            world.send(report);
            office.work();
            world.agree(report);
            office.work();
            const auto deal = world.tables->outbox.of_purpose(domain::Purpose::deal(report));
            world.win_deal(std::stoll(deal->remote_id));
            office.work();
            office.serve(std::chrono::minutes{20});
            CHECK(world.state(report) == "paid");
            CHECK(office.lacks().empty());
            CHECK(office.parked() == 0); // what the lack had parked went on with it
            CHECK(world.verify() == "");
        }
}

TEST_CASE(
    "what was parked for want of a call or a right is tried once a day without a word, and goes "
    "on by itself when it is there, once each (G55)") {
    for (const How how : {How::NoMethod, How::NoRight})
        for (const auto& part : parts()) {
            INFO(part.what << (how == How::NoMethod ? ", no method" : ", no right"));
            Office office;
            auto& world = office.world;
            office.refuse(part, how);
            office.bill();
            office.win();
            office.work();
            const auto parked = office.parked();
            if (parked == 0) continue; // reading, and what only a cancel asks for
            const auto told = office.told_parked();
            CHECK(told > 0);
            // Cards are not the only ones that are called so, and marks are compared every night.
            const bool counted = !part.of_cards && part.what != "marks";
            const auto calls = office.calls(part);
            world.advance(std::chrono::hours{22});
            office.work();
            if (counted) CHECK(office.calls(part) == calls);
            CHECK(office.parked() == parked);

            world.advance(std::chrono::hours{3});
            office.work();
            const auto tried = office.calls(part) - calls;
            if (counted) CHECK(tried > 0);
            // A call that nobody may make is asked for once, not once for each op.
            if (counted && how == How::NoMethod) CHECK(tried == 1);
            CHECK(office.parked() == parked);
            CHECK(office.told_parked() == told);

            world.portal->clear_faults();
            world.advance(std::chrono::hours{25});
            office.work();
            office.work();
            CHECK(office.parked() == 0);
            CHECK(office.lacks().empty());
            CHECK(world.deals().size() == 2);
            for (const auto report : office.reports) {
                CHECK(world.state(report) == "paid");
                CHECK(codes_asked(*world.books, report) == "");
            }
            CHECK(office.kinds_made_twice() == "");
            CHECK(world.verify() == "");
        }
}

TEST_CASE("a deal that nobody was allowed to make is made once the right is there (G55)") {
    Office office;
    auto& world = office.world;
    sandbox::Fault fault;
    fault.method = "crm.item.add";
    fault.kind = Kind::Error;
    fault.status = 403;
    fault.code = "ACCESS_DENIED";
    fault.description = "Access denied!";
    fault.count = -1;
    fault.containing = "\"entityTypeId\":2,";
    world.portal->add_fault(fault);
    office.bill();
    REQUIRE(world.deals().empty());
    REQUIRE(office.parked() > 0);
    world.advance(std::chrono::hours{12});
    office.restart();
    office.work();
    CHECK(world.deals().empty());
    world.portal->clear_faults();
    world.advance(std::chrono::hours{13});
    office.restart();
    office.work();
    office.work();
    CHECK(world.deals().size() == 2);
    CHECK(office.parked() == 0);
    office.win();
    for (const auto report : office.reports) CHECK(world.state(report) == "paid");
    CHECK(world.verify() == "");
}

TEST_CASE("a person who looks has what is parked for a lack tried at once (G55)") {
    Office office;
    auto& world = office.world;
    const Part* comments = nullptr;
    for (const auto& part : parts())
        if (part.what == "comments") comments = &part;
    office.refuse(*comments, How::NoMethod);
    office.bill();
    REQUIRE(office.parked() > 0);
    world.portal->clear_faults();
    office.work();
    CHECK(office.parked() > 0);
    lanes::try_lacking(*world.books, *world.books->crm());
    office.work();
    office.work();
    CHECK(office.parked() == 0);
    CHECK(office.lacks().empty());
    CHECK(world.verify() == "");
}

TEST_CASE("news that was refused for days is not told when it may be again") {
    Office office;
    auto& world = office.world;
    const Part* notices = nullptr;
    for (const auto& part : parts())
        if (part.what == "notices") notices = &part;
    office.refuse(*notices, How::NoMethod);
    office.bill();
    const auto parked = office.parked();
    REQUIRE(parked > 0);
    world.portal->clear_faults();
    world.advance(std::chrono::hours{24 * 5});
    office.work();
    office.work();
    CHECK(office.parked() == parked);
    std::size_t shown = 0;
    world.portal->edit([&](sandbox::State& state) { shown = state.notices.rows().size(); });
    CHECK(shown == 0);
}

TEST_CASE("a right that is refused for one task holds up no other task's mark (R22)") {
    Office office;
    auto& world = office.world;
    office.bill();
    sandbox::Fault fault;
    fault.method = "tasks.task.update";
    fault.kind = Kind::Error;
    fault.status = 403;
    fault.code = "ACCESS_DENIED";
    fault.description = "Access denied!";
    fault.count = -1;
    fault.containing = "\"taskId\":\"1\"";
    world.portal->add_fault(fault);
    office.win();
    std::string marks;
    for (const auto id : {1, 2}) marks += world.mark(id, "UF_HB_PAID") + ";";
    CHECK(has(marks, "100"));
    CHECK_FALSE(marks == "100;100;");
    for (const auto report : office.reports) CHECK(world.state(report) == "paid");
}

TEST_CASE("a person's retry calls what is lacking at once (G55)") {
    Office office;
    auto& world = office.world;
    const Part* comments = nullptr;
    for (const auto& part : parts())
        if (part.what == "comments") comments = &part;
    office.refuse(*comments, How::NoMethod);
    office.bill();
    const auto parked = world.tables->outbox.list(store::OpState::Parked, 100);
    REQUIRE_FALSE(parked.empty());
    world.portal->clear_faults();
    office.restart();
    const auto before = office.calls(*comments);
    office.work();
    CHECK(office.calls(*comments) == before);
    for (const auto& op : parked)
        REQUIRE(desk::retry_ops(*world.books, {{op.id}, "", ""}, {"test"}).ok());
    office.work();
    CHECK(world.tables->outbox.count(store::OpState::Parked) == 0);
    CHECK(office.lacks().empty());
    CHECK(world.verify() == "");
}

} // namespace hb::test
