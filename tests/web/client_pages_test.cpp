#include <catch2/catch.hpp>

#include "desk/reports.h"
#include "shop.h"
#include "json/value.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

TEST_CASE("the link shows the frozen report as a page, as JSON and as CSV") {
    Shop shop;
    const Answer page = shop.get(shop.link);
    CHECK(page.status == 200);
    CHECK(page.type == "text/html; charset=utf-8");
    CHECK(shows(page, "Romashka LLC"));
    CHECK(shows(page, "135.00\u00A0BYN"));
    CHECK(shows(page, "action=\"" + shop.link + "/agree\""));

    const Answer json = shop.get(shop.link + "/report.json");
    CHECK(json.status == 200);
    CHECK(json.type == "application/json");
    const auto document = json::Document::parse(json.body);
    REQUIRE(document.ok());
    CHECK(*document->root()["total"].string() == "135.00");
    CHECK(*document->root()["revision"]["hash"].string() == shop.hash());
    CHECK(document->root()["late"].missing());
    CHECK(document->root()["freshness"].missing());

    const Answer csv = shop.get(shop.link + "/report.csv");
    CHECK(csv.status == 200);
    CHECK(csv.type == "text/csv; charset=utf-8");
    CHECK(shows(csv, "Landing page"));
    CHECK(header(csv, "Content-Disposition").find("attachment; filename=\"") == 0);
}

TEST_CASE("what changes after sending is not on the client's page: it shows the frozen revision") {
    Shop shop;
    const Answer before = shop.get(shop.link);
    shop.world.entry(shop.task, shop.person, 3600, "2026-06-05T10:00:00+03:00");
    shop.world.pull();
    CHECK(shop.get(shop.link).body == before.body);
}

TEST_CASE("time that is shortened after sending is told on the page, whose figures stay") {
    Shop shop;
    CHECK_FALSE(shows(shop.get(shop.link), "has changed since"));
    shop.world.edit_entry(shop.entry, 3600);
    shop.world.pull();
    const Answer page = shop.get(shop.link);
    CHECK(shows(page, "The work of this period has changed since"));
    CHECK(shows(page, "135.00\u00A0BYN"));
    CHECK(shop.agree(shop.hash()).status == 303);
}

TEST_CASE("a recalled report says that it is being corrected, shows no figure, and takes no "
          "agreement (G4)") {
    Shop shop;
    const std::string hash = shop.hash();
    shop.recall();
    const Answer page = shop.get(shop.link);
    CHECK(page.status == 200);
    CHECK(shows(page, "This report is being corrected"));
    for (const char* path : {"", "/report.json", "/report.csv"}) {
        const Answer answer = shop.get(shop.link + path);
        CHECK_FALSE(shows(answer, "135"));
        CHECK_FALSE(shows(answer, "Landing page"));
    }
    CHECK(shop.get(shop.link + "/report.json").status == 410);
    CHECK(shop.agree(hash).status == 409);
    CHECK(shop.world.state(shop.report) == "draft");
}

TEST_CASE("sent again, the same link shows the new revision (G4)") {
    Shop shop;
    shop.send_another_revision();
    const Answer page = shop.get(shop.link);
    CHECK(page.status == 200);
    CHECK(shows(page, "225.00\u00A0BYN"));
    CHECK(shows(page, "<dt>Revision</dt><dd>2</dd>"));
}

TEST_CASE("a cancelled report says so and shows no figure (G4)") {
    Shop shop;
    const std::string hash = shop.hash();
    REQUIRE(
        desk::cancel(*shop.world.books, shop.report, "a mistake of ours", shop.world.actor).ok());
    const Answer page = shop.get(shop.link);
    CHECK(shows(page, "This report was cancelled"));
    CHECK_FALSE(shows(page, "135"));
    CHECK_FALSE(shows(page, "mistake"));
    CHECK(shop.agree(hash).status == 409);
}

TEST_CASE("the style sheet and the sign of life are there for everybody") {
    Shop shop;
    CHECK(shop.get("/static/page.css").type == "text/css; charset=utf-8");
    CHECK(shows(shop.get("/static/page.css"), "prefers-color-scheme: dark"));
    CHECK(shop.get("/static/icon.svg").type == "image/svg+xml");
    CHECK(shows(shop.get("/static/icon.svg"), "<svg "));
    CHECK(shop.get("/favicon.ico").status == 204);
    CHECK(shop.get("/healthz").body == "ok\n");
}
