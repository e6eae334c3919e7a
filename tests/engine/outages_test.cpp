#include <catch2/catch.hpp>

#include "desk/decisions.h"
#include "desk/retries.h"
#include "engine/world.h"
#include "lanes/notices.h"
#include "lanes/outages.h"
#include "lanes/watch.h"

// A portal that is not available for a while (G63, R24), on a clock that tests move.
namespace hb::test {
namespace {

using Kind = sandbox::Fault::Kind;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kTasks = 40;

sandbox::Fault outage(seconds length, const std::string& answer = "html") {
    sandbox::Fault fault;
    fault.kind = Kind::Outage;
    fault.for_seconds = length.count();
    fault.answer = answer;
    fault.count = -1;
    return fault;
}

// An agency with an invoiced report of forty tasks, whose client pays by hand while the portal is
// away: forty marks wait.
struct Office {
    World world;
    std::int64_t client = 0, worker = 0, report = 0;

    Office() {
        client = world.company("Romashka LLC");
        worker = world.user("Worker");
        World::TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        for (int i = 0; i < kTasks; ++i)
            world.entry(world.task(maker), worker, 3600, "2026-06-10T10:00:00+03:00");
        REQUIRE_FALSE(world.pull().error);
        world.contract(client);
        report = world.draft(client, "2026-06-01", "2026-06-30");
        world.send(report);
        world.agree(report);
        world.run();
        REQUIRE(world.state(report) == "invoiced");
        books::NoticeRule rule{{"outage"}, "bitrix24", domain::OpKind::NoticeSend, "1", "1", "en"};
        world.books->settings.notices.push_back(rule);
        world.run();
    }
    // In minor units: 40 h of 90.00.
    void pay() {
        const auto paid = desk::add_payment(*world.books, report, "3600.00",
                                            *parse_day("2026-07-01"), "bank 1", {"test"});
        REQUIRE(paid.ok());
    }
    void serve(std::chrono::milliseconds time) {
        const Instant end = world.clock.now() + time;
        world.service->serve([&] { return world.clock.now() >= end; });
    }
    std::int64_t calls() { return world.books->remotes[0]->connector->counters().requests; }
    std::int64_t count(store::OpState state) { return world.tables->outbox.count(state); }
    std::int64_t marks() {
        std::int64_t done = 0;
        for (const auto& op : world.tables->outbox.list(store::OpState::Done, 100'000))
            if (op.op.kind == domain::OpKind::TaskMark && !op.superseded &&
                op.op.fields.find("\"100\"") != std::string::npos)
                ++done;
        return done;
    }
    std::int64_t events(std::string_view action) {
        std::int64_t found = 0;
        for (const auto& event : world.tables->events.since(0, 100'000))
            if (event.action == action) ++found;
        return found;
    }
    std::vector<std::string> told() {
        std::vector<std::string> out;
        world.portal->edit([&](sandbox::State& state) {
            for (const auto& notice : state.notices.rows()) out.push_back(notice.text);
        });
        return out;
    }
    lanes::Condition condition() {
        lanes::Watch watch(*world.books, "");
        return *watch.look();
    }
    domain::Breaker breaker() {
        return world.tables->breakers.find(world.books->remotes[0]->row.id);
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an outage of any length parks nothing, is told once at each end, costs few calls, and "
          "ends with every write done (R24)") {
    const struct {
        seconds length;
        std::int64_t calls_most;
    } cases[] = {{minutes{1}, 12},
                 {minutes{4}, 15},
                 {std::chrono::hours{1}, 30},
                 {std::chrono::hours{72}, 72 * 12 + 20}};
    for (const auto& answer : {"html", "reset", "json"}) {
        for (const auto& each : cases) {
            if (each.length > std::chrono::hours{1} && std::string(answer) != "html") continue;
            INFO(each.length.count() << " s, " << answer);
            Office office;
            office.world.portal->add_fault(outage(each.length, answer));
            const auto before = office.calls();
            office.pay();
            office.serve(each.length - seconds{2});
            CHECK(office.calls() - before <= each.calls_most);
            CHECK(office.count(store::OpState::Parked) == 0);
            CHECK(office.events("outage.began") == 1);
            CHECK(office.events("outage.ended") == 0);
            office.serve(minutes{12});
            CHECK(office.marks() == kTasks);
            CHECK(office.count(store::OpState::Pending) == 0);
            CHECK(office.count(store::OpState::Parked) == 0);
            CHECK(office.events("outage.began") == 1);
            CHECK(office.events("outage.ended") == 1);
            CHECK_FALSE(office.breaker().troubled());
            // Its own place was down: only the end is told, with both times.
            const auto told = office.told();
            REQUIRE(told.size() == 1);
            CHECK(has(told[0], "bitrix24 is available again; it was not from"));
            CHECK(office.world.verify() == "");
        }
    }
}

TEST_CASE("what waits during an outage keeps its place and counts no attempt; the condition says "
          "since when, and that nothing is lost (G63)") {
    Office office;
    office.world.portal->add_fault(outage(minutes{30}));
    office.pay();
    office.serve(minutes{20});
    for (const auto& op : office.world.tables->outbox.list(store::OpState::Pending, 1000)) {
        CHECK(op.attempts == 0);
        CHECK(office.world.tables->troubles.find(op.id).failures == 0);
    }
    const auto now = office.condition();
    CHECK_FALSE(now.ready());
    REQUIRE(now.away.size() == 1);
    const auto waiting = now.remotes[0].waiting;
    CHECK(waiting >= kTasks);
    CHECK(has(now.away[0], "bitrix24 is not available (HTTP 503); next try 12:"));
    CHECK(has(now.away[0], std::to_string(waiting) + " writes wait since 12:"));
    CHECK(has(now.away[0], "nothing is lost"));
    CHECK(now.asks.empty());
    CHECK(office.world.verify() == "");
}

TEST_CASE("`run` probes only when a probe is due, and a person's reading probes at once (G63)") {
    Office office;
    office.world.portal->add_fault(outage(minutes{60}));
    office.pay();
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(office.world.run(seconds{0}).errors.empty());
        office.world.advance(minutes{1});
    }
    REQUIRE(office.breaker().outage);
    office.world.run(seconds{0}); // the next probe is due later than now
    const auto before = office.calls();
    const auto report = office.world.run(seconds{0});
    CHECK(office.calls() == before);
    REQUIRE(report.errors.size() == 1);
    CHECK(has(report.errors[0], "bitrix24 is not available (HTTP 503); next try"));
    CHECK(report.next_due == office.breaker().probe_at);
    // sync
    const auto read = office.world.pull();
    CHECK(office.calls() == before + 1);
    REQUIRE(read.error);
    CHECK(has(read.error->message, "writes wait since"));
    office.world.advance(minutes{60});
    CHECK(office.world.run(seconds{0}).errors.empty());
    office.world.advance(minutes{2});
    CHECK(office.world.run(seconds{0}).errors.empty());
    CHECK(office.marks() == kTasks);
    CHECK(office.events("outage.ended") == 1);
    CHECK(office.count(store::OpState::Parked) == 0);
    CHECK(office.world.verify() == "");
}

TEST_CASE("a create whose answer was lost in an outage is looked up after it, and stands once") {
    Office office;
    World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(office.client)};
    office.world.entry(office.world.task(maker), office.worker, 3600, "2026-05-10T10:00:00+03:00");
    REQUIRE_FALSE(office.world.pull().error);
    const auto second = office.world.draft(office.client, "2026-05-01", "2026-05-31");
    office.world.send(second);
    office.world.agree(second);
    sandbox::Fault lost;
    lost.kind = Kind::LostAnswer;
    lost.method = "crm.item.add";
    office.world.portal->add_fault(lost);
    bool begun = false;
    office.world.books->failpoint = [&](std::string_view moment) {
        if (begun || moment != "after write") return;
        for (const auto& op : office.world.tables->outbox.list(store::OpState::InFlight, 10)) {
            if (op.op.kind != domain::OpKind::DealCreate) continue;
            begun = true;
            office.world.portal->add_fault(outage(minutes{20}));
        }
    };
    office.serve(minutes{15});
    CHECK(office.count(store::OpState::Parked) == 0);
    office.serve(minutes{20});
    CHECK(office.world.deals().size() == 2);
    CHECK(office.world.state(second) == "invoiced");
    CHECK(office.world.verify() == "");
}

TEST_CASE("a write that always fails while others pass is no outage: it is stuck, named, tried "
          "every hour and never before the others (G63)") {
    Office office;
    const auto task = office.world.tables->outbox.list(store::OpState::Done, 1000);
    std::string target;
    for (const auto& op : task)
        if (op.op.kind == domain::OpKind::TaskMark) target = op.op.target;
    REQUIRE_FALSE(target.empty());
    sandbox::Fault fault;
    fault.kind = Kind::Error;
    fault.status = 500;
    fault.code = "INTERNAL_SERVER_ERROR";
    fault.method = "tasks.task.update";
    fault.containing = "\"taskId\":\"" + target + "\"";
    fault.count = -1;
    office.world.portal->add_fault(fault);
    office.pay();
    office.serve(std::chrono::hours{6});
    CHECK(office.marks() == kTasks - 1);
    CHECK(office.events("outage.began") == 0);
    CHECK(office.count(store::OpState::Parked) == 0);
    const auto now = office.condition();
    REQUIRE(now.remotes.size() == 1);
    CHECK(now.remotes[0].stuck == 1);
    REQUIRE(now.asks.size() == 1);
    CHECK(has(now.asks[0], "1 write fails again and again while others pass"));
    const auto tried = [&] {
        return office.world.portal->counters().calls.at("tasks.task.update");
    };
    const auto before = tried();
    office.serve(std::chrono::hours{6});
    CHECK(tried() - before <= 8); // every hour, and when the service starts
    office.world.portal->clear_faults();
    office.serve(minutes{65});
    CHECK(office.condition().asks.empty());
    CHECK(office.marks() == kTasks);
    CHECK(office.count(store::OpState::Pending) == 0);
    CHECK(office.world.verify() == "");
}

TEST_CASE("rate answers are pauses: they are no outage and park nothing (G63)") {
    Office office;
    sandbox::Fault fault;
    fault.kind = Kind::Error;
    fault.status = 503;
    fault.code = "QUERY_LIMIT_EXCEEDED";
    fault.count = 12;
    office.world.portal->add_fault(fault);
    office.pay();
    office.serve(minutes{20});
    CHECK(office.events("outage.began") == 0);
    CHECK(office.marks() == kTasks);
    CHECK(office.count(store::OpState::Parked) == 0);
    CHECK(office.world.verify() == "");
}

TEST_CASE("one refusal for too many requests, of whatever call, is over within a run (G63)") {
    for (std::int64_t skip = 0; skip < 16; ++skip) {
        INFO("the portal answers " << skip << " calls first");
        World world;
        const auto client = world.company("Romashka LLC");
        World::TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        world.entry(world.task(maker), world.user("Worker"), 3600, "2026-06-10T10:00:00+03:00");
        REQUIRE_FALSE(world.pull().error);
        world.contract(client);
        const auto report = world.draft(client, "2026-06-01", "2026-06-30");
        world.send(report);
        world.agree(report);
        sandbox::Fault fault;
        fault.kind = Kind::Error;
        fault.status = 503;
        fault.code = "QUERY_LIMIT_EXCEEDED";
        fault.skip = skip;
        world.portal->add_fault(fault);
        const auto told = world.run(seconds{60});
        for (const auto& error : told.errors) UNSCOPED_INFO(error);
        CHECK(told.errors.empty());
        CHECK(world.state(report) == "invoiced");
        CHECK(world.verify() == "");
    }
}

TEST_CASE("a pause that lasts for minutes ends a pull, one of seconds does not (G63)") {
    Office office;
    auto& world = office.world;
    sandbox::Fault fault;
    fault.kind = Kind::Error;
    fault.status = 503;
    fault.code = "QUERY_LIMIT_EXCEEDED";
    fault.method = "batch";
    fault.count = 3;
    world.portal->add_fault(fault);
    const Instant begun = world.clock.now();
    CHECK_FALSE(world.pull().error);
    CHECK(world.clock.now() - begun < seconds{15});
    fault.status = 429;
    fault.code = "OPERATION_TIME_LIMIT";
    fault.count = -1;
    world.portal->add_fault(fault);
    const auto told = world.pull();
    REQUIRE(told.error);
    CHECK(has(told.error->message, "asks for a pause"));
    CHECK(office.events("outage.began") == 0);
    world.portal->clear_faults();
    world.advance(minutes{11});
    CHECK_FALSE(world.pull().error);
}

TEST_CASE("retrying asks at once, by numbers or all of a remote or kind; what is wrong or matches "
          "nothing changes nothing") {
    Office office;
    auto& books = *office.world.books;
    const auto wish = [&](std::vector<std::int64_t> ids, const std::string& remote = "",
                          const std::string& kind = "") {
        return desk::retry_ops(books, {std::move(ids), remote, kind}, {"cli:test"});
    };
    CHECK(wish({})->empty());
    const auto none = wish({99999});
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Code::NotFound);
    const auto done = office.world.tables->outbox.list(store::OpState::Done, 1).front().id;
    CHECK(wish({done}).error().code == Code::Conflict);
    const auto changes = office.world.db->total_changes();
    CHECK(wish({}, "bitrix25").error().message == "no remote is called \"bitrix25\", did you mean "
                                                  "bitrix24?");
    CHECK(wish({}, "", "task.marks").error().code == Code::NotFound);
    CHECK(office.world.db->total_changes() == changes);

    office.world.portal->add_fault(outage(minutes{30}));
    office.pay();
    office.serve(minutes{10});
    REQUIRE(office.breaker().shut());
    std::vector<std::int64_t> waiting;
    for (const auto& op : office.world.tables->outbox.list(store::OpState::Pending, 1000))
        waiting.push_back(op.id);
    const auto two = wish({waiting[0], waiting[1]});
    REQUIRE(two.ok());
    CHECK(*two == std::vector<std::int64_t>{waiting[0], waiting[1]});
    CHECK(office.breaker().probe_at == office.world.clock.now());
    CHECK_FALSE(wish({waiting[0], 99999}));
    CHECK(office.world.verify() == "");
}

} // namespace hb::test
