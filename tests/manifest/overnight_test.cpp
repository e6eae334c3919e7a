#include "agency.h"
#include "desk/decisions.h"
#include "desk/remapping.h"
#include "desk/reports.h"

// A planner whose answers change their form overnight, projects that vanish or move, timers that
// run: nothing is lost, nothing is taken for deleted, and an edited mapping mends it without a
// call.

using namespace hb;
using planners::Agency;

namespace {

// Answers with this text say that from now on.
int change(Agency& agency, const std::string& from, const std::string& to) {
    int changed = 0;
    for (auto& exchange : agency.folder.story.exchanges)
        for (auto at = exchange.body.find(from); at != std::string::npos;
             at = exchange.body.find(from, at + to.size())) {
            exchange.body.replace(at, from.size(), to);
            ++changed;
        }
    return changed;
}

lanes::PullReport next_pull(Agency& agency, bool full = false) {
    agency.world.clock.advance(std::chrono::hours{1});
    lanes::PullOptions options;
    options.full = full;
    auto report = agency.pull(options);
    REQUIRE(!report.error);
    REQUIRE(!report.stopped);
    return report;
}

std::int64_t problems(Agency& agency) {
    return agency.world.tables->sources.count_problems(agency.planner->row.id, "entries");
}
std::string problem_of(Agency& agency, const std::string& id) {
    for (const auto& row : agency.world.tables->sources.problems(100))
        if (row.stream == "entries" && row.id == id) return row.problem;
    return "";
}
std::int64_t seconds_of(Agency& agency, const std::string& id) {
    const auto entry = agency.world.tables->sources.find_entry({"worksection", "entry", id});
    REQUIRE(entry.has_value());
    return entry->seconds;
}
void nothing_gone(const lanes::PullReport& report) {
    for (const auto& stream : report.streams) {
        INFO(stream.stream);
        CHECK(stream.tombstoned == 0);
    }
}

std::string remapped(const std::string& from, const std::string& to) {
    std::string text(mapping::shipped_mapping("worksection"));
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

mapping::Mapping parsed(const std::string& text) {
    std::vector<mapping::FileProblem> wrong;
    auto out = mapping::Mapping::parse(text, "test", wrong);
    for (const auto& each : wrong) UNSCOPED_INFO(to_string(each));
    REQUIRE(out);
    return std::move(*out);
}

const std::string kClock = R"({"to": "seconds", "from": "/time", "as": "clock", "required": true})";

// A client with the two records of the story, drafted at 60.00.
struct Billed {
    Agency agency;
    std::string client;
    std::int64_t company = 0;

    explicit Billed(bool second_project = true) {
        auto& world = agency.world;
        company = world.company("Acme");
        REQUIRE(!world.pull().error);
        world.contract(company, "60.00");
        REQUIRE(!agency.pull().error);
        link("7201");
        if (second_project) link("7202");
    }
    void link(const std::string& project) {
        REQUIRE(desk::set_link(*agency.world.books, "worksection:project:" + project,
                               "bitrix24:company:" + std::to_string(company), std::nullopt,
                               agency.world.actor)
                    .ok());
    }
    std::string total() {
        auto& world = agency.world;
        const auto draft = world.draft(company, "2025-01-01", "2025-01-31");
        const std::string sum = world.total(draft);
        REQUIRE(desk::cancel(*world.books, draft, "only looked at", world.actor).ok());
        return sum;
    }
};

} // namespace

TEST_CASE("Hours that turn into another type overnight keep what they were, and are shown") {
    for (const char* other : {R"("time":"6,8 h")", R"("time":{"value":410,"unit":"min"})",
                              R"("time":[410])", R"("time":true)"}) {
        INFO(other);
        Billed fresh;
        REQUIRE(fresh.total() == "612.00"); // 6:50 and 3:22
        REQUIRE(change(fresh.agency, R"("time":"6:50")", other) > 0);
        const auto report = next_pull(fresh.agency);
        nothing_gone(report);
        CHECK(problems(fresh.agency) == 1);
        const std::string said = problem_of(fresh.agency, "5001");
        CHECK(said.find("/time") != std::string::npos); // the place
        CHECK(said.find("expected") != std::string::npos);
        CHECK(seconds_of(fresh.agency, "5001") == 24600); // the fact of yesterday
        CHECK(fresh.total() == "612.00");

        // The cursor stands behind it: a further pull brings no news and loses nothing.
        const auto again = next_pull(fresh.agency, true);
        nothing_gone(again);
        CHECK(problems(fresh.agency) == 1);
        CHECK(fresh.agency.world.verify() == "");
    }
}

TEST_CASE(
    "An edited mapping reads the kept records of that night anew without asking the planner") {
    Billed billed;
    Agency& agency = billed.agency;
    // From one day to the next: minutes as a number. One record changed by half an hour, too.
    REQUIRE(change(agency, R"("time":"6:50")", R"("time":440)") > 0);
    REQUIRE(change(agency, R"("time":"3:22")", R"("time":202)") > 0);
    nothing_gone(next_pull(agency));
    CHECK(problems(agency) == 2);
    CHECK(billed.total() == "612.00");

    const std::size_t asked = agency.log->seen.size();
    desk::Remapping remapping(*agency.world.books, *agency.planner,
                              std::string(mapping::shipped_mapping("worksection")));
    const std::string text = remapped(
        kClock, R"({"to": "seconds", "from": "/time", "as": "minutes", "required": true})");
    const auto effect = remapping.preview(parsed(text));
    for (const auto& stream : effect.streams)
        if (stream.name == "entries") {
            CHECK(stream.mended == 2);
            CHECK(stream.problems_after == 0);
        }
    REQUIRE(
        remapping.apply(text, parsed(text), std::nullopt, "minutes since today", agency.world.actor)
            .ok());
    CHECK(agency.log->seen.size() == asked); // not one request
    CHECK(problems(agency) == 0);
    CHECK(seconds_of(agency, "5001") == 26400);
    CHECK(billed.total() == "642.00"); // 7:20 and 3:22
    nothing_gone(next_pull(agency, true));
    CHECK(billed.total() == "642.00");
    CHECK(agency.world.verify() == "");
}

TEST_CASE("A field that is missing, null, huge or negative is a problem with its place, not time") {
    const std::vector<std::pair<const char*, const char*>> forms{
        {R"("time":"6:50",)", ""},
        {R"("time":"6:50")", R"("time":null)"},
        {R"("time":"6:50")", R"("time":"")"},
        {R"("time":"6:50")", R"("time":"99999999999999999999:00")"},
        {R"("time":"6:50")", R"("time":"744:01")"}, // more than 31 days (G54)
        {R"("time":"6:50")", R"("time":"-6:50")"},
        {R"("time":"6:50")", R"("time":6.5e300)"}};
    for (const auto& [from, to] : forms) {
        INFO(to);
        Billed billed;
        REQUIRE(change(billed.agency, from, to) > 0);
        nothing_gone(next_pull(billed.agency));
        CHECK(problems(billed.agency) == 1);
        CHECK(problem_of(billed.agency, "5001").find("/time") != std::string::npos);
        CHECK(seconds_of(billed.agency, "5001") == 24600);
        CHECK(billed.total() == "612.00");
        // The next day it is well again, and counts as it is then.
        Agency& agency = billed.agency;
        if (*to != '\0' && change(agency, to, R"("time":"7:00")") > 0) {
            nothing_gone(next_pull(agency));
            CHECK(problems(agency) == 0);
            CHECK(billed.total() == "622.00");
        }
    }
}

TEST_CASE("An id that is no id stops the page: nothing is taken from it, and the cursor stays") {
    Billed billed;
    Agency& agency = billed.agency;
    REQUIRE(change(agency, R"("id":"5001")", R"("id":null)") > 0);
    agency.world.clock.advance(std::chrono::hours{1});
    const auto report = agency.pull();
    REQUIRE(report.error.has_value());
    CHECK(to_string(*report.error).find("id") != std::string::npos);
    CHECK(billed.total() == "612.00");
    REQUIRE(change(agency, R"("id":null)", R"("id":"5001")") > 0);
    nothing_gone(next_pull(agency));
    CHECK(billed.total() == "612.00");
}

TEST_CASE("A project that vanishes from Worksection takes no hours along") {
    Billed billed;
    Agency& agency = billed.agency;
    // Its rows of time and its tasks still come; only the list of projects lacks it.
    for (auto& exchange : agency.folder.story.exchanges) {
        const auto at = exchange.body.find(R"({"id":"7202")");
        if (at == std::string::npos || exchange.query["action"] != "get_projects") continue;
        const auto end = exchange.body.rfind("]");
        exchange.body.erase(at - 1, end - at + 1);
    }
    agency.world.clock.advance(std::chrono::hours{12});
    lanes::PullOptions nightly;
    nightly.full = true;
    const auto report = agency.pull(nightly);
    REQUIRE(!report.error);
    for (const auto& stream : report.streams)
        if (stream.stream == "entries" || stream.stream == "tasks") CHECK(stream.tombstoned == 0);
    CHECK(billed.total() == "612.00");
    CHECK(agency.world.verify() == "");
}

TEST_CASE("A task that moves to a project of nobody waits with its hours until it is linked") {
    Billed billed(false);
    Agency& agency = billed.agency;
    REQUIRE(change(agency, R"("project":{"id":"7201")", R"("project":{"id":"7202")") > 0);
    agency.world.clock.advance(std::chrono::hours{12});
    lanes::PullOptions nightly;
    nightly.full = true;
    const auto report = agency.pull(nightly);
    REQUIRE(!report.error);
    CHECK(!agency.world.tables->sources.needs_mapping(10).empty()); // it is shown, and waits
    billed.link("7202");
    CHECK(billed.total() == "612.00");
    CHECK(agency.world.verify() == "");
}
