#include <catch2/catch.hpp>

#include <cstdlib>

#include "app/program.h"
#include "base/text.h"
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
constexpr int kAtOnce = 2;

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

// One program's life under another clock.
struct Moved {
    Folder folder;
    std::map<std::string, std::string> environment;
    std::string when;

    Moved(const std::string& moment, std::size_t number) : when(moment) {
        folder.write("now", moment);
        environment = {{"HB_NOW", folder.path("now")},
                       {"TZ", kZones[number % std::size(kZones)]},
                       {"TMPDIR", folder.path("")}};
        when += std::string(" in ") + kZones[number % std::size(kZones)];
    }
};

DayRange month_before(const std::string& moment) {
    const auto zone = Zone::find("Europe/Minsk");
    const std::chrono::year_month_day date(zone->day_of(*parse_instant(moment)));
    const Day first(date.year() / date.month() / std::chrono::day{1});
    return {Day(std::chrono::year_month_day(first) - std::chrono::months{1}),
            first - std::chrono::days{1}};
}

// The steps that README names, on the sandbox. What the client agrees to stands in the CRM at the
// end, and a run of everything again changes nothing.
void five_steps(const std::string& moment, std::size_t number) {
    Moved moved(moment, number);
    INFO(moved.when);
    auto portal = moved.folder.start({"sandbox", "--port", "0"}, moved.environment);
    REQUIRE(portal.says("Ctrl-C ends it"));
    const std::string said = portal.output();
    const auto at = said.find("http://");
    moved.environment["HOURBRIDGE_BITRIX24_WEBHOOK"] =
        said.substr(at, said.find_first_of(" \n", at) - at);
    const auto step = [&](const std::vector<std::string>& words) {
        auto ended = moved.folder.run(words, moved.environment);
        INFO(join(words, " ") << "\n" << ended.out << ended.err);
        REQUIRE(ended.code == 0);
        return ended;
    };
    step({"init", "--time-zone", "Europe/Minsk"});
    step({"check"});
    step({"sync"});
    moved.folder.write("terms.json", R"({"client": "bitrix24:company:5", "valid_from": "2025-01-01",
 "currency": "BYN", "vat": {"mode": "added", "rate": "20"}, "rates": [{"amount": "90.00"}]})");
    step({"contract", "apply", "terms.json"});
    const DayRange month = month_before(moment);
    step({"report", "create", "--company", "bitrix24:company:5", "--from", format_day(month.from),
          "--to", format_day(month.to)});
    step({"report", "send", "1"});
    step({"report", "agree", "1"});
    step({"run", "--wait", "60"});
    const auto list = step({"report", "list", "--json"});
    const auto report = list.root()["reports"][0];
    CHECK(text(report["state"]) == "invoiced");
    CHECK(parse_integer(text(report["total"]).substr(0, text(report["total"]).find('.')))
              .value_or(0) > 0);
    step({"verify"});
    portal.signal(SIGTERM);
    CHECK(portal.wait().code == 0);
}

} // namespace

TEST_CASE("the demo plays the whole cycle on every date, at every hour, in every zone (R21)") {
    const auto all = moments();
    for (std::size_t i = 0; i < all.size(); i += kAtOnce) {
        std::vector<std::unique_ptr<Moved>> moved;
        std::vector<Running> demos;
        for (std::size_t j = i; j < std::min(i + kAtOnce, all.size()); ++j) {
            moved.push_back(std::make_unique<Moved>(all[j], j));
            demos.push_back(
                moved.back()->folder.start({"demo", "--fast"}, moved.back()->environment));
        }
        for (std::size_t j = 0; j < demos.size(); ++j) {
            const auto ended = demos[j].wait();
            INFO(moved[j]->when << "\n" << ended.out << ended.err);
            CHECK(ended.code == 0);
            CHECK(ended.out.find("Verify") != std::string::npos);
            const auto month = month_before(all[i + j]);
            CHECK(ended.out.find("one command: " + format_day(month.from) + " to " +
                                 format_day(month.to)) != std::string::npos);
        }
    }
}

TEST_CASE("README's five steps end with a deal on every date (R21)") {
    const auto all = moments();
    for (std::size_t i = 0; i < all.size(); ++i) five_steps(all[i], i);
}

} // namespace hb::test
