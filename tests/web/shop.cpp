#include "shop.h"
#include "desk/reports.h"

#include <catch2/catch.hpp>

namespace hb::web::test {

Shop::Shop()
    : hooks(*world.books,
            {{"bitrix24",
              {{Secret("51856fefc120afa4b628cc82d3935cce"), Secret("the other token")},
               Secret("path-secret-0123456789")}}}),
      site{*world.books, misses, hooks, pages} {
    company = world.company("Romashka LLC");
    person = world.user("Designer Five");
    hb::test::World::TaskMaker maker;
    maker.title = "Landing page";
    maker.links = {"CO_" + std::to_string(company)};
    task = world.task(maker);
    entry = world.entry(task, person, 5400, "2026-06-03T10:00:00+03:00");
    world.pull();
    world.contract(company);
    report = world.draft(company, "2026-06-01", "2026-06-30");
    world.send(report);
    const std::string url = world.books->show(report)->url.value();
    link = url.substr(url.find("/r/"));
}

// As a client that takes nothing compressed gets it.
Answer opened(Answer answer) {
    if (answer.page) answer.body = unpacked(*answer.page);
    return answer;
}

Answer Shop::get(const std::string& path, const std::string& address) {
    std::string_view route;
    return opened(answer(site, {"GET", path, "", address, "test-1", {}}, route));
}

Answer Shop::post(const std::string& path, const std::string& body, const std::string& address) {
    std::string_view route;
    return opened(answer(site, {"POST", path, body, address, "test-1", {}}, route));
}

std::string Shop::hash() {
    return world.books->show(report)->hash;
}

void Shop::recall() {
    REQUIRE(desk::recall(*world.books, report, world.actor).ok());
}

void Shop::send_another_revision() {
    recall();
    world.entry(task, person, 3600, "2026-06-04T10:00:00+03:00");
    world.pull();
    world.send(report);
}

std::string header(const Answer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers)
        if (key == name) return value;
    return {};
}

bool shows(const Answer& answer, std::string_view text) {
    return answer.body.find(text) != std::string::npos;
}

} // namespace hb::web::test
