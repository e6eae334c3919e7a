#include <catch2/catch.hpp>

#include "agency.h"
#include "books/subtractions.h"
#include "desk/decisions.h"
#include "desk/remapping.h"

// GitLab's /spend -1h: a record of negative time.
using namespace hb;

namespace {

using planners::Agency;

struct Gitlab {
    Agency agency{"gitlab"};
    std::int64_t client = 0;

    Gitlab() {
        client = agency.world.company("Acme");
        REQUIRE(!agency.world.pull().error);
        agency.world.contract(client, "60.00");
    }
    // One more log in each answer that shows the last one.
    void log(const std::string& id, std::int64_t seconds, const std::string& at,
             const std::string& user = "7") {
        std::string row = R"({"id":"gid://gitlab/Timelog/)" + id + R"(","timeSpent":)";
        row += std::to_string(seconds) + R"(,"spentAt":")" + at;
        row += R"(","summary":"","user":{"id":"gid://gitlab/User/)" + user;
        row += R"(","username":"u","name":"U"},"project":{"id":"gid://gitlab/Project/12"},)";
        row += R"("issue":{"id":"gid://gitlab/Issue/990421","iid":"42","title":"Landing page"},)";
        row += R"("mergeRequest":null},)";
        int changed = 0;
        for (auto& exchange : agency.folder.story.exchanges) {
            const auto at_row = exchange.body.find(R"({"id":"gid://gitlab/Timelog/9002")");
            if (at_row == std::string::npos) continue;
            exchange.body.insert(at_row, row);
            ++changed;
        }
        REQUIRE(changed > 0);
        rows[id] = row;
    }
    void remove(const std::string& id) {
        for (auto& exchange : agency.folder.story.exchanges)
            if (const auto at = exchange.body.find(rows.at(id)); at != std::string::npos)
                exchange.body.erase(at, rows.at(id).size());
    }
    std::int64_t pull(bool nightly = false) {
        agency.world.clock.advance(std::chrono::hours{1}); // the transcripts know one day
        lanes::PullOptions options;
        options.full = nightly;
        const auto report = agency.pull(options);
        REQUIRE(!report.error);
        REQUIRE(!report.stopped);
        std::int64_t problems = 0;
        for (const auto& stream : report.streams) problems += stream.problems;
        return problems;
    }
    void link() {
        REQUIRE(desk::set_link(*agency.world.books, "gitlab:project:12",
                               "bitrix24:company:" + std::to_string(client), std::nullopt,
                               agency.world.actor)
                    .ok());
    }
    std::int64_t draft() { return agency.world.draft(client, "2025-01-01", "2025-01-31"); }
    std::int64_t seconds(const std::string& id) {
        return agency.world.tables->sources.find_entry({"gitlab", "entry", id})->seconds;
    }
    std::string problem(const std::string& id) {
        for (const auto& row : agency.world.tables->sources.problems(100))
            if (row.id == id) return row.problem;
        return "";
    }
    std::map<std::string, std::string> rows;
};

} // namespace

TEST_CASE("a record of negative time takes its seconds off what the person logged before, and is "
          "billed nowhere itself (rule 1)") {
    Gitlab world;
    world.log("9003", -3600, "2025-01-13T12:00:00Z");
    CHECK(world.pull() == 0);
    world.link();
    CHECK(world.seconds("9001") == 24600 - 3600);
    CHECK(world.seconds("9003") == 0);
    // 5:50 h of the issue and 1:30 h of the merge request at 60.00
    const auto draft = world.draft();
    CHECK(world.agency.world.total(draft) == "440.00");

    // Read again, whole or in part, it takes nothing a second time.
    for (const bool nightly : {false, true}) {
        CHECK(world.pull(nightly) == 0);
        CHECK(world.seconds("9001") == 21000);
        CHECK(world.agency.world.total(draft) == "440.00");
    }
    // Deleted there, the time is back.
    world.remove("9003");
    CHECK(world.pull(true) == 0);
    CHECK(world.seconds("9001") == 24600);
    CHECK(world.agency.world.total(draft) == "500.00");
    CHECK(world.agency.world.verify() == "");
}

TEST_CASE("a subtraction from time that is billed and paid becomes one adjustment, which the next "
          "report takes (rule 19, G10)") {
    Gitlab world;
    auto& books = *world.agency.world.books;
    world.pull();
    world.link();
    const auto report = world.draft();
    world.agency.world.send(report);
    world.agency.world.agree(report);
    world.agency.world.run();
    REQUIRE(desk::add_payment(books, report, world.agency.world.total(report),
                              *parse_day("2025-01-20"), "bank 1", world.agency.world.actor)
                .ok());
    world.agency.world.run();
    REQUIRE(world.agency.world.state(report) == "paid");
    REQUIRE(world.agency.world.total(report) == "500.00");

    world.log("9003", -3600, "2025-01-14T12:00:00Z");
    for (int again = 0; again < 2; ++again) {
        CHECK(world.pull() == 0);
        const auto open = world.agency.world.tables->reports.adjustments(world.client, true);
        REQUIRE(open.size() == 1);
        CHECK(open.front().delta_seconds == -3600);
        CHECK(open.front().delta_amount == -6000);
    }
    CHECK(world.agency.world.total(report) == "500.00");
    CHECK(world.agency.world.verify() == "");
}

TEST_CASE("a subtraction of more than its person logged is a problem that says what to do, until "
          "the time comes") {
    Gitlab world;
    world.log("9003", -3600, "2025-01-13T12:00:00Z", "8");
    CHECK(world.pull() == 1);
    INFO(world.problem("9003"));
    CHECK(world.problem("9003").find("1:00 h is still billed") != std::string::npos);
    CHECK(world.problem("9003").find("delete the incorrect record") != std::string::npos);
    // Another person's rate may be another one, so their time stays.
    CHECK(world.seconds("9001") == 24600);

    world.log("9004", 5000, "2025-01-14T12:00:00Z", "8");
    CHECK(world.pull() == 0);
    CHECK(world.problem("9003").empty());
    CHECK(world.seconds("9004") == 1400);
    auto& books = *world.agency.world.books;
    CHECK(books::subtraction_words(
              books.read(), *world.agency.planner,
              *world.agency.world.tables->sources.find_entry({"gitlab", "entry", "9004"})) ==
          "logged as 1:23:20, taken off by 9003");
    CHECK(books.remotes.size() == 2);
}

TEST_CASE("an edited mapping reads subtractions anew and takes nothing twice") {
    Gitlab world;
    world.log("9003", -3600, "2025-01-13T12:00:00Z");
    world.pull();
    std::string text(mapping::shipped_mapping("gitlab"));
    const auto cut = text.find(R"("from": "/summary")");
    REQUIRE(cut != std::string::npos);
    text.replace(cut, 18, R"("from": "/user/id")");
    std::vector<mapping::FileProblem> problems;
    auto next = mapping::Mapping::parse(text, "edited", problems);
    REQUIRE(next.has_value());
    desk::Remapping remapping(*world.agency.world.books, *world.agency.planner,
                              std::string(mapping::shipped_mapping("gitlab")));
    REQUIRE(
        remapping.apply(text, std::move(*next), std::nullopt, "", world.agency.world.actor).ok());
    CHECK(world.seconds("9001") == 21000);
    CHECK(world.seconds("9003") == 0);
    CHECK(world.agency.world.tables->sources.find_entry({"gitlab", "entry", "9001"})->text ==
          "gid://gitlab/User/7");
}
