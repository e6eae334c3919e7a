#include <catch2/catch.hpp>

#include <cstdlib>
#include <functional>

#include "app/program.h"
#include "base/time.h"

// R21: the program tells the same story on every date, at every hour and in every zone. Each story
// runs in processes whose clock HB_NOW moves.
namespace hb::test {
namespace {

// Ends of months of each length, of years, of leap and other Februaries; clocks that change; the
// first days of a month, when this month has no time yet; two moments just before midnight.
constexpr const char* kMoments[] = {
    "2026-07-31T12:00:00+03:00", "2026-08-31T23:59:58+03:00", "2026-09-28T09:30:00+03:00",
    "2026-10-01T00:00:05+03:00", "2026-10-25T03:30:00+03:00", "2026-11-01T08:30:00+03:00",
    "2026-11-30T07:40:00+03:00", "2026-12-05T18:00:00+03:00", "2026-12-24T16:20:00+03:00",
    "2026-12-31T23:59:58+03:00", "2027-01-01T00:30:00+03:00", "2027-01-31T02:10:00+03:00",
    "2027-02-28T22:45:00+03:00", "2027-03-01T00:01:00+03:00", "2027-03-14T09:59:00+03:00",
    "2027-03-28T03:00:00+03:00", "2027-04-30T13:13:00+03:00", "2027-05-01T05:00:00+03:00",
    "2027-06-15T11:00:00+03:00", "2028-02-28T20:00:00+03:00", "2028-02-29T02:59:00+03:00",
    "2028-03-01T14:00:00+03:00", "2028-12-31T15:00:00+03:00", "2030-02-28T06:00:00+03:00"};
static_assert(std::size(kMoments) == 24);

constexpr const char* kZones[] = {"UTC", "Europe/Minsk", "Pacific/Kiritimati", "America/New_York"};

// 400 days on end for a night, each at another hour.
std::vector<std::string> moments() {
    if (std::getenv("HB_LONG") == nullptr) return {std::begin(kMoments), std::end(kMoments)};
    std::vector<std::string> out;
    const auto first = *parse_instant("2026-11-30T00:10:00Z");
    for (int day = 0; day < 400; ++day)
        out.push_back(format_instant(first + std::chrono::hours{24 * day} +
                                     std::chrono::minutes{(day * 397) % 1440}));
    return out;
}

DayRange month_before(const std::string& moment) {
    const auto zone = Zone::find("Europe/Minsk");
    const std::chrono::year_month_day date(zone->day_of(*parse_instant(moment)));
    const Day first(date.year() / date.month() / std::chrono::day{1});
    return {Day(std::chrono::year_month_day(first) - std::chrono::months{1}),
            first - std::chrono::days{1}};
}

// One program's life under another clock.
struct Moved {
    Folder folder;
    std::map<std::string, std::string> environment;
    std::string when;
    DayRange month;

    Moved(const std::string& moment, std::size_t number)
        : when(moment), month(month_before(moment)) {
        folder.write("now", moment);
        environment = {{"HB_NOW", folder.path("now")},
                       {"TZ", kZones[number % std::size(kZones)]},
                       {"TMPDIR", folder.path("")}};
        when += std::string(" in ") + kZones[number % std::size(kZones)];
    }
};

// Plays at every moment, some at once, and judges each ending.
void for_each_moment(std::size_t at_once, const std::function<Running(Moved&)>& play,
                     const std::function<void(const Ended&)>& judge) {
    const auto all = moments();
    for (std::size_t i = 0; i < all.size(); i += at_once) {
        std::vector<std::unique_ptr<Moved>> moved;
        std::vector<Running> running;
        for (std::size_t j = i; j < std::min(i + at_once, all.size()); ++j) {
            moved.push_back(std::make_unique<Moved>(all[j], j));
            running.push_back(play(*moved.back()));
        }
        for (std::size_t j = 0; j < running.size(); ++j) {
            const auto ended = running[j].wait();
            INFO(moved[j]->when << "\n" << ended.out << ended.err);
            judge(ended);
        }
    }
}

} // namespace

TEST_CASE("the demo plays the whole cycle on every date, at every hour, in every zone (R21)") {
    for_each_moment(
        2,
        [](Moved& moved) {
            return moved.folder.start({"demo", "--fast"}, moved.environment);
        },
        [](const Ended& ended) {
            CHECK(ended.code == 0);
            CHECK(ended.out.find("Verify") != std::string::npos);
        });
}

// They wait for the portal's limits most of the time, so many of them run at once.
TEST_CASE("README's five steps end with a deal on every date (R21)") {
    for_each_moment(
        8,
        [](Moved& moved) {
            moved.folder.through = {"bash", HB_SOURCE_DIR "/tests/app/five_steps"};
            return moved.folder.start({format_day(moved.month.from), format_day(moved.month.to)},
                                      moved.environment);
        },
        [](const Ended& ended) { CHECK(ended.code == 0); });
}

} // namespace hb::test
