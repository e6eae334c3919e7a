#include <catch2/catch.hpp>

#include "domain/lifecycle.h"
#include "domain/wide.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

Rounding to(RoundingMode mode, std::int64_t step) {
    return {RoundingLevel::Entry, mode, step};
}

} // namespace

TEST_CASE("seconds are rounded to the step, nearest takes the half up (G6)") {
    struct Row {
        std::int64_t raw, step, up, down, nearest;
    };
    const Row rows[] = {
        {0, 900, 0, 0, 0},
        {1, 900, 900, 0, 0},
        {449, 900, 900, 0, 0},   // 449 < 450
        {450, 900, 900, 0, 900}, // exactly half of 15 minutes goes up
        {899, 900, 900, 0, 900},
        {900, 900, 900, 900, 900}, // on the step: untouched
        {901, 900, 1800, 900, 900},
        {1350, 900, 1800, 900, 1800},
        {3, 7, 7, 0, 0}, // 3 < 3.5
        {4, 7, 7, 0, 7}, // 4 > 3.5
        {36, 36, 36, 36, 36},
        {54, 36, 72, 36, 72}, // 1.5 steps
        {5, 1, 5, 5, 5},
    };
    for (const Row& row : rows) {
        INFO(row.raw << " to " << row.step);
        CHECK(round_seconds(row.raw, to(RoundingMode::Up, row.step)) == row.up);
        CHECK(round_seconds(row.raw, to(RoundingMode::Down, row.step)) == row.down);
        CHECK(round_seconds(row.raw, to(RoundingMode::Nearest, row.step)) == row.nearest);
        CHECK(round_seconds(row.raw, {}) == row.raw);
    }
    CHECK_THROWS_AS(round_seconds(-1, {}), BrokenInvariant);
    CHECK_THROWS_AS(round_seconds(1, to(RoundingMode::Up, 0)), BrokenInvariant);
}

TEST_CASE("rounding twice changes nothing and never moves by a step or more (rule 34)") {
    Random random("rounding");
    for (int i = 0; i < 200'000; ++i) {
        const Rounding rounding =
            to(random.one_of<RoundingMode>(
                   {RoundingMode::Up, RoundingMode::Down, RoundingMode::Nearest}),
               random.between(1, 7200));
        const std::int64_t raw = random.between(0, 1'000'000);
        const std::int64_t once = round_seconds(raw, rounding);
        const bool good = round_seconds(once, rounding) == once &&
                          once % rounding.step_seconds == 0 &&
                          std::abs(once - raw) < rounding.step_seconds &&
                          (rounding.mode != RoundingMode::Up || once >= raw) &&
                          (rounding.mode != RoundingMode::Down || once <= raw) &&
                          (rounding.mode != RoundingMode::Nearest ||
                           2 * std::abs(once - raw) <= rounding.step_seconds);
        INFO("seed " << random.seed() << ", raw " << raw << ", step " << rounding.step_seconds);
        if (!good) REQUIRE(false);
    }
    SUCCEED("no rounding broke a rule");
}

TEST_CASE("parts that are not near their whole are refused, not handed out (R1)") {
    CHECK(hand_out(5, {{2, 0}, {2, 1}}) == std::vector<std::int64_t>{2, 3});
    CHECK_THROWS_AS(hand_out(3, {{2, 0}, {2, 1}}), BrokenInvariant); // less than the parts
    CHECK_THROWS_AS(hand_out(7, {{2, 0}, {2, 1}}), BrokenInvariant); // three units for two parts
}
