#include <catch2/catch.hpp>

#include "desk/reports.h"
#include "shop.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

// The same answer to the byte, whatever the reason.
void check_same(const Answer& one, const Answer& other) {
    CHECK(one.status == other.status);
    CHECK(one.type == other.type);
    CHECK(one.body == other.body);
    CHECK(one.headers == other.headers);
}

} // namespace

TEST_CASE("unknown, expired and revoked links and unknown paths are told apart by nothing") {
    Shop shop;
    const Answer unknown = shop.get("/r/" + std::string(43, 'A'));
    CHECK(unknown.status == 404);
    check_same(shop.get("/nothing/here"), unknown);
    check_same(shop.get("/r/" + std::string(43, 'A') + "/report.json"), unknown);
    check_same(shop.get("/r/"), unknown);
    check_same(shop.get(shop.link + "/"), unknown);
    check_same(shop.get(shop.link + "x"), unknown);

    REQUIRE(desk::link(*shop.world.books, shop.report, false, true, shop.world.actor).ok());
    check_same(shop.get(shop.link), unknown);
    check_same(shop.post(shop.link + "/agree", "hash=" + shop.hash()), unknown);
}

TEST_CASE("a link ends 90 days after its report came to its end, not a day sooner (G23)") {
    Shop shop;
    REQUIRE(desk::cancel(*shop.world.books, shop.report, "a mistake", shop.world.actor).ok());
    shop.world.advance(std::chrono::hours(24 * 89));
    CHECK(shop.get(shop.link).status == 200);
    shop.world.advance(std::chrono::hours(24 * 2));
    CHECK(shop.get(shop.link).status == 404);
}

TEST_CASE("a new link replaces the old one") {
    Shop shop;
    const auto fresh = desk::link(*shop.world.books, shop.report, true, false, shop.world.actor);
    REQUIRE(fresh.ok());
    const std::string url = fresh->url.value();
    CHECK(shop.get(shop.link).status == 404);
    CHECK(shop.get(url.substr(url.find("/r/"))).status == 200);
}

TEST_CASE("links that lead nowhere and the limit of them are worth a line each in the log, and a "
          "flood from many addresses few") {
    MissLimiter misses;
    const Instant now = *parse_instant("2026-06-01T10:00:00Z");
    std::vector<int> told;
    for (int i = 1; i <= 50; ++i)
        if (misses.note("203.0.113.9", now).told) told.push_back(i);
    CHECK(told == std::vector<int>{1, 21});
    std::int64_t lines = 2;
    for (int i = 0; i < 3000; ++i)
        lines += misses.note("198.51.100." + std::to_string(i), now).told ? 1 : 0;
    CHECK(lines == 10);
    const auto later = misses.note("203.0.113.9", now + std::chrono::minutes{2});
    CHECK(later.told);
    CHECK(later.untold == 2992);
}

TEST_CASE("who guesses links is refused after twenty misses in a minute; a good link never is") {
    Shop shop;
    const auto guess = [&](const char* address) { return shop.get("/r/guess", address).status; };
    for (int i = 0; i < 20; ++i) CHECK(guess("203.0.113.9") == 404);
    CHECK(guess("203.0.113.9") == 429);
    CHECK(header(shop.get("/r/guess", "203.0.113.9"), "Retry-After") == "60");
    CHECK(guess("203.0.113.10") == 404);
    CHECK(shop.get(shop.link, "203.0.113.9").status == 200);
    shop.world.advance(std::chrono::seconds(61));
    CHECK(guess("203.0.113.9") == 404);
}

TEST_CASE("a path that exists refuses other methods and names its own") {
    Shop shop;
    const Answer refused = shop.get(shop.link + "/agree");
    CHECK(refused.status == 405);
    CHECK(header(refused, "Allow") == "POST");
    CHECK(shop.post("/healthz", "").status == 405);
}

TEST_CASE("what goes wrong inside is told as a number and nothing else") {
    Shop shop;
    shop.world.db->failpoint = [](std::string_view) {
        throw std::runtime_error("disk at /secret/path is full");
    };
    const Answer answer = shop.agree(shop.hash());
    shop.world.db->failpoint = nullptr;
    CHECK(answer.status == 500);
    CHECK(shows(answer, "test-1"));
    CHECK_FALSE(shows(answer, "secret"));
}
