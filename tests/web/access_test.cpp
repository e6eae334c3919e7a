#include <catch2/catch.hpp>

#include <algorithm>

#include "base/text.h"
#include "desk/reports.h"
#include "shop.h"

// Who may do what: every route of the table for everybody who may come. A route that stands in the
// program and not here fails the test.
using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

const std::string kToken = "51856fefc120afa4b628cc82d3935cce";
const std::string kSecret = "path-secret-0123456789";

std::string event(const std::string& token) {
    return "event=ONCRMDEALUPDATE&event_handler_id=185&data%5BFIELDS%5D%5BID%5D=7405&ts=1766047124"
           "&auth%5Bdomain%5D=some-domain.bitrix24.com&auth%5Bmember_id%5D=d897063e"
           "&auth%5Bapplication_token%5D=" +
           token;
}

// Nobody that we know, from outside and from this machine; somebody whose link was taken back; the
// client with the link; the portal with secret and token.
enum Who { Stranger, Near, Former, Client, Portal, kAll };
const char* const kNames[] = {"a stranger", "somebody on this machine", "a former client",
                              "the client", "the portal"};

struct Rule {
    std::string_view route;
    int status[kAll];
};
// A portal looks whether a door is there before it uses it; the door tells nobody more.
const Rule kRules[] = {
    {"GET /r/{token}", {404, 404, 404, 200, 404}},
    {"GET /r/{token}/report.json", {404, 404, 404, 200, 404}},
    {"GET /r/{token}/report.pdf", {404, 404, 404, 200, 404}},
    {"GET /r/{token}/report.xlsx", {404, 404, 404, 200, 404}},
    {"GET /r/{token}/report.csv", {404, 404, 404, 200, 404}},
    {"POST /r/{token}/agree", {404, 404, 404, 303, 404}},
    {"POST /r/{token}", {404, 404, 404, 404, 404}}, // this link has no password
    {"GET /a/{token}", {404, 404, 200, 200, 404}},  // a former client's archive was not taken back
    {"GET /a/{token}/{number}", {404, 404, 200, 200, 404}},
    {"GET /a/{token}/{number}/report.json", {404, 404, 200, 200, 404}},
    {"GET /a/{token}/{number}/report.pdf", {404, 404, 200, 200, 404}},
    {"GET /a/{token}/{number}/report.xlsx", {404, 404, 200, 200, 404}},
    {"GET /a/{token}/{number}/report.csv", {404, 404, 200, 200, 404}},
    {"GET /r/{token}/project/{n}", {404, 404, 404, 200, 404}},
    {"GET /r/{token}/task/{n}", {404, 404, 404, 404, 404}},  // where a brand says so
    {"GET /static/brand/{name}", {404, 404, 404, 404, 404}}, // no brand is configured
    {"GET /d/{token}", {404, 404, 404, 404, 404}},           // of drafts, and for staff
    {"GET /static/page.css", {200, 200, 200, 200, 200}},
    {"GET /static/icon.svg", {200, 200, 200, 200, 200}},
    {"GET /favicon.ico", {204, 204, 204, 204, 204}},
    {"GET /healthz", {200, 200, 200, 200, 200}},
    {"GET /readyz", {404, 200, 404, 404, 404}},
    {"GET /metrics", {404, 200, 404, 404, 404}},
    {"GET /hook/{remote}", {200, 200, 200, 200, 200}},
    {"POST /hook/{remote}", {403, 403, 403, 403, 403}}, // a secret in the path is configured
    {"GET /hook/{remote}/{secret}", {200, 200, 200, 200, 200}},
    {"POST /hook/{remote}/{secret}", {403, 403, 403, 403, 200}},
    {"GET /install/{remote}", {200, 200, 200, 200, 200}},
    {"POST /install/{remote}", {403, 403, 403, 403, 403}}, // no code was given out
    {"GET /install/{remote}/{code}", {200, 200, 200, 200, 200}},
    {"POST /install/{remote}/{code}", {403, 403, 403, 403, 403}},
};

// What this somebody would put at the route's {places}.
std::string path_of(std::string_view pattern, Who who, const Shop& shop) {
    const auto view = shop.world.books->show(shop.report);
    const std::string archive = view->archive_url.value();
    const std::string link =
        pattern.starts_with("/a/") ? archive.substr(archive.find("/a/")) : shop.link;
    const bool knows_link = who == Former || who == Client;
    std::string path;
    for (const auto part : split(pattern.substr(1), '/')) {
        path += "/";
        if (part == "{token}")
            path += knows_link ? link.substr(3) : std::string(43, 'A');
        else if (part == "{n}")
            path += "1";
        else if (part == "{number}")
            path += *view->number;
        else if (part == "{remote}")
            path += "bitrix24";
        else if (part == "{secret}" || part == "{code}")
            path += who == Portal ? kSecret : "path-secret-0123456788";
        else
            path += part;
    }
    return path;
}

int ask(const Route& route, Who who) {
    Shop shop;
    lanes::Watch watch(*shop.world.books, "");
    shop.site.watch = &watch;
    if (who == Former)
        REQUIRE(desk::link(*shop.world.books, shop.report, false, true, shop.world.actor).ok());
    const std::string path = path_of(route.pattern, who, shop);
    const std::string address = who == Near ? "127.0.0.1" : "203.0.113.5";
    std::string body = event(who == Portal ? kToken : "51856fefc120afa4b628cc82d3935ccf");
    if (path.find("/agree") != path.npos) body = "hash=" + shop.hash();
    const Answer told =
        route.method == "POST" ? shop.post(path, body, address) : shop.get(path, address);
    // Whoever is turned away learns nothing of a report.
    if (told.status >= 400) {
        CHECK_FALSE(shows(told, "Romashka"));
        CHECK_FALSE(shows(told, "Landing page"));
    }
    return told.status;
}

} // namespace

TEST_CASE("every route answers everybody as the table says, and every route is in the table (S5)") {
    std::size_t found = 0;
    for (const Route& route : routes()) {
        const std::string name = std::string(route.method) + " " + std::string(route.pattern);
        const auto rule = std::find_if(std::begin(kRules), std::end(kRules),
                                       [&](const Rule& r) { return r.route == name; });
        INFO(name << " (no rule? say who may use it)");
        REQUIRE(rule != std::end(kRules));
        ++found;
        for (int who = 0; who < kAll; ++who) {
            INFO(kNames[who]);
            CHECK(ask(route, static_cast<Who>(who)) == rule->status[who]);
        }
    }
    CHECK(found == std::size(kRules)); // no rule outlives its route
}
