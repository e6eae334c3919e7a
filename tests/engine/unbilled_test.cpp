#include <catch2/catch.hpp>

#include "engine/books_world.h"
#include "engine/unbilled.h"

// Every hour of every client is somewhere that a person can see (rule 8).

using namespace hb;
using domain::TaskStatus;

namespace {

constexpr std::int64_t kHour = 3600;

struct Agency : test::BooksWorld {
    Agency() {
        client = company("1", "Client");
        company("2", "Delta");
        person("1");
        task("1", "1", TaskStatus::InProgress);
        task("2", "1", TaskStatus::InProgress, {"bug"});
        task("3", "2", TaskStatus::InProgress);
        task("4", "", TaskStatus::InProgress);
    }
    void terms(const std::string& rates = R"([{"amount":"90"}])") {
        REQUIRE(
            contract("1", R"("valid_from":"2026-01-01","currency":"BYN","rates":)" + rates).ok());
    }
    void work(const char* id, const char* of, std::int64_t seconds, const char* day) {
        entry(id, of, "1", seconds, *parse_day(day));
    }
    engine::UnbilledClient of(const std::string& name) {
        for (auto& row : engine::unbilled(*core))
            if (row.name == name) return row;
        FAIL("no row of " << name);
        return {};
    }
    std::int64_t draft(const char* from, const char* to) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", "1"};
        filter.from = *parse_day(from);
        filter.to = *parse_day(to);
        return *books->create(filter, actor)->view.id;
    }
    std::int64_t client = 0;
};

std::int64_t sum(const engine::UnbilledClient& row) {
    return row.seconds + row.late_seconds + row.unmapped_seconds + row.not_shown_seconds +
           row.nonbillable_seconds + row.external_seconds + row.written_off_seconds +
           row.repeated_seconds + row.drafted_seconds + row.billed_seconds;
}

} // namespace

TEST_CASE("unbilled puts every second of a client in one place, and they add up (rule 8)") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-04-10"); // sent
    world.work("2", "1", kHour, "2026-05-10"); // drafted
    world.work("3", "1", kHour, "2026-06-10"); // free
    world.work("4", "1", kHour, "2026-07-01"); // free, another month
    world.work("5", "2", kHour, "2026-06-11"); // a bug
    world.work("6", "1", kHour, "2025-12-10"); // before the first terms
    world.settle();
    REQUIRE(
        world.books->send(world.draft("2026-04-01", "2026-04-30"), "", false, false, world.actor)
            .ok());
    const auto draft = world.draft("2026-05-01", "2026-05-31");
    world.work("7", "1", kHour, "2026-04-11"); // late
    world.work("8", "1", kHour, "2026-04-12"); // late, written off
    world.settle();
    REQUIRE(
        world.books->decide_late("bitrix24:entry:8", "write_off", "goodwill", world.actor).ok());

    const auto row = world.of("Client");
    CHECK(row.terms);
    CHECK(row.draft == draft);
    CHECK(row.seconds == 2 * kHour);
    REQUIRE(row.months.size() == 2);
    CHECK(row.months.at("2026-06").seconds == kHour);
    CHECK(row.months.at("2026-07").amount == 9000);
    CHECK(row.oldest == *parse_day("2026-06-10"));
    CHECK(row.amount == 18000);
    CHECK(row.late_seconds == kHour);
    CHECK(row.written_off_seconds == kHour);
    CHECK(row.nonbillable_seconds == kHour);
    CHECK(row.external_seconds == kHour);
    CHECK(row.drafted_seconds == kHour);
    CHECK(row.billed_seconds == kHour);
    CHECK(sum(row) == row.total_seconds);
    CHECK(row.total_seconds == 8 * kHour);
}

TEST_CASE(
    "unbilled prices each day by its own terms, and says nothing where a rate is missing (G52)") {
    Agency world;
    world.terms();
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-06-01","currency":"BYN",)"
                               R"("rates":[{"amount":"120"}])")
                .ok());
    world.work("1", "1", kHour, "2026-05-10");
    world.work("2", "1", kHour, "2026-06-10");
    world.settle();
    CHECK(world.of("Client").amount == 9000 + 12000);
    world.project("7", "Website");
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-07-01","currency":"BYN",)"
                               R"("rates":[{"project":"bitrix24:group:7","amount":"90"}])")
                .ok());
    world.work("3", "1", kHour, "2026-07-01"); // of no project
    world.settle();
    CHECK(world.of("Client").seconds == 3 * kHour);
    CHECK_FALSE(world.of("Client").amount.has_value());
}

TEST_CASE("a client without terms is named with its hours, in check and in a batch (point 7)") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-06-10");
    world.work("2", "3", 2 * kHour, "2026-06-11");
    world.work("3", "4", 3 * kHour, "2026-06-12");
    world.settle();
    const auto delta = world.of("Delta");
    CHECK_FALSE(delta.terms);
    CHECK(delta.seconds == 2 * kHour);
    CHECK_FALSE(delta.amount.has_value());
    CHECK(sum(delta) == delta.total_seconds);
    const auto nobody = world.of("");
    CHECK_FALSE(nobody.ref.has_value());
    CHECK(nobody.unmapped_seconds == 3 * kHour);

    const auto without = engine::clients_without_terms(*world.core);
    REQUIRE(without.size() == 1);
    CHECK(without.front().name == "Delta");
    CHECK(without.front().seconds == 2 * kHour);

    const auto batch =
        world.books->batch({*parse_day("2026-06-01"), *parse_day("2026-06-30")}, world.actor);
    REQUIRE(batch.size() == 2);
    CHECK(batch[0].outcome == "made");
    CHECK(batch[1].name == "Delta");
    CHECK(batch[1].outcome == "no terms");
    CHECK(world.books->batch({*parse_day("2026-04-01"), *parse_day("2026-04-30")}, world.actor)
              .size() == 1);
    CHECK(world.core->meters.of(engine::kClientsWithoutTerms).at("") == 1);
    CHECK(world.core->meters.of(engine::kSecondsWithoutTerms).at("") == 2 * kHour);
}

TEST_CASE("a dry run shows the report, stores nothing and reserves nothing") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-06-10");
    world.settle();
    domain::Filter filter;
    filter.company = {"bitrix24", "company", "1"};
    filter.from = *parse_day("2026-06-01");
    filter.to = *parse_day("2026-06-30");
    const auto events = world.core->events.since(0, 1000).size();
    const auto shown = world.books->preview(filter, world.actor);
    REQUIRE(shown.ok());
    CHECK_FALSE(shown->view.id.has_value());
    CHECK(shown->view.totals.total == 9000);
    CHECK(shown->exit_code == 0);
    CHECK(world.core->reports.drafts().empty());
    CHECK(world.core->events.since(0, 1000).size() == events);
    REQUIRE(world.books->create(filter, world.actor).ok());
    CHECK(world.books->preview(filter, world.actor)->exit_code == 4); // all of it is held
}

TEST_CASE("a filter that names an unknown project or work type is refused with the known ones") {
    Agency world;
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-01-01","currency":"BYN",)"
                               R"("work_types":[{"tag":"design","type":"design"},)"
                               R"({"tag":"bug","type":"bug"}],"rates":[{"amount":"90"}])")
                .ok());
    domain::Filter filter;
    filter.company = {"bitrix24", "company", "1"};
    filter.from = *parse_day("2026-06-01");
    filter.to = *parse_day("2026-06-30");
    filter.work_type = "desing";
    auto refused = world.books->create(filter, world.actor);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::NotFound);
    CHECK(refused.error().hint == "known: bug, design");
    filter.work_type = "Design"; // without case
    CHECK(world.books->create(filter, world.actor).ok());
    filter.projects = {{"bitrix24", "group", "99999"}};
    refused = world.books->preview(filter, world.actor);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::NotFound);
    CHECK(refused.error().message.find("99999") != std::string::npos);
}
