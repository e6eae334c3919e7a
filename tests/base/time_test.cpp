#include <catch2/catch.hpp>

#include "base/time.h"

using namespace hb;

TEST_CASE("a day is a real calendar date in one form only") {
    for (const auto good : {"1970-01-01", "2026-03-05", "2024-02-29", "2000-02-29", "2100-12-31"})
        CHECK(format_day(*parse_day(good)) == good);
    for (const auto bad :
         {"", "2026-3-5", "2026-02-29", "1900-02-29", "2026-02-30", "2026-13-01", "2026-00-10",
          "2026-01-00", "2026-01-32", "05.03.2026", "2026-03-05 ", " 2026-03-05", "2026-03-05T",
          "20260305", "2026/03/05", "-026-03-05", "0000-00-00", "+2026-03-05"}) {
        INFO(bad);
        REQUIRE_FALSE(parse_day(bad));
        CHECK(parse_day(bad).error().code == Code::Malformed);
    }
    CHECK(parse_day("2026-02-30").error().message ==
          "expected a date like 2026-03-05, got \"2026-02-30\"");
}

TEST_CASE("the first and the last day of the books") {
    CHECK(format_day(day_min()) == "1970-01-01");
    CHECK(format_day(day_max()) == "2100-12-31");
    CHECK(to_epoch_days(day_min()) == 0);
    CHECK(format_day(from_epoch_days(to_epoch_days(day_max()))) == "2100-12-31");
}

TEST_CASE("an instant is the same whatever offset it was written with (26.2)") {
    const Instant moscow = *parse_instant("2026-03-05T16:41:59+03:00");
    CHECK(format_instant(moscow) == "2026-03-05T13:41:59Z");
    CHECK(*parse_instant("2026-03-05T13:41:59Z") == moscow);
    CHECK(*parse_instant("2026-03-05T16:41:59+0300") == moscow);
    CHECK(*parse_instant("2026-03-05T08:41:59-05:00") == moscow);
    CHECK(*parse_instant("2026-03-05T19:11:59+05:30") == moscow);
    CHECK(*parse_instant("2026-03-05T13:41:59-00:00") == moscow);
}

TEST_CASE("an offset may move an instant over a day, a month and a year") {
    CHECK(format_instant(*parse_instant("2026-01-01T00:30:00+03:00")) == "2025-12-31T21:30:00Z");
    CHECK(format_instant(*parse_instant("2024-02-28T23:30:00-01:00")) == "2024-02-29T00:30:00Z");
}

TEST_CASE("fractions of a second are dropped to milliseconds") {
    CHECK(to_epoch_ms(*parse_instant("1970-01-01T00:00:01.5Z")) == 1500);
    CHECK(to_epoch_ms(*parse_instant("1970-01-01T00:00:01.0019999999999Z")) == 1001);
    CHECK(to_epoch_ms(*parse_instant("1970-01-01T00:00:01.123456+00:00")) == 1123);
}

TEST_CASE("what is not an instant with its offset is refused") {
    for (const auto bad : {"",
                           "2026-03-05",
                           "2026-03-05T16:41:59",
                           "2026-03-05 16:41:59Z",
                           "2026-03-05t16:41:59Z",
                           "2026-03-05T16:41:59z",
                           "2026-03-05T16:41Z",
                           "2026-03-05T24:00:00Z",
                           "2026-03-05T16:60:00Z",
                           "2026-03-05T16:41:60Z",
                           "2026-03-05T16:41:59+3:00",
                           "2026-03-05T16:41:59+03",
                           "2026-03-05T16:41:59+24:00",
                           "2026-03-05T16:41:59+03:60",
                           "2026-03-05T16:41:59.Z",
                           "2026-03-05T16:41:59,5Z",
                           "2026-03-05T16:41:59Z ",
                           "2026-02-30T16:41:59Z",
                           "1741182119",
                           "2026-03-05T16:41:59+03:00:00"}) {
        INFO(bad);
        CHECK_FALSE(parse_instant(bad));
    }
}

TEST_CASE("seconds and days before 1970 are rounded down") {
    CHECK(to_epoch_seconds(from_epoch_ms(1999)) == 1);
    CHECK(to_epoch_seconds(from_epoch_ms(-1)) == -1);
    CHECK(format_instant(from_epoch_ms(-1)) == "1969-12-31T23:59:59Z");
    CHECK(to_epoch_ms(from_epoch_seconds(-3)) == -3000);
}

TEST_CASE("a month is its first and its last day") {
    const auto february = [](const char* text) {
        const DayRange range = *parse_month(text);
        return format_day(range.from) + ".." + format_day(range.to);
    };
    CHECK(february("2024-02") == "2024-02-01..2024-02-29");
    CHECK(february("2026-02") == "2026-02-01..2026-02-28");
    CHECK(february("2026-12") == "2026-12-01..2026-12-31");
    for (const auto bad : {"", "2026", "2026-13", "2026-00", "2026-2", "2026-02-01", "2026-02 "})
        CHECK_FALSE(parse_month(bad));
}

TEST_CASE("a range contains both of its ends") {
    const DayRange march = *parse_month("2026-03");
    CHECK(march.contains(*parse_day("2026-03-01")));
    CHECK(march.contains(*parse_day("2026-03-31")));
    CHECK_FALSE(march.contains(*parse_day("2026-02-28")));
    CHECK_FALSE(march.contains(*parse_day("2026-04-01")));
}
