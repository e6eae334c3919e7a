#include <catch2/catch.hpp>

#include "domain/likeness.h"

using namespace hb;
using namespace hb::domain;

namespace {

std::string told(const TimeShape& a, const TimeShape& b) {
    const auto there = likeness(a, b), back = likeness(b, a);
    REQUIRE(there.has_value() == back.has_value());
    if (!there) return "different";
    REQUIRE(there->percent == back->percent);
    return std::to_string(there->percent) + " " + there->why;
}

TimeShape at(const char* when, std::int64_t seconds, const char* text) {
    return {seconds, *parse_instant(when), text};
}

} // namespace

TEST_CASE("time of two planners looks alike when its length and its words say so (rule 7)") {
    CHECK(told({3600, {}, "Landing page, layout"}, {3600, {}, "landing PAGE layout"}) ==
          "100 the same length, the same words");
    CHECK(told({3600, {}, "Вёрстка главной"}, {3600, {}, "вёрстка ГЛАВНОЙ"}) ==
          "100 the same length, the same words");
    CHECK(told({3600, {}, "layout of the page"}, {3600, {}, "layout of the menu"}) ==
          "85 the same length, like words");
    CHECK(told({3600, {}, "call with Ann"}, {3600, {}, "call with the shop"}) ==
          "70 the same length, some words in common");
    CHECK(told({3600, {}, ""}, {3600, {}, "call"}) == "65 the same length, one says nothing");
    CHECK(told({3600, {}, "call"}, {3420, {}, "call"}) ==
          "85 nearly the same length, the same words");
    CHECK(told({7200, {}, "call 2026 {x} a:b ~1"}, {6600, {}, "CALL, 2026: x; a-b #1"}) ==
          "85 nearly the same length, the same words");
    CHECK(told({600, {}, "call"}, {300, {}, "call"}) ==
          "85 nearly the same length, the same words");
    CHECK(told(at("2026-06-10T10:00:00Z", 3600, "call"),
               at("2026-06-10T10:15:00Z", 7200, "call")) == "80 at the same time, the same words");
}

TEST_CASE("time that only its length, only its words or nothing joins is not the same (rule 7)") {
    CHECK(told({3600, {}, "call"}, {3600, {}, "layout"}) == "different");
    CHECK(told({3600, {}, ""}, {3400, {}, "layout"}) == "different");
    CHECK(told({3600, {}, "call"}, {7200, {}, "call"}) == "different");
    CHECK(told(at("2026-06-10T10:00:00Z", 3600, "call"), {7200, {}, "call"}) == "different");
    CHECK(told(at("2026-06-10T10:00:00Z", 3600, "call"),
               at("2026-06-10T12:00:00Z", 7200, "call")) == "different");
    CHECK(told(at("2026-06-10T10:00:00Z", 3600, "call"), at("2026-06-10T10:00:00Z", 7200, "")) ==
          "different");
}
