#include <catch2/catch.hpp>

#include "agency.h"
#include "desk/decisions.h"
#include "desk/reports.h"

using namespace hb;

namespace {

using planners::Agency;

std::int64_t added(const lanes::PullReport& report, const std::string& stream) {
    for (const auto& each : report.streams)
        if (each.stream == stream) return each.added;
    return -1;
}

} // namespace

TEST_CASE("Worksection's hours and Bitrix24's of one client end in one report (G45)") {
    Agency agency;
    auto& world = agency.world;
    const auto client = world.company("Acme");
    const auto mia = world.user("Mia");
    test::World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(client)};
    const auto task = world.task(maker);
    world.entry(task, mia, 3600, "2025-01-08T10:00:00+03:00");
    REQUIRE(!world.pull().error);
    world.contract(client, "60.00");

    const auto report = agency.pull();
    REQUIRE(!report.error);
    REQUIRE(!report.stopped);
    CHECK(added(report, "users") == 3);
    CHECK(added(report, "groups") == 2);
    CHECK(added(report, "tasks") == 4);
    CHECK(added(report, "entries") == 2);
    for (const auto& each : report.streams) {
        INFO(each.stream);
        CHECK(each.problems == 0);
    }

    // Before anybody said whose project it is, only Bitrix24's hour is billed.
    const auto before = world.draft(client, "2025-01-01", "2025-01-31");
    CHECK(world.total(before) == "60.00");
    REQUIRE(desk::set_link(*world.books, "worksection:project:7201",
                           "bitrix24:company:" + std::to_string(client), std::nullopt, world.actor)
                .ok());
    REQUIRE(desk::cancel(*world.books, before, "drafted anew", world.actor).ok());
    const auto draft = world.draft(client, "2025-01-01", "2025-01-31");
    // 1 h here, 6:50 and 3:22 there: 11:12 at 60.00.
    CHECK(world.total(draft) == "672.00");
    CHECK(world.verify() == "");
}

TEST_CASE("A second pull of the same account adds nothing, and a full one deletes nothing") {
    Agency agency;
    REQUIRE(!agency.pull().error);
    agency.world.clock.advance(std::chrono::hours{12});
    lanes::PullOptions full;
    full.full = true;
    for (const auto& options : {lanes::PullOptions{}, full}) {
        const auto report = agency.pull(options);
        REQUIRE(!report.error);
        REQUIRE(!report.stopped);
        for (const auto& each : report.streams) {
            INFO(each.stream);
            CHECK(each.added == 0);
            CHECK(each.revised == 0);
            CHECK(each.tombstoned == 0);
            CHECK(each.problems == 0);
        }
    }
}

TEST_CASE("The nightly comparison of a planner without ids finds what was deleted there") {
    Agency agency;
    REQUIRE(!agency.pull().error);
    // Somebody deletes the second cost.
    for (auto& exchange : agency.folder.story.exchanges) {
        const auto cut = exchange.body.find(R"({"id":"5002")");
        if (cut == std::string::npos) continue;
        const auto end = exchange.body.find(R"(],"total")");
        REQUIRE(end != std::string::npos);
        exchange.body.erase(cut - 1, end - cut + 1);
    }
    agency.world.clock.advance(std::chrono::hours{12});
    lanes::PullOptions nightly;
    nightly.reconcile = true;
    const auto report = agency.pull(nightly);
    REQUIRE(!report.error);
    REQUIRE(!report.stopped);
    CHECK(report.streams.back().tombstoned == 1);
}

TEST_CASE("A whole reading that stopped is told and gone on with, or begun anew on request (G50)") {
    for (const bool anew : {false, true}) {
        Agency agency("harvest");
        REQUIRE(!agency.pull().error);
        agency.world.clock.advance(std::chrono::hours{12});
        CHECK(lanes::walks_under_way(agency.world.books->read(), *agency.planner).empty());
        lanes::PullOptions full;
        full.full = true;
        full.anew = anew;
        // People, projects, two pages of kinds of work, whose key it is, a page of time: then it
        // breaks.
        agency.log->fault = connector::trial::Fault::ServerError;
        agency.log->unharmed = 6;
        REQUIRE(agency.pull(full).error);
        const auto under_way = lanes::walks_under_way(agency.world.books->read(), *agency.planner);
        REQUIRE(under_way.size() == 1);
        CHECK(under_way.front().stream == "entries");
        agency.world.clock.advance(std::chrono::hours{1});
        agency.log->seen.clear();
        REQUIRE(!agency.pull(full).error);
        CHECK(lanes::walks_under_way(agency.world.books->read(), *agency.planner).empty());
        const auto first_pages =
            std::count_if(agency.log->seen.begin(), agency.log->seen.end(), [](const auto& each) {
                return each.url.find("/v2/time_entries?") != std::string::npos &&
                       each.url.find("cursor") == std::string::npos;
            });
        CHECK(first_pages == (anew ? 2 : 1)); // one of them is that of the kinds of work
    }
}

TEST_CASE("A planner that can only mark time records gets the mark of each that is paid") {
    Agency agency("kimai");
    auto& world = agency.world;
    agency.copy_exchanges("9001", "9002");
    const auto client = world.company("Acme");
    REQUIRE(!world.pull().error);
    world.contract(client, "60.00");
    REQUIRE(!agency.pull().error);
    REQUIRE(desk::set_link(*world.books, "kimai:project:12",
                           "bitrix24:company:" + std::to_string(client), std::nullopt, world.actor)
                .ok());
    const auto report = world.draft(client, "2025-01-01", "2025-01-31");
    world.send(report);
    world.agree(report);
    world.run();
    // Agreed is not paid.
    CHECK(agency.asked("PATCH", "/api/timesheets/") == 0);
    REQUIRE(desk::add_payment(*world.books, report, world.total(report), *parse_day("2025-01-20"),
                              "bank 1", world.actor)
                .ok());
    world.run();
    CHECK(world.state(report) == "paid");
    CHECK(agency.asked("PATCH", "/api/timesheets/9001") == 1);
    CHECK(agency.asked("PATCH", "/api/timesheets/9002") == 1);
    CHECK(world.tables->outbox.count(store::OpState::Parked) == 0);
    // The flag is a mark of ours and no change: a pull finds nothing, and nothing is marked again.
    world.clock.advance(std::chrono::hours{1});
    const auto again = agency.pull();
    REQUIRE(!again.error);
    for (const auto& each : again.streams) CHECK(each.revised == 0);
    world.run();
    CHECK(agency.asked("PATCH", "/api/timesheets/") == 2);
    CHECK(world.verify() == "");
}

TEST_CASE("What a planner's own list of deletions names is gone with the next pull") {
    Agency agency("jira");
    REQUIRE(!agency.pull().error);
    CHECK(agency.world.tables->sources.count_known(agency.planner->row.id, "entries") == 2);
    for (auto& exchange : agency.folder.story.exchanges) {
        const auto at = exchange.body.find("20090");
        if (at != std::string::npos) exchange.body.replace(at, 5, "20104");
    }
    agency.world.clock.advance(std::chrono::hours{1});
    const auto report = agency.pull();
    REQUIRE(!report.error);
    REQUIRE(!report.stopped);
    CHECK(report.streams.back().tombstoned == 1);
    CHECK(agency.world.tables->sources.find_entry({"jira", "entry", "20104"})->deleted);
    CHECK_FALSE(agency.world.tables->sources.find_entry({"jira", "entry", "20103"})->deleted);
}
