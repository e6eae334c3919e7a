#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "base/text.h"
#include "house.h"
#include "web/wire.h"

// Figures for docs/benchmarks.md; run by name: tests_api "[.measure]".

namespace hb::test {
namespace {

struct Figures {
    double a_second = 0, median_ms = 0, p99_ms = 0;
};

Figures measured(const House& house, const std::string& path, const std::string& headers,
                 std::size_t times) {
    using Time = std::chrono::steady_clock;
    const int port = std::stoi(house.url.substr(house.url.rfind(':') + 1));
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: " + house.url.substr(7) + "\r\n" + headers + "\r\n";
    std::vector<double> each;
    const auto began = Time::now();
    std::optional<web::test::Line> line;
    for (std::size_t n = 0; n < times; ++n) {
        if (n % 90 == 0) line.emplace(port); // a connection is for a hundred answers
        const auto from = Time::now();
        const std::string answer = line->ask(request);
        each.push_back(std::chrono::duration<double, std::milli>(Time::now() - from).count());
        REQUIRE(web::test::status_of(answer) == 200);
    }
    const double all = std::chrono::duration<double>(Time::now() - began).count();
    std::sort(each.begin(), each.end());
    return {static_cast<double>(times) / all, each[times / 2], each[times * 99 / 100]};
}

void tell(const char* what, const Figures& figures) {
    std::cout << what << ": " << figures.a_second << " a second, median " << figures.median_ms
              << " ms, p99 " << figures.p99_ms << " ms\n";
}

} // namespace

TEST_CASE("how fast the API answers beside a static file", "[.measure]") {
    House house;
    house.draft();
    const std::string token = "Authorization: Bearer " + house.token("manager") + "\r\n";
    tell("static file", measured(house, "/static/page.css", "", 500));
    tell("report list", measured(house, "/api/v1/reports", token, 500));
    tell("session", measured(house, "/api/v1/session", token, 90));
    house.later(61);
    tell("one report", measured(house, "/api/v1/reports/1", token, 300));
    house.later(61);
    tell("clients (by its command)", measured(house, "/api/v1/clients", token, 50));
}

} // namespace hb::test
