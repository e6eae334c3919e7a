#include <catch2/catch.hpp>

#include "base/ensure.h"
#include "books/books.h"
#include "dies.h"
#include "engine/books_world.h"

using namespace hb;
using namespace hb::test;

namespace {

std::string kept(BooksWorld& world, const char* name) {
    return world.books->read()->kept.get(0, name).value_or("");
}

std::set<std::int64_t> unsettled(BooksWorld& world) {
    return world.books->read()->touched.put_off();
}

struct TwoClients : BooksWorld {
    TwoClients() {
        one = company("1", "Romashka LLC");
        other = company("2", "Vasilek LLC");
        person("5");
        task("10", "1", domain::TaskStatus::InProgress, {});
        task("20", "2", domain::TaskStatus::InProgress, {});
        settle();
    }
    std::int64_t one = 0, other = 0;
};

} // namespace

TEST_CASE("what a step wrote is there when it is done, and else it never was") {
    BooksWorld world;
    {
        books::Step step = world.books->begin();
        step->kept.put(0, "x", "given up", step.now());
        CHECK(step.wrote());
    }
    CHECK(kept(world, "x").empty());
    {
        books::Step step = world.books->begin();
        CHECK_FALSE(step.wrote());
        step->kept.put(0, "x", "done", step.now());
        step.done();
    }
    CHECK(kept(world, "x") == "done");
}

TEST_CASE("a step is of one moment and one actor") {
    BooksWorld world;
    books::Step step = world.books->begin(books::Actor{"cli:office"});
    const Instant began = step.now();
    world.clock.advance(std::chrono::hours{1});
    CHECK(step.now() == began);
    CHECK(step.actor() == "cli:office");
}

TEST_CASE("nothing is written after a step is done, and none begins within another") {
    BooksWorld world;
    books::Step step = world.books->begin();
    CHECK_THROWS_AS(world.books->begin(), BrokenInvariant);
    step->kept.put(0, "x", "1", step.now());
    step.done();
    CHECK_THROWS_AS(step->kept.put(0, "x", "2", step.now()), BrokenInvariant);
    CHECK_THROWS_AS(step.done(), BrokenInvariant);
    CHECK(kept(world, "x") == "1");
}

TEST_CASE("tables note whose time was touched, and the step that ends a reading settles it") {
    TwoClients world;
    REQUIRE(unsettled(world).empty());
    world.entry_at("100", "10", "5", 3600, "2026-05-04T09:00:00Z");
    CHECK(unsettled(world) == std::set<std::int64_t>{world.one});
    world.entry_at("200", "20", "5", 3600, "2026-05-04T09:00:00Z");
    CHECK(unsettled(world) == std::set<std::int64_t>{world.one, world.other});
    world.settle();
    CHECK(unsettled(world).empty());
}

TEST_CASE("a decision settles what it touched, and leaves what a reading has put off") {
    TwoClients world;
    REQUIRE(world
                .contract("1", R"("currency":"BYN","valid_from":"2025-01-01",
        "rates":[{"amount":"90"}])")
                .ok());
    REQUIRE(world
                .contract("2", R"("currency":"BYN","valid_from":"2025-01-01",
        "rates":[{"amount":"90"}])")
                .ok());
    world.entry_at("100", "10", "5", 3600, "2026-05-04T09:00:00Z");
    world.entry_at("200", "20", "5", 3600, "2026-05-04T09:00:00Z");
    {
        books::Step step = world.books->begin();
        step->sources.set_override(
            step->sources.find_entry(domain::Ref{"bitrix24", "entry", "200"})->id, false, "a gift",
            "test", step.now());
        CHECK(step->touched.of(0) == std::set<std::int64_t>{world.other});
        step.done();
    }
    // Both still wait for the end of the reading.
    CHECK(unsettled(world) == std::set<std::int64_t>{world.one, world.other});
}

TEST_CASE("whoever holds a table for reading holds it of one moment") {
    BooksWorld world;
    const books::Read read = world.books->read();
    const Instant began = read.now();
    world.clock.advance(std::chrono::minutes{5});
    CHECK(read.now() == began);
    CHECK(read.find_remote("bitrix24") != nullptr);
    CHECK(read.find_remote("nobody") == nullptr);
    CHECK(read.remote_name(999) == "?");
}
