#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "domain/subtractions.h"

using namespace hb;
using namespace hb::domain;

namespace {

LoggedTime log(const std::string& id, const std::string& person, int hour, std::int64_t seconds) {
    LoggedTime out;
    out.id = id;
    out.person = person;
    out.at = Instant{} + std::chrono::hours{hour};
    out.seconds = seconds;
    return out;
}

std::map<std::string, std::int64_t> left(std::vector<LoggedTime> logs) {
    subtract(logs);
    std::map<std::string, std::int64_t> out;
    for (const auto& each : logs) out[each.id] = each.rest;
    return out;
}

} // namespace

TEST_CASE("a subtraction is taken off the latest time before it, then off earlier time, then off "
          "later time") {
    const auto rest = left({log("1", "mia", 1, 3600), log("2", "mia", 2, 1800),
                            log("3", "mia", 3, -2400), log("4", "mia", 4, 600)});
    CHECK(rest.at("2") == 0);
    CHECK(rest.at("1") == 3000);
    CHECK(rest.at("3") == 0);
    CHECK(rest.at("4") == 600);
    CHECK(left({log("3", "mia", 3, -100), log("4", "mia", 4, 600)}).at("4") == 500);
}

TEST_CASE("a subtraction takes nothing of another person's time, and says what it found no time "
          "for") {
    std::vector<LoggedTime> logs{log("1", "mia", 1, 600), log("2", "ben", 2, 3600),
                                 log("3", "mia", 3, -1000)};
    subtract(logs);
    CHECK(logs[0].rest == 0);
    CHECK(logs[0].taken_by == std::vector<std::string>{"3"});
    CHECK(logs[1].rest == 3600);
    CHECK(logs[1].taken_by.empty());
    CHECK(logs[2].open == 400);
}

TEST_CASE("whatever is subtracted, the seconds of each person add up, in any order of records") {
    std::mt19937 random(7);
    const auto draw = [&random](int below) {
        return static_cast<int>(random() % static_cast<unsigned>(below));
    };
    for (int round = 0; round < 2000; ++round) {
        std::vector<LoggedTime> logs;
        const int count = draw(12);
        for (int i = 0; i < count; ++i)
            logs.push_back(log(std::to_string(i), draw(2) == 0 ? "mia" : "ben", draw(6),
                               (draw(3) == 0 ? -1 : 1) * draw(7200)));
        auto mixed = logs;
        std::shuffle(mixed.begin(), mixed.end(), random);
        REQUIRE(left(mixed) == left(logs));
        subtract(logs);
        for (const std::string person : {"mia", "ben"}) {
            std::int64_t told = 0, rest = 0, open = 0;
            for (const auto& each : logs) {
                if (each.person != person) continue;
                REQUIRE(each.rest >= 0);
                REQUIRE(each.open >= 0);
                REQUIRE(each.rest <= std::max<std::int64_t>(each.seconds, 0));
                told += each.seconds;
                rest += each.rest;
                open += each.open;
            }
            REQUIRE(told == rest - open);
            // What found nothing is left only where nothing was left to take.
            REQUIRE((open == 0 || rest == 0));
        }
    }
}
