#include <algorithm>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "engine/asks.h"
#include "engine/kanban.h"

// The payment watch: many reports in few requests, in slices, paid ones once a night (P21, P22).
namespace hb::test {
namespace {

constexpr int kReports = 20;

// So many invoiced reports, a day each, and one that is sent.
struct Office {
    World world;
    std::int64_t client = 0, task = 0, worker = 0;
    std::vector<std::int64_t> reports;

    explicit Office(bool invoice = true) {
        world.books->settings.invoice = invoice;
        client = world.company("Client");
        task = world.task({"Landing page", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
        worker = world.user("Worker");
        for (int day = 1; day <= kReports + 1; ++day)
            world.entry(task, worker, 3600, date(day) + "T10:00:00+03:00");
        REQUIRE_FALSE(world.pull().error);
        world.contract(client);
        for (int day = 1; day <= kReports + 1; ++day) {
            reports.push_back(world.draft(client, date(day), date(day)));
            world.send(reports.back());
            if (day <= kReports) world.agree(reports.back());
        }
        world.run();
        for (int i = 0; i < kReports; ++i) REQUIRE(world.state(reports.at(i)) == "invoiced");
    }
    static std::string date(int day) {
        return std::string("2026-06-") + (day < 10 ? "0" : "") + std::to_string(day);
    }
    std::int64_t requests() const {
        return world.books->remotes.front()->connector->counters().requests;
    }
    // Requests of one watch; `count`: reports that it looked at.
    std::int64_t watch(std::int64_t count) {
        const auto before = requests();
        lanes::Troubles errors;
        CHECK(world.service->check_payments(errors) == count);
        CHECK(errors.empty());
        return requests() - before;
    }
    // As the books know it; they are given in the order of the reports.
    std::int64_t deal_of(std::int64_t report) {
        return *parse_integer(
            world.tables->outbox.of_purpose(domain::Purpose::deal(report))->remote_id);
    }
    void set_amount(std::int64_t deal) {
        portal_call(world, "crm.item.update",
                    "{\"entityTypeId\":2,\"id\":" + std::to_string(deal) +
                        ",\"fields\":{\"opportunity\":1}}");
    }
};

std::int64_t bound(int commands) {
    return (commands * kReports + 49) / 50 + 1;
}

} // namespace

TEST_CASE("the payment watch of n reports takes at most ceil(6n/50)+1 requests, and misses none "
          "(P21)") {
    for (const bool invoice : {true, false}) {
        Office office(invoice);
        INFO((invoice ? "with invoices" : "deals alone"));
        CHECK(office.watch(kReports) <= bound(invoice ? 6 : 3));
        for (const auto report : office.reports)
            if (report != office.reports.back()) office.set_amount(office.deal_of(report));
        const auto used = office.watch(kReports);
        CHECK(used > 0);
        CHECK(used <= bound(invoice ? 6 : 3));
        for (const auto report : office.reports)
            CHECK(codes_asked(*office.world.books, report) ==
                  (report == office.reports.back() ? "" : "amount_differs"));
    }
}

TEST_CASE("one deal that can't be read holds up no other of its request") {
    Office office;
    const auto broken = office.reports.at(3);
    sandbox::Fault fault;
    fault.method = "crm.item.get";
    fault.containing =
        R"("entityTypeId":"2","id":")" + std::to_string(office.deal_of(broken)) + "\"";
    fault.code = "INTERNAL_SERVER_ERROR";
    fault.description = "Internal error";
    fault.status = 500;
    fault.count = -1;
    office.world.portal->add_fault(fault);
    for (const auto report : office.reports)
        if (report != office.reports.back()) office.set_amount(office.deal_of(report));
    lanes::Troubles errors;
    office.world.service->check_payments(errors);
    CHECK(errors.size() == 1);
    for (const auto report : office.reports)
        CHECK(codes_asked(*office.world.books, report) ==
              (report == broken || report == office.reports.back() ? "" : "amount_differs"));
}

TEST_CASE("paid reports are looked at once a night, and money that went back is noticed then") {
    Office office;
    World& world = office.world;
    const auto paid = office.reports.front();
    const auto payment = world.pay(office.deal_of(paid), 9000);
    office.watch(kReports);
    REQUIRE(world.state(paid) == "paid");
    world.unpay(payment);
    office.watch(kReports - 1);
    CHECK(world.state(paid) == "paid"); // not its turn
    world.advance(std::chrono::hours{24});
    office.watch(kReports);
    CHECK(world.state(paid) == "invoiced");
    const auto events = world.tables->events.of_report(paid);
    CHECK(std::any_of(events.begin(), events.end(),
                      [](const auto& event) { return event.action == "report.reversed"; }));
    world.pay(office.deal_of(paid), 9000);
    office.watch(kReports);
    REQUIRE(world.state(paid) == "paid");
    world.restart(); // what is remembered outlives the process
    world.books->settings.invoice = true;
    office.watch(kReports - 1);
    // Whatever names the report looks at it at once.
    lanes::Troubles errors;
    world.unpay(payment + 1);
    CHECK(world.service->look_at({paid}, errors) == 1);
    CHECK(world.state(paid) == "invoiced");
}

TEST_CASE("an agreement in the middle of the payment watch is written before the watch goes on "
          "(P22)") {
    Office office;
    World& world = office.world;
    const auto report = office.reports.back();
    std::vector<std::string> moments;
    world.books->failpoint = [&](std::string_view moment) {
        if (moment != "before read deal" && moment != "before write") return;
        if (moments.empty()) world.agree(report);
        moments.emplace_back(moment);
        world.clock.advance(std::chrono::seconds{2}); // a portal that takes its time
    };
    world.service->serve([&, end = world.clock.now() + std::chrono::minutes{2}] {
        return world.clock.now() >= end;
    });
    world.books->failpoint = nullptr;
    REQUIRE(moments.size() > 4);
    CHECK(moments.at(0) == "before read deal");
    CHECK(moments.at(1) == "before write");
    CHECK(world.state(report) == "invoiced");
    // And the watch went on afterwards.
    CHECK(std::count(moments.begin(), moments.end(), "before read deal") >= bound(6) - 1);
}

} // namespace hb::test
