#include <catch2/catch.hpp>

#include "domain/lifecycle.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

std::string told(const AdjustmentMoney& money) {
    return std::to_string(money.delta_seconds) + " s, billed " +
           std::to_string(money.delta_billed) + ", " + std::to_string(money.delta_amount);
}

const Rounding kQuarterUp{RoundingLevel::TaskDay, RoundingMode::Up, 900};

} // namespace

TEST_CASE("without rounding a correction is priced by its seconds (G10)") {
    // 1:00 became 1:30 at 90.00
    CHECK(told(price_adjustment({{1, 1, 9000, 3600, 5400}}, {})) == "1800 s, billed 1800, 4500");
    // deleted (rule 20)
    CHECK(told(price_adjustment({{1, 1, 9000, 3600, 0}}, {})) == "-3600 s, billed -3600, -9000");
    CHECK(told(price_adjustment({}, {})) == "0 s, billed 0, 0");
}

TEST_CASE("a correction is the price of its whole rounding group, new minus billed (G10)") {
    // billed: 600 + 600 = 1200 -> 1800 s at 90.00 = 45.00
    // now:    600 + 700 = 1300 -> 1800 s: the money stays
    CHECK(told(price_adjustment({{1, 1, 9000, 600, 600}, {2, 1, 9000, 600, 700}}, kQuarterUp)) ==
          "100 s, billed 0, 0");
    // now: 600 + 1300 = 1900 -> 2700 s = 67.50
    CHECK(told(price_adjustment({{1, 1, 9000, 600, 600}, {2, 1, 9000, 600, 1300}}, kQuarterUp)) ==
          "700 s, billed 900, 2250");
    // the last entry of the group is gone
    CHECK(told(price_adjustment({{1, 1, 9000, 600, 0}}, kQuarterUp)) ==
          "-600 s, billed -900, -2250");
}

TEST_CASE("lines of one group share its rounded time before they are priced (G6, G10)") {
    // billed: 600 at 90.00 and 600 at 60.00: 1200 -> 1800, 900 each: 22.50 + 15.00 = 37.50
    // now:    600 and 1500: 2100 -> 2700; 771.43 and 1928.57: 771 and 1929
    //         90.00 * 771 / 3600 = 19.275 -> 19.28; 60.00 * 1929 / 3600 = 32.15; 51.43
    CHECK(told(price_adjustment({{1, 1, 9000, 600, 600}, {2, 2, 6000, 600, 1500}}, kQuarterUp)) ==
          "900 s, billed 900, 1393");
}

TEST_CASE("a line is priced once, whatever groups share it: corrections add up to its amount (G6, "
          "G10)") {
    // two entries of a quarter at 120.50 on one line: 1800 s = 60.25; 900 s alone 30.125 -> 30.13
    const Rounding by_entry{RoundingLevel::Entry, RoundingMode::Up, 900};
    const GroupMember first{1, 1, 12050, 900, 0, 1}, second{2, 1, 12050, 900, 900, 2};
    CHECK(told(price_adjustment({first, second}, by_entry)) == "-900 s, billed -900, -3012");
    GroupMember gone = first, last = second;
    gone.seconds_billed = 0;
    last.seconds_now = 0;
    CHECK(told(price_adjustment({gone, last}, by_entry)) == "-900 s, billed -900, -3013");
    // Each is rounded by itself: ten minutes and ten minutes are two quarters.
    CHECK(told(price_adjustment({{1, 1, 9000, 600, 660, 1}, {2, 1, 9000, 600, 600, 2}},
                                by_entry)) == "60 s, billed 0, 0");
}

TEST_CASE("a tie goes to the earlier line, in whatever order the members come (G6)") {
    // 2 -> 15; 7.5 each, so the earlier line (60.00) has 8 and the later (90.00) 7.
    // now only the later line has time: 1 -> 15 at 90.00 = 37.5 -> 38 instead of 13 + 18
    const Rounding up{RoundingLevel::Task, RoundingMode::Up, 15};
    const GroupMember early{1, 1, 6000, 1, 0};
    const GroupMember late{2, 2, 9000, 1, 1};
    CHECK(told(price_adjustment({early, late}, up)) == "-1 s, billed 0, 7");
    CHECK(told(price_adjustment({late, early}, up)) == "-1 s, billed 0, 7");
}

TEST_CASE("a group whose facts are as billed needs no correction") {
    Random random("unchanged groups");
    for (int i = 0; i < 2'000; ++i) {
        std::vector<GroupMember> group;
        for (std::int64_t id = random.between(1, 8); id > 0; --id) {
            const std::int64_t line = random.between(1, 3);
            const std::int64_t seconds = random.between(0, 7200);
            group.push_back({id, line, line * 1000, seconds, seconds});
        }
        INFO("seed " << random.seed());
        REQUIRE(told(price_adjustment(group, kQuarterUp)) == "0 s, billed 0, 0");
    }
}

TEST_CASE("a correction there and the correction back cancel out") {
    Random random("corrections and back");
    for (int i = 0; i < 2'000; ++i) {
        std::vector<GroupMember> there;
        for (std::int64_t id = random.between(1, 8); id > 0; --id) {
            const std::int64_t line = random.between(1, 3);
            there.push_back(
                {id, line, line * 1234, random.between(0, 7200), random.between(0, 7200)});
        }
        std::vector<GroupMember> back = there;
        for (GroupMember& m : back) std::swap(m.seconds_billed, m.seconds_now);
        const AdjustmentMoney a = price_adjustment(there, kQuarterUp);
        const AdjustmentMoney b = price_adjustment(back, kQuarterUp);
        INFO("seed " << random.seed());
        REQUIRE(a.delta_seconds == -b.delta_seconds);
        REQUIRE(a.delta_billed == -b.delta_billed);
        REQUIRE(a.delta_amount == -b.delta_amount);
    }
}

TEST_CASE(
    "a written-off difference is used up before anybody is billed or credited (rules 1, 27)") {
    // billed 1:00, grown to 1:30, the half hour left unbilled
    CHECK(seconds_to_bill(5400, 3600, 1800) == 3600);
    CHECK(seconds_to_bill(7200, 3600, 1800) == 5400); // half an hour more than was known
    CHECK(seconds_to_bill(4500, 3600, 1800) == 3600); // the unbilled part shrank
    CHECK(seconds_to_bill(1800, 3600, 1800) == 1800);
    CHECK(seconds_to_bill(0, 3600, 1800) == 0); // no more than was billed goes back
    // billed 1:00, shrunk to 0:30, left on the bill
    CHECK(seconds_to_bill(1800, 3600, -1800) == 3600);
    CHECK(seconds_to_bill(3600, 3600, -1800) == 3600); // it was paid already
    CHECK(seconds_to_bill(5400, 3600, -1800) == 5400);
    CHECK(seconds_to_bill(900, 3600, -1800) == 2700); // a quarter less than was known
    // nothing was written off
    CHECK(seconds_to_bill(900, 3600, 0) == 900);
    CHECK(seconds_to_bill(5400, 3600, 0) == 5400);
}

TEST_CASE("members of one line have one rate") {
    CHECK_THROWS_AS(price_adjustment({{1, 1, 9000, 1, 1}, {2, 1, 8000, 1, 1}}, {}),
                    BrokenInvariant);
}
