#include "base/text.h"
#include "books/aliases.h"
#include "case.h"
#include "desk/decisions.h"
#include "desk/reports.h"

// What the engine does with what planners tell, as in the cases of this folder.
using namespace hb;
using field::Case;
using field::expected;
using field::load;
using field::records;

namespace {

bool october_time(const std::string& url) {
    return url.find("/time_entries.json") != std::string::npos;
}

std::string redmine_row(int id, const std::string& hours) {
    return R"({"id":)" + std::to_string(id) +
           R"(,"project":{"id":1,"name":"Acme"},"issue":{"id":1},"user":{"id":1,"name":"P"},)"
           R"("activity":{"id":9,"name":"Dev"},"hours":)" +
           hours + R"(,"comments":"","spent_on":"2026-10-15"})";
}

} // namespace

TEST_CASE("Field: a month border is that of the contract's zone") {
    const auto given = load("days-month-border");
    const std::string zone(given.root()["given"]["contract_zone"].text_view().value());
    Case world("toggl", R"("time_zone":")" + zone + R"(",)");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("3");
    CHECK(world.sums().worked == expected(given, "october"));
    CHECK(world.sums("2026-11-01", "2026-11-30").worked == expected(given, "november"));
}

TEST_CASE("Field: an hour that is typed in later is seen before the report is sent") {
    const auto given = load("days-typed-in-later");
    Case world("toggl");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("3");
    const auto report = world.draft();
    const auto print = world.world.books->fingerprint(report);
    // "entry 2, 1800 s, on 2026-10-05"
    auto late = field::records(given.root()["given"]["entries"], 2).back();
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"3600", "1800"}, {"2026-10-20", "2026-10-05"}})
        for (auto at = late.find(from); at != std::string::npos; at = late.find(from))
            late.replace(at, from.size(), to);
    world.account.entries.push_back(late);
    world.world.clock.advance(std::chrono::hours{2});
    REQUIRE(!world.pull().error);
    REQUIRE(world.world.service->read_before_freezing(report).ok());
    CHECK_FALSE(
        desk::send(*world.world.books, report, print, false, false, world.world.actor).ok());
    world.world.send(report);
    CHECK(world.sums_of(report).worked == expected(given, "second_send"));
}

TEST_CASE("Field: a header of paging that holds 0 is a value") {
    const auto given = load("paging-header-zero");
    const json::Value setup = given.root()["given"];
    Case world("toggl");
    world.account.entries = records(setup["entries"], field::number_in(setup["repeat"]));
    world.account.next_timestamp =
        std::string(setup["header"]["X-Next-Timestamp"].text_view().value());
    REQUIRE(!world.pull().error);
    world.link("3");
    CHECK(world.sums().worked == expected(given, "worked_seconds"));
}

TEST_CASE("Field: a time log without a day is named, and not billed") {
    const auto given = load("days-no-day-told");
    Case world("gitlab");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("3");
    const auto report = world.draft();
    CHECK(world.sums_of(report).worked == expected(given, "worked_seconds"));
    CHECK(world.world.tables->sources.count_problems(world.remote->row.id, "entries") == 1);
    CHECK(world.warns(report, "unmapped"));
}

TEST_CASE("Field: timers that run are no time yet") {
    const auto given = load("time-still-running");
    for (const auto& [planner, project] : {std::pair<const char*, const char*>{"toggl", "3"},
                                           {"clockify", "p1"},
                                           {"harvest", "3"}}) {
        INFO(planner);
        Case world(planner);
        world.account.entries = records(given.root()["given"][planner]);
        REQUIRE(!world.pull().error);
        world.link(project);
        CHECK(world.sums().worked == expected(given, "worked_seconds"));
        CHECK(world.world.tables->sources.count_problems(world.remote->row.id, "entries") == 0);
    }
}

TEST_CASE("Field: five seconds are a quarter of an hour where each entry is rounded up") {
    const auto given = load("time-of-seconds");
    Case world("kimai", "\"rounding\":" + given.root()["given"]["rounding"].dump() + ",");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("1");
    CHECK(world.sums().billed == expected(given, "billed_seconds"));
}

TEST_CASE("Field: no warning where a planner tells no sum to compare with") {
    const auto given = load("words-unproven");
    Case world("kimai");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("1");
    const auto report = world.draft();
    CHECK_FALSE(world.warns(report, "unproven"));
    world.world.clock.advance(std::chrono::hours{1});
    REQUIRE(!world.pull(true).error);
    CHECK_FALSE(world.warns(report, "unproven"));
}

TEST_CASE("Field: forty hours in one record are named and wait, and are no silent certificate") {
    const auto given = load("time-more-than-a-day");
    Case world("openproject");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("1");
    const auto report = world.draft();
    CHECK(world.sums_of(report).worked ==
          given.root()["seen"]["worked_seconds"].integer().value()); // and the rest is named
    CHECK(world.warns(report, "long_waits"));
    const auto view = world.world.books->show(report);
    REQUIRE(view.ok());
    REQUIRE(view->completeness.has_value());
    CHECK(view->completeness->long_seconds == 40 * 3600);
}

TEST_CASE("Field: hours with two decimals are the minutes that were meant") {
    const auto given = load("time-hundredths");
    const std::string words(given.root()["given"]["hours"].text_view().value());
    Case world("redmine");
    int id = 0;
    for (int minute = 1; minute <= 59; ++minute) { // "0.02 to 0.98 for 1 to 59 minutes"
        const int hundredths = (minute * 100 + 30) / 60;
        world.account.entries.push_back(redmine_row(
            ++id, "0." + std::string(hundredths < 10 ? "0" : "") + std::to_string(hundredths)));
    }
    for (const auto word : split(std::string_view(words).substr(words.find("then ") + 5), ' '))
        if (word != "and") world.account.entries.push_back(redmine_row(++id, std::string(word)));
    REQUIRE(!world.pull().error);
    world.link("1");
    CHECK(world.sums().worked == expected(given, "worked_seconds"));
}

TEST_CASE("Field: a walk that breaks and is taken up deletes nothing of its first pages") {
    const auto given = load("paging-resume-and-deletions");
    const json::Value setup = given.root()["given"];
    const json::Value refusal = setup["answers"][std::size_t{0}];
    Case world("redmine");
    world.account.entries = records(setup["entries"], field::number_in(setup["repeat"]));
    REQUIRE(!world.pull().error);
    world.link("1");
    const auto report = world.draft();
    const int from = field::number_in(refusal["offset"]);
    std::int64_t left = refusal["times"].integer().value();
    world.account.first = [&](const std::string& url) {
        const auto at = url.find("offset=");
        const bool far =
            october_time(url) && at != std::string::npos && std::stoi(url.substr(at + 7)) >= from;
        return far && left-- > 0
                   ? field::answered(static_cast<int>(refusal["http"].integer().value()), "")
                   : net::Response{};
    };
    world.world.clock.advance(std::chrono::hours{1});
    CHECK(world.pull(true).error);
    for (int tries = 0; tries < 20 && world.pull().error; ++tries)
        world.world.clock.advance(std::chrono::minutes{40});
    CHECK(left <= 0);
    CHECK(world.sums_of(report).worked == expected(given, "worked_seconds"));
    for (const auto& row : world.world.tables->sources.entries_of_task(
             world.world.tables->sources.find_task({"redmine", "task", "1"})->id))
        CHECK_FALSE(row.deleted);
}

TEST_CASE("Field: a project that is archived takes nothing off a bill") {
    const auto given = load("projects-archived");
    Case world("redmine");
    const json::Value rows = given.root()["given"]["entries"];
    // "nine records like the first three"
    world.account.entries = records(rows, 9);
    world.account.entries.push_back(rows[std::size_t{3}].dump());
    REQUIRE(!world.pull().error);
    world.link("1");
    world.link("2");
    const auto report = world.draft();
    CHECK(world.sums_of(report).worked == 9 * 3600 + 7200); // as the records say
    world.world.send(report);
    world.world.agree(report);
    const auto before = world.world.total(report);
    // It, its issues and its hours are in no list; each by its id is forbidden.
    world.account.entries.pop_back();
    world.account.first = [](const std::string& url) {
        if (url.find("/projects.json") != std::string::npos)
            return field::answered(
                200, R"({"projects":[{"id":1,"name":"Acme","status":1}],"total_count":1})");
        if (url.find("/issues.json") != std::string::npos)
            return field::answered(
                200,
                R"({"issues":[{"id":1,"subject":"Work","project":{"id":1},"status":{"id":1,"is_closed":false}}],"total_count":1})");
        const bool one = url.find("/time_entries/100") != std::string::npos ||
                         url.find("/issues/2") != std::string::npos;
        return one ? field::answered(403, "") : net::Response{};
    };
    for (int night = 0; night < 2; ++night) {
        world.world.clock.advance(std::chrono::hours{24});
        REQUIRE(!world.pull(true).error);
        CHECK(world.world.books->late({}, true).size() == given.root()["expected"]["late"].size());
        CHECK(world.world.tables->reports.adjustments({}, true).empty());
    }
    CHECK(world.world.total(report) == before);
}

TEST_CASE("Field: time on a task that no list shows follows its project, or a link by hand") {
    const auto given = load("tasks-not-listed");
    Case world("clockify");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("p1");
    REQUIRE(desk::set_link(*world.world.books, "clockify:task:done1",
                           "bitrix24:company:" + std::to_string(world.client), std::nullopt,
                           world.world.actor)
                .ok());
    REQUIRE(!world.pull().error);
    CHECK(world.sums().worked == expected(given, "worked_seconds"));
}

TEST_CASE("Field: an hour that a bridge copied with an offset is proposed as one, within the day") {
    const auto given = load("crm-two-planners-shifted");
    for (const json::Value& each : given.root()["given"]["shifts_hours"]) {
        const auto shift = each.integer().value();
        INFO(shift << " hours");
        Case world("clockify");
        auto& portal = world.world;
        const auto person = portal.user("P");
        const auto task =
            portal.task({"Work", {"CO_" + std::to_string(world.client)}, {}, 0, 0, 5});
        portal.entry(task, person, 3600, "2026-10-15T10:00:00+00:00", "call about the site");
        const Instant at = *parse_instant("2026-10-15T10:00:00Z") + std::chrono::hours{shift};
        world.account.entries = {
            R"({"id":"e1","userId":"u1","projectId":"p1","taskId":null,"description":"call about the site","type":"REGULAR","timeInterval":{"start":")" +
            format_instant(at) + R"(","end":")" + format_instant(at + std::chrono::hours{1}) +
            R"(","duration":"PT1H"}})"};
        REQUIRE(!portal.pull().error);
        REQUIRE(!world.pull().error);
        world.link("p1");
        const bool same_day = format_instant(at).substr(0, 10) == "2026-10-15";
        CHECK(books::aliases(portal.books->read(), false).size() == (same_day ? 1U : 0U));
    }
}
