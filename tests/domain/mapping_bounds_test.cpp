#include <catch2/catch.hpp>

#include "domain/losses.h"
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
    "what comes into a draft hides nothing that leaves it: each entry is compared (G62, G47)") {
    const BilledEntries before{{1, {3600, 6000}}, {2, {7200, 12000}}, {3, {0, 0}}, {4, {60, 100}}};
    const BilledEntries after{{1, {3600, 6000}}, {3, {7200, 12000}}, {4, {60, 90}}, {5, {0, 0}}};
    const auto moves = moves_between(before, after);
    REQUIRE(moves.size() == 3); // a free entry that is free elsewhere moves nothing
    const auto sum = sum_of(moves);
    CHECK(sum.entries == 3);
    CHECK(sum.lost == Billed{7200, 12010});
    CHECK(sum.gained == Billed{7200, 12000});
    CHECK(moves_between(before, before).empty());

    const GuardLimits limits;
    CHECK(exceeds(sum.lost, {}, {10860, 18090}, limits));
    CHECK_FALSE(exceeds({3600, 500}, {}, {100'000, 9500}, limits)); // a twentieth is not above it
    CHECK(exceeds({3600, 501}, {}, {100'000, 9500}, limits));
    CHECK_FALSE(exceeds({3600, 0}, {}, {3600, 0}, limits)); // an hour is none
    CHECK(exceeds({3601, 0}, {}, {3600, 0}, limits));
    CHECK_FALSE(exceeds({7200, 0}, {7200, 0}, {0, 0}, limits)); // accepted before
}
