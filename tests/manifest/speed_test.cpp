#include <catch2/catch.hpp>

#include <chrono>
#include <iostream>

#include "books/plan.h"
#include "connector/bitrix24.h"
#include "connector/manifest.h"
#include "mapping/shipped.h"
#include "sandbox/portal.h"
#include "sandbox/seed.h"
#include "json/writer.h"

// Rows a second through the manifest engine beside those through the hand-written connector, in one
// run: reading, mapping, hashing, without the time that the other side takes. Hidden: run by its
// tag.
using namespace hb;

namespace {

constexpr std::int64_t kRows = 50'000;
using Watch = std::chrono::steady_clock;

// Passes requests on and counts the time that answers take.
class Timed final : public net::HttpClient {
public:
    using Answer = std::function<net::Response(const net::Request&)>;
    Timed(Answer answer, std::chrono::nanoseconds& spent)
        : answer_(std::move(answer)), spent_(spent) {}
    net::Response send(const net::Request& request) override {
        const auto begun = Watch::now();
        auto response = answer_(request);
        spent_ += Watch::now() - begun;
        return response;
    }

private:
    Answer answer_;
    std::chrono::nanoseconds& spent_;
};

net::Response answered(std::string body) {
    net::Response response;
    response.reach = net::Reach::Answered;
    response.status = 200;
    response.body = std::move(body);
    return response;
}

net::Response ask_portal(sandbox::Portal& portal, const net::Request& request) {
    const std::string& url = request.url.reveal();
    sandbox::HttpRequest in;
    in.path = url.substr(url.find('/', url.find("//") + 2));
    for (const auto& [name, value] : request.headers)
        if (name == "Content-Type") in.content_type = value;
    in.body = request.body;
    return answered(portal.handle(in).body);
}

// 100 time records of one page, in the shape of the small planner below.
std::string page_of(std::int64_t number) {
    json::Writer out;
    out.begin_object().key("rows").begin_array();
    for (std::int64_t i = 0; i < 100; ++i) {
        const auto id = number * 100 + i;
        if (id >= kRows) break;
        out.begin_object().member("id", id + 1).member("task", 1 + id % 2000);
        out.member("user", 1 + id % 25);
        out.member("time", "1:30").member("day", "2025-01-10").member("text", "Grid and header");
        out.member("created", "2025-01-10T14:21:44Z").member("locked", false).end_object();
    }
    return out.end_array().end_object().take();
}

struct Speed {
    std::int64_t rows = 0;
    std::chrono::nanoseconds own{0};
    std::int64_t per_second() const {
        return rows * 1'000'000'000 / std::max<std::int64_t>(1, own.count());
    }
};

Speed read_entries(connector::Connector& remote, const mapping::Mapping& mapping,
                   ManualClock& clock, const std::chrono::nanoseconds& outside) {
    Speed speed;
    domain::ReadRequest request;
    request.stream = "entries";
    request.reading = domain::Reading::Full;
    const auto before = outside;
    const auto begun = Watch::now();
    for (;;) {
        clock.wait_until(remote.earliest());
        const auto page = remote.read(request);
        REQUIRE(page.ok());
        const auto plan = books::plan_page({}, page->records, mapping);
        for (const auto& kept : plan.changed) speed.rows += kept.fact ? 1 : 0;
        if (page->complete) break;
        request.cursor = page->cursor;
    }
    speed.own = Watch::now() - begun - (outside - before);
    return speed;
}

} // namespace

TEST_CASE("The manifest engine reads at least half as many rows a second as the hand-written one",
          "[.speed]") {
    ManualClock clock(*parse_instant("2026-03-01T09:00:00Z"));
    std::vector<mapping::FileProblem> wrong;

    sandbox::PortalOptions portal_options;
    portal_options.limits.requests = false;
    portal_options.limits.operating = false;
    sandbox::Portal portal(portal_options, clock);
    sandbox::seed_basics(portal);
    sandbox::seed_rows(portal, 2000, kRows);
    std::chrono::nanoseconds outside{0};
    connector::Bitrix24Options options;
    options.webhook_url = Secret("http://127.0.0.1:1/rest/1/sandbox/");
    auto bitrix = connector::make_bitrix24(
        options,
        std::make_unique<Timed>(
            [&](const net::Request& request) { return ask_portal(portal, request); }, outside),
        clock);
    REQUIRE(bitrix.ok());
    const auto own = mapping::Mapping::parse(mapping::shipped_mapping("bitrix24"), "b", wrong);
    REQUIRE(own.has_value());
    const auto written = read_entries(**bitrix, *own, clock, outside);

    std::vector<connector::ManifestProblem> problems;
    const auto plan = connector::Plan::parse(R"({
        "version": 1, "connector": "mine", "title": "Mine", "settings": {"key": {"kind": "secret"}},
        "base_url": "https://api.mine.example",
        "access": [{"when": ["key"], "request": {"headers": {"X-Key": "{settings.key}"}}}],
        "streams": {
            "users": {"request": {"path": "/u"}, "rows": "", "id": "/id", "read": {"kind": "all"}},
            "groups": {"request": {"path": "/g"}, "rows": "", "id": "/id", "read": {"kind": "all"}},
            "tasks": {"request": {"path": "/t"}, "rows": "", "id": "/id", "read": {"kind": "all"}},
            "entries": {"request": {"path": "/e", "query": {"page": "{page}"}}, "rows": "/rows", "id": "/id",
                        "read": {"kind": "all"}, "pages": {"kind": "page", "first": 0, "size": 100},
                        "content": ["/id", "/task", "/user", "/time", "/day", "/text"]}}})",
                                             "mine.json", problems);
    REQUIRE(plan);
    connector::PlannerOptions planner_options;
    planner_options.remote = "mine";
    planner_options.settings["key"] = Secret("a-key");
    std::int64_t number = 0;
    auto planner = connector::make_planner(
        plan, planner_options,
        std::make_unique<Timed>([&](const net::Request&) { return answered(page_of(number++)); },
                                outside),
        clock);
    const auto mapping = mapping::Mapping::parse(R"({"version": 1, "connector": "mine", "streams": {
        "entries": [{"to": "id", "from": "/id", "as": "id", "required": true},
                    {"to": "task", "from": "/task", "as": "id"}, {"to": "person", "from": "/user", "as": "id"},
                    {"to": "seconds", "from": "/time", "as": "clock"}, {"to": "day", "from": "/day", "as": "day"},
                    {"to": "text", "from": "/text", "as": "plain"}]}})",
                                                 "mine.json", wrong);
    for (const auto& each : wrong) UNSCOPED_INFO(to_string(each));
    REQUIRE(mapping.has_value());
    const auto by_manifest = read_entries(*planner, *mapping, clock, outside);

    std::cout << "rows a second, without the answers' own time: Bitrix24 " << written.per_second()
              << " (" << written.rows << " rows), by manifest " << by_manifest.per_second() << " ("
              << by_manifest.rows << " rows)\n";
    CHECK(written.rows == kRows);
    CHECK(by_manifest.rows == kRows);
    CHECK(by_manifest.per_second() * 2 >= written.per_second());
}
