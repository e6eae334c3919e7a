#include "case.h"

#include "base/text.h"

// Cases made after public reports of faults of other programs: the planner answers what the case
// says, and the draft has to hold what the case expects.
using namespace hb;
using field::Case;
using field::expected;
using field::load;
using field::records;

TEST_CASE("Field: a pause is not an end") {
    const auto given = load("paging-429-in-the-middle");
    Case world("clockify");
    world.account.entries = records(given.root()["given"]["entries"],
                                    field::number_in(given.root()["given"]["repeat"]));
    int refused = 0;
    world.account.first = [&](const std::string& url) {
        const bool second = url.find("time-entries") != std::string::npos &&
                            url.find("page=2") != std::string::npos;
        return second && refused++ < 4 ? field::answered(429, "{}") : net::Response{};
    };
    for (int tries = 0; tries < 10 && world.pull().error; ++tries)
        world.world.clock.advance(std::chrono::minutes{10});
    world.link("p1");
    CHECK(world.sums().worked == expected(given, "worked_seconds"));
}

TEST_CASE("Field: a page size that is lowered silently") {
    const auto given = load("paging-capped-page");
    Case world("redmine");
    world.account.entries = records(given.root()["given"]["entries"], 130);
    world.account.page = 25;
    REQUIRE(!world.pull().error);
    world.link("1");
    CHECK(world.sums().worked == expected(given, "worked_seconds"));
}

TEST_CASE("Field: a short page is not the last one, nor is an empty one in the middle") {
    const auto given = load("paging-short-page");
    for (const bool empty : {false, true}) {
        Case world("youtrack");
        auto rows = records(given.root()["given"]["entries"],
                            field::number_in(given.root()["given"]["repeat"]));
        int asked = 0;
        world.account.first = [&, rows](const std::string& url) {
            if (url.find("/api/workItems") == std::string::npos) return net::Response{};
            if (url.find("skip=0") != std::string::npos) {
                const std::vector<std::string> first(rows.begin(), rows.begin() + 98);
                return field::answered(200, "[" + join(first, ",") + "]");
            }
            if (url.find("skip=100") == std::string::npos) return field::answered(200, "[]");
            if (empty && asked++ == 0) return field::answered(200, "[]");
            const std::vector<std::string> rest(rows.begin() + 100, rows.end());
            return field::answered(200, "[" + join(rest, ",") + "]");
        };
        REQUIRE(!world.pull().error);
        world.link("0-1");
        CHECK(world.sums().worked == expected(given, "worked_seconds"));
    }
}

TEST_CASE("Field: a continuation that is no longer valid") {
    const auto given = load("paging-token-dies");
    Case world("asana");
    world.account.entries = records(given.root()["given"]["entries"], 250);
    bool broken = false, dead = false;
    world.account.first = [&](const std::string& url) {
        if (url.find("time_tracking") == std::string::npos ||
            url.find("offset=100") == std::string::npos)
            return net::Response{};
        if (!broken) {
            broken = dead = true;
            return field::answered(502, "");
        }
        if (dead) {
            dead = false; // the next token is a new one
            return field::answered(
                400, R"({"errors":[{"message":"offset: Your pagination token has expired."}]})");
        }
        return net::Response{};
    };
    CHECK(world.pull().error);
    world.world.clock.advance(std::chrono::minutes{30});
    REQUIRE(!world.pull().error);
    world.link("3");
    CHECK(world.sums().worked == expected(given, "worked_seconds"));
}

TEST_CASE("Field: the day is that of the moment in the contract's zone") {
    const auto given = load("days-offset-of-the-reader");
    Case world("jira", R"("time_zone":"Europe/Minsk",)");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("10000");
    CHECK(world.sums().worked == expected(given, "october"));
    CHECK(world.sums("2026-11-01", "2026-11-30").worked == expected(given, "november"));
}

TEST_CASE("Field: records that are read as they stand, and those that are only named") {
    struct One {
        const char* name;
        const char* planner;
        const char* project;
        const char* terms;
    };
    for (const One& one : {One{"days-clock-change", "kimai", "1", R"("time_zone":"Europe/Kyiv",)"},
                           One{"people-without-author", "jira", "10000", ""},
                           One{"time-iso-durations", "openproject", "1", ""},
                           One{"time-negative", "kimai", "1", ""}}) {
        INFO(one.name);
        const auto given = load(one.name);
        Case world(one.planner, one.terms);
        world.account.entries = records(given.root()["given"]["entries"]);
        REQUIRE(!world.pull().error);
        world.link(one.project);
        CHECK(world.sums().worked == expected(given, "worked_seconds"));
    }
}

TEST_CASE("Field: hours without a task belong to their project (G64)") {
    const auto given = load("time-without-a-task");
    Case world("redmine");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("1");
    world.link("2");
    CHECK(world.sums().worked == expected(given, "worked_seconds"));
}

TEST_CASE("Field: a duration and no end is named, and not billed") {
    const auto given = load("time-without-an-end");
    Case world("kimai");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("1");
    CHECK(world.sums().worked == 3600);
    CHECK(world.world.tables->sources.count_problems(world.remote->row.id, "entries") == 1);
}

TEST_CASE("Field: a record that says that it is not billable") {
    const auto given = load("flags-not-billable");
    Case world("kimai");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("1");
    const auto sums = world.sums();
    CHECK(sums.billed == expected(given, "billed_seconds"));
    CHECK(sums.free == expected(given, "nonbillable_seconds"));
    Case ignoring("kimai", R"("planner_flags":"ignore",)");
    ignoring.account.entries = world.account.entries;
    REQUIRE(!ignoring.pull().error);
    ignoring.link("1");
    CHECK(ignoring.sums().billed == 10800);
}

// Ruled otherwise (G51): what somebody exported in Kimai is billed elsewhere, as Kimai's own
// invoices leave exported records out.
TEST_CASE("Field: exported by somebody is billed elsewhere, unless the contract ignores flags") {
    const auto given = load("flags-exported-by-somebody");
    Case world("kimai");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("1");
    CHECK(world.sums().worked == 1800);
    Case ignoring("kimai", R"("planner_flags":"ignore",)");
    ignoring.account.entries = world.account.entries;
    REQUIRE(!ignoring.pull().error);
    ignoring.link("1");
    CHECK(ignoring.sums().worked == expected(given, "worked_seconds"));
}
