#include "base/text.h"
#include "case.h"
#include "desk/reports.h"

// What a walk does not show, or shows twice; and time that somebody else takes off.
using namespace hb;
using field::Case;
using field::expected;
using field::load;
using field::records;

namespace {

// The case's list "late" is what may wait afterwards.
void nothing_late(Case& world, const json::Document& given) {
    CHECK(world.world.books->late({}, true).size() == given.root()["expected"]["late"].size());
    CHECK(world.world.tables->reports.adjustments({}, true).empty());
}

} // namespace

TEST_CASE("Field: a person who is switched off keeps what is on a bill") {
    const auto given = load("people-switched-off");
    for (const bool agreed : {true, false}) { // the variant: while the report is a draft
        Case world("kimai");
        const auto rows = records(given.root()["given"]["entries"]);
        world.account.entries = rows;
        REQUIRE(!world.pull().error);
        world.link("1");
        const auto report = world.draft();
        const auto before = world.sums_of(report).worked;
        if (agreed) {
            world.world.send(report);
            world.world.agree(report);
        }
        world.account.entries = {rows.front()};
        world.account.first = [&](const std::string& url) {
            return url.find("/api/timesheets/2") != std::string::npos
                       ? field::answered(200, rows.back())
                       : net::Response{};
        };
        world.world.clock.advance(std::chrono::hours{12});
        REQUIRE(!world.pull(true).error);
        nothing_late(world, given);
        CHECK(world.sums_of(report).worked == before);
    }
}

TEST_CASE("Field: a row that moves while a list is read takes no other one off a bill") {
    const auto given = load("paging-row-moves");
    Case world("redmine");
    world.account.entries = records(given.root()["given"]["entries"],
                                    field::number_in(given.root()["given"]["repeat"]));
    REQUIRE(!world.pull().error);
    world.link("1");
    const auto report = world.draft();
    world.world.send(report);
    world.world.agree(report);
    // Whole walks, at night; each time the first row moves between two pages.
    for (int night = 0; night < 3; ++night) {
        world.account.first = [&](const std::string& url) {
            if (url.find("/time_entries.json") != std::string::npos &&
                url.find("offset=100") != std::string::npos) {
                auto& rows = world.account.entries;
                std::rotate(rows.begin(), rows.begin() + 1, rows.end());
            }
            return net::Response{};
        };
        world.world.clock.advance(std::chrono::hours{24});
        REQUIRE(!world.pull(true).error);
        nothing_late(world, given);
    }
}

TEST_CASE("Field: a token that leads to itself ends with an error that says so") {
    const auto given = load("paging-token-repeats");
    const std::string token(given.root()["given"]["answer"]["nextPageToken"].text_view().value());
    Case world("jira");
    int asked = 0;
    world.account.first = [&](const std::string& url) {
        if (url.find("/search/jql") == std::string::npos) return net::Response{};
        ++asked;
        return field::answered(200, R"({"issues":[],"nextPageToken":")" + token +
                                        R"(","isLast":false})");
    };
    const auto told = world.pull();
    REQUIRE(told.error);
    CHECK(told.error->message.find("leads to itself") != std::string::npos);
    CHECK(asked <= 3);
}

TEST_CASE("Field: time that another person takes off entirely is billed to nobody") {
    const auto given = load("time-taken-off-by-another");
    Case world("gitlab");
    world.account.entries = records(given.root()["given"]["entries"]);
    REQUIRE(!world.pull().error);
    world.link("3");
    const auto created = desk::create(*world.world.books,
                                      world.world.filter(world.client, "2026-10-01", "2026-10-31"),
                                      world.world.actor);
    REQUIRE(created.ok());
    CHECK(created->view.billed_seconds == expected(given, "billed_seconds"));
}
