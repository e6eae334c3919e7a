#include <catch2/catch.hpp>

#include "agency.h"
#include "desk/decisions.h"
#include "desk/reports.h"

// What planners say of their time, and whom they no longer list, from the pull to the draft.
using namespace hb;

namespace {

using planners::Agency;

// In every answer that shows record `id`.
void change(Agency& agency, const std::string& id, const std::string& from, const std::string& to) {
    std::size_t changed = 0;
    for (auto& exchange : agency.folder.story.exchanges) {
        const auto record = exchange.body.find("\"id\":" + id);
        if (record == std::string::npos) continue;
        const auto at = exchange.body.find(from, record);
        if (at == std::string::npos) continue;
        exchange.body.replace(at, from.size(), to);
        ++changed;
    }
    REQUIRE(changed > 0);
}

int current(Agency& agency, std::int64_t report) {
    return agency.world.tables->reports.find(report).value().revision;
}

struct Kimai : Agency {
    std::int64_t client = 0;
    Kimai() : Agency("kimai") {
        copy_exchanges("9001", "9002");
        client = world.company("Acme");
        REQUIRE(!world.pull().error);
        world.contract(client, "60.00");
    }
    std::int64_t draft() {
        REQUIRE(!pull().error);
        REQUIRE(desk::set_link(*world.books, "kimai:project:12",
                               "bitrix24:company:" + std::to_string(client), std::nullopt,
                               world.actor)
                    .ok());
        return world.draft(client, "2025-01-01", "2025-01-31");
    }
    std::vector<domain::Line> lines(std::int64_t report) {
        std::vector<domain::Line> out;
        for (auto& row : world.tables->reports.lines(report, current(*this, report)))
            out.push_back(row.line);
        return out;
    }
    store::EntryRow entry(const std::string& id) {
        return world.tables->sources.find_entry({"kimai", "entry", id}).value();
    }
};

} // namespace

TEST_CASE("Time that its planner calls not billable is a free line, and a person's word beats it") {
    Kimai agency;
    change(agency, "9002", R"("billable":true)", R"("billable":false)");
    const auto report = agency.draft();
    CHECK(agency.entry("9002").word.billable == false);
    bool free = false;
    for (const auto& line : agency.lines(report))
        if (!line.billable) {
            free = true;
            CHECK(line.reason == domain::kPlannerReason);
            CHECK(line.worked_seconds == agency.entry("9002").seconds);
            CHECK(line.amount == 0);
        }
    CHECK(free);
    {
        store::Tx tx(*agency.world.db);
        agency.world.tables->sources.set_override(agency.entry("9002").id, true, "agreed by phone",
                                                  "ann", agency.world.clock.now());
        tx.commit();
    }
    REQUIRE(desk::cancel(*agency.world.books, report, "anew", agency.world.actor).ok());
    const auto again = agency.world.draft(agency.client, "2025-01-01", "2025-01-31");
    for (const auto& line : agency.lines(again)) CHECK(line.billable);
    CHECK(agency.world.verify() == "");
}

TEST_CASE(
    "Time that somebody else exported is billed elsewhere, until a person says that it is not") {
    Kimai agency;
    change(agency, "9002", R"("exported":false)", R"("exported":true)");
    const auto report = agency.draft();
    std::int64_t worked = 0;
    for (const auto& line : agency.lines(report)) worked += line.worked_seconds;
    CHECK(worked == agency.entry("9001").seconds);
    REQUIRE(
        desk::adopt(*agency.world.books, "kimai:entry:9002", day_min(), true, agency.world.actor)
            .ok());
    REQUIRE(desk::cancel(*agency.world.books, report, "anew", agency.world.actor).ok());
    const auto again = agency.world.draft(agency.client, "2025-01-01", "2025-01-31");
    worked = 0;
    for (const auto& line : agency.lines(again)) worked += line.worked_seconds;
    CHECK(worked == agency.entry("9001").seconds + agency.entry("9002").seconds);
}

TEST_CASE("A person who is switched off keeps his hours: asked by id they are there (G48)") {
    Kimai agency;
    const auto report = agency.draft();
    agency.world.send(report);
    agency.world.agree(report);
    const auto before = agency.entry("9002").seconds;
    // The list leaves record 9002 out; /api/timesheets/9002 still answers.
    for (auto& exchange : agency.folder.story.exchanges) {
        if (exchange.path != "/api/timesheets") continue;
        const auto cut = exchange.body.find(R"({"id":9002)");
        if (cut == std::string::npos) continue;
        const auto begin = cut > 0 && exchange.body[cut - 1] == ',' ? cut - 1 : cut;
        exchange.body.erase(begin, exchange.body.rfind(']') - begin);
    }
    agency.world.clock.advance(std::chrono::hours{12});
    const auto asked = agency.asked("GET", "/api/timesheets/9002"); // before the report was sent
    lanes::PullOptions full;
    full.full = true;
    const auto pulled = agency.pull(full);
    REQUIRE(!pulled.error);
    for (const auto& each : pulled.streams) CHECK(each.tombstoned == 0);
    CHECK(agency.asked("GET", "/api/timesheets/9002") == asked + 1);
    CHECK_FALSE(agency.entry("9002").deleted);
    CHECK(agency.entry("9002").seconds == before);
}

TEST_CASE("Time without a task is on one task for each project, and its project's link holds") {
    Agency agency("redmine");
    for (auto& exchange : agency.folder.story.exchanges) {
        const std::string issue = R"("issue":{"id":421},)";
        for (auto at = exchange.body.find(issue); at != std::string::npos;
             at = exchange.body.find(issue))
            if (exchange.path.find("time_entries") != std::string::npos)
                exchange.body.erase(at, issue.size());
            else
                break;
    }
    auto& world = agency.world;
    const auto client = world.company("Acme");
    REQUIRE(!world.pull().error);
    world.contract(client, "60.00");
    REQUIRE(!agency.pull().error);
    REQUIRE(desk::set_link(*world.books, "redmine:project:12",
                           "bitrix24:company:" + std::to_string(client), std::nullopt, world.actor)
                .ok());
    const auto task = world.tables->sources.find_task({"redmine", "task", "none-12"});
    REQUIRE(task.has_value());
    CHECK(task->known);
    CHECK(task->client.has_value());
    const auto report = world.draft(client, "2025-01-01", "2025-01-31");
    const auto lines = world.tables->reports.lines(report, current(agency, report));
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().line.task_title == "Work without a task");
    CHECK(lines.front().line.worked_seconds > 24600);
}
