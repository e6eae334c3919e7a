#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "base/time.h"
#include "base/wall_clock.h"

using namespace hb;

namespace {

std::string day_in(const char* zone, const char* instant) {
    return format_day(Zone::find(zone)->day_of(*parse_instant(instant)));
}
std::string start_in(const char* zone, const char* day) {
    return format_instant(Zone::find(zone)->start_of(*parse_day(day)));
}

} // namespace

TEST_CASE("the work date of an instant is the one on the contract's clocks (G11)") {
    CHECK(day_in("Europe/Minsk", "2026-03-05T20:59:59Z") == "2026-03-05");
    CHECK(day_in("Europe/Minsk", "2026-03-05T21:00:00Z") == "2026-03-06");
    CHECK(day_in("Europe/Minsk", "2024-02-28T21:00:00Z") == "2024-02-29");
    CHECK(day_in("America/New_York", "2026-01-01T04:59:59Z") == "2025-12-31");
    CHECK(day_in("Pacific/Kiritimati", "2026-01-01T10:00:00Z") == "2026-01-02");
    CHECK(day_in("Asia/Kolkata", "2026-01-01T18:30:00Z") == "2026-01-02");
    CHECK(day_in("Europe/Minsk", "1969-12-31T21:00:00Z") == "1970-01-01");
}

TEST_CASE("Minsk keeps one offset all year, Berlin moves its clocks twice") {
    CHECK(start_in("Europe/Minsk", "2026-01-15") == "2026-01-14T21:00:00Z");
    CHECK(start_in("Europe/Minsk", "2026-07-15") == "2026-07-14T21:00:00Z");
    CHECK(start_in("Europe/Berlin", "2026-03-29") == "2026-03-28T23:00:00Z");
    CHECK(start_in("Europe/Berlin", "2026-03-30") == "2026-03-29T22:00:00Z");
    CHECK(start_in("Europe/Berlin", "2026-10-25") == "2026-10-24T22:00:00Z");
    CHECK(start_in("Europe/Berlin", "2026-10-26") == "2026-10-25T23:00:00Z");
}

TEST_CASE("the border of a day moves with the clocks of Berlin") {
    CHECK(day_in("Europe/Berlin", "2026-03-28T22:59:59Z") == "2026-03-28");
    CHECK(day_in("Europe/Berlin", "2026-03-28T23:00:00Z") == "2026-03-29");
    CHECK(day_in("Europe/Berlin", "2026-03-29T21:59:59Z") == "2026-03-29");
    CHECK(day_in("Europe/Berlin", "2026-03-29T22:00:00Z") == "2026-03-30");
}

TEST_CASE("a day whose midnight does not exist begins when the clocks jump") {
    CHECK(start_in("America/Sao_Paulo", "2018-11-04") == "2018-11-04T03:00:00Z");
    CHECK(day_in("America/Sao_Paulo", "2018-11-04T02:59:59Z") == "2018-11-03");
}

TEST_CASE("a day whose midnight comes twice begins at the first") {
    CHECK(start_in("America/Havana", "2026-11-01") == "2026-11-01T04:00:00Z");
    CHECK(day_in("America/Havana", "2026-11-01T05:00:00Z") == "2026-11-01");
}

TEST_CASE("every day of a hundred and thirty years begins on itself and ends before the next") {
    for (const char* name : {"Europe/Minsk", "Europe/Berlin", "America/New_York", "Asia/Kolkata"}) {
        const Zone zone = *Zone::find(name);
        int wrong = 0;
        for (Day day = day_min(); day < day_max(); day += std::chrono::days(1)) {
            const Instant next = zone.start_of(day + std::chrono::days(1));
            const bool begins = zone.day_of(zone.start_of(day)) == day;
            const bool ends = zone.day_of(next - std::chrono::milliseconds(1)) == day;
            if (!begins || !ends) ++wrong;
        }
        INFO(name);
        CHECK(wrong == 0);
    }
}

TEST_CASE("UTC needs no database and agrees with the one there is") {
    const Instant late = *parse_instant("2026-03-05T23:59:59.999Z");
    CHECK(Zone::utc().name() == "UTC");
    CHECK(format_day(Zone::utc().day_of(late)) == "2026-03-05");
    CHECK(Zone::find("UTC")->day_of(late) == Zone::utc().day_of(late));
    CHECK(format_instant(Zone::utc().start_of(*parse_day("2026-03-05"))) == "2026-03-05T00:00:00Z");
    CHECK(format_day(Zone::utc().day_of(from_epoch_ms(-1))) == "1969-12-31");
}

TEST_CASE("an unknown zone is a wrong configuration with a suggestion") {
    const auto slip = Zone::find("Europe/Minks");
    REQUIRE_FALSE(slip);
    CHECK(slip.error().code == Code::Usage);
    CHECK(slip.error().message == "unknown time zone \"Europe/Minks\"");
    CHECK(slip.error().hint == "did you mean \"Europe/Minsk\"?");
    for (const char* bad : {"", "Moscow time", "../../etc/passwd", "/etc/passwd", "Europe", "+03"})
        CHECK_FALSE(Zone::find(bad));
}

TEST_CASE("zones can be found and used from several threads") {
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int n = 0; n < 4; ++n)
        threads.emplace_back([&right] {
            for (const char* name : {"Europe/Rome", "Asia/Tokyo", "America/Lima", "Africa/Cairo"})
                if (Zone::find(name)->name() == name) ++right;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(right == 16);
}

TEST_CASE("moments for people are those of the zone's clocks, with their distance from UTC") {
    const auto shown = [](const char* zone, const char* instant) {
        return wall_clock_text(*parse_instant(instant), *Zone::find(zone));
    };
    CHECK(shown("Europe/Minsk", "2026-11-30T22:24:36Z") == "2026-12-01 01:24:36 +03:00");
    CHECK(shown("America/St_Johns", "2026-01-01T00:00:00Z") == "2025-12-31 20:30:00 -03:30");
    CHECK(shown("Asia/Kathmandu", "2026-01-01T00:00:00Z") == "2026-01-01 05:45:00 +05:45");
    CHECK(shown("UTC", "2026-01-01T00:00:00Z") == "2026-01-01 00:00:00 UTC");
    // One hour is there twice when summer ends.
    CHECK(shown("Europe/Berlin", "2026-10-25T00:30:00Z") == "2026-10-25 02:30:00 +02:00");
    CHECK(shown("Europe/Berlin", "2026-10-25T01:30:00Z") == "2026-10-25 02:30:00 +01:00");
    const Zone minsk = *Zone::find("Europe/Minsk");
    CHECK(in_wall_clock("2026-11-30T22:24:36Z by cli:anna", minsk) ==
          "2026-12-01 01:24:36 +03:00 by cli:anna");
    for (const char* other : {"", "2026-11-30", "2026-99-30T22:24:36Z", "at 2026-11-30T22:24:36Z"})
        CHECK(in_wall_clock(other, minsk) == other);
}
