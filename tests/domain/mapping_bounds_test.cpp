#include <catch2/catch.hpp>

#include "domain/mapping_bounds.h"

using namespace hb::domain;

TEST_CASE("at most ten records may break unasked, and at most one in a hundred (G62)") {
    CHECK_FALSE(breaks_too_many(0, 0));
    CHECK_FALSE(breaks_too_many(0, 5));
    CHECK(breaks_too_many(1, 99));
    CHECK_FALSE(breaks_too_many(1, 100));
    CHECK_FALSE(breaks_too_many(10, 1000));
    CHECK(breaks_too_many(10, 999));
    CHECK(breaks_too_many(11, 1'000'000));
    CHECK(breaks_too_many(5916, 5921));
}

TEST_CASE(
    "a draft moves too much by a twentieth of its money, or of its time and an hour (G62, G47)") {
    CHECK_FALSE(moves_too_much({10000, 3600}, {10000, 3600}));
    CHECK_FALSE(moves_too_much({10000, 3600}, {9500, 3600}));
    CHECK(moves_too_much({10000, 3600}, {9499, 3600}));
    CHECK_FALSE(moves_too_much({9500, 3600}, {10000, 3600}));
    CHECK(moves_too_much({9499, 3600}, {10000, 3600}));
    CHECK(moves_too_much({10000, 3600}, {0, 0}));
    CHECK(moves_too_much({0, 0}, {1, 0}));
    CHECK(moves_too_much({-10000, 3600}, {10000, 3600}));
    // Time without money: less than an hour is no matter, however much of it that is.
    CHECK_FALSE(moves_too_much({0, 7200}, {0, 3600}));
    CHECK(moves_too_much({0, 7201}, {0, 3600}));
    CHECK_FALSE(moves_too_much({0, 100000}, {0, 96000}));
}
