#include <catch2/catch.hpp>

#include "engine/world.h"
#include "web/api/staff.h"
#include "web/gzip.h"

// Which requests are for the place of staff, and how its pages are given.

namespace hb::test {
namespace {

constexpr const char* kAddress = "https://staff.example";

const web::api::PageFiles kFiles = {
    {"assets/app-1a2b.js", "console.log(1)"},
    {"assets/type-3c4d.woff2", "wOF2"},
    {"icon.svg", "<svg/>"},
    {"index.html", "<!doctype html>"},
};

struct Place {
    explicit Place(const std::string& url = kAddress) : staff(*world.books, {url, {}, &kFiles}) {
        if (url.empty()) staff.use_url("http://127.0.0.1:8480");
    }
    static web::api::Request asked(const std::string& path, const std::string& host,
                                   const std::string& method = "GET") {
        web::api::Request out;
        out.method = method;
        out.path = path;
        out.headers = {{"Host", host}};
        return out;
    }
    bool takes(const std::string& path, const std::string& host = "staff.example") const {
        return staff.takes(asked(path, host));
    }
    web::Answer get(const std::string& path, const std::string& method = "GET") {
        std::string route;
        return staff.answer(asked(path, "staff.example", method), route);
    }
    World world;
    web::api::Staff staff;
};

std::string header(const web::Answer& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers)
        if (key == name) return value;
    return "";
}

} // namespace

TEST_CASE("every address of a page is the one page, under a policy without exceptions") {
    Place place;
    for (const char* path : {"/", "/month", "/reports/17", "/connection/mappings/bitrix24"}) {
        INFO(path);
        REQUIRE(place.takes(path));
        const auto page = place.get(path);
        CHECK(page.status == 200);
        REQUIRE(page.page);
        CHECK(web::unpacked(*page.page) == "<!doctype html>");
        const std::string policy = header(page, "Content-Security-Policy");
        CHECK(policy.starts_with("default-src 'none'; script-src 'self';"));
        CHECK(policy.find("unsafe") == std::string::npos);
        CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
        CHECK(header(page, "Cache-Control").empty()); // no-store, as every answer
    }
    CHECK(place.get("/", "POST").status == 404);
}

TEST_CASE("a file with a hash in its name is kept for good, and its type is its own") {
    Place place;
    const auto script = place.get("/assets/app-1a2b.js");
    CHECK(script.type == "text/javascript; charset=utf-8");
    CHECK(header(script, "Cache-Control") == "public, max-age=31536000, immutable");
    CHECK(web::unpacked(*script.page) == "console.log(1)");
    const auto type = place.get("/assets/type-3c4d.woff2");
    CHECK(type.type == "font/woff2");
    CHECK(type.body == "wOF2");
    CHECK(place.get("/assets/../index.html").status == 404);
    CHECK(place.get("/assets/none.js").status == 404);
    CHECK(header(place.get("/icon.svg"), "Cache-Control").empty());
}

TEST_CASE("an address of its own is staff's alone; without one, clients' pages are there, too") {
    Place apart;
    CHECK(apart.takes("/r/token"));
    CHECK(apart.get("/r/token").status == 404);
    CHECK(apart.takes("/api/v1/session", "elsewhere.example")); // and refuses it
    CHECK_FALSE(apart.takes("/", "elsewhere.example"));
    CHECK_FALSE(apart.takes("/healthz"));
    Place together("");
    CHECK(together.takes("/", "127.0.0.1:8480"));
    CHECK_FALSE(together.takes("/r/token", "127.0.0.1:8480"));
    CHECK_FALSE(together.takes("/static/page.css", "127.0.0.1:8480"));
    CHECK_FALSE(together.takes("/", "reports.example"));
}

TEST_CASE("clients' address has no API, and another name is misdirected") {
    Place place;
    place.world.books->change(
        [&] { place.world.books->settings.public_url = "https://reports.example"; });
    std::string route;
    CHECK(place.staff.answer(Place::asked("/api/v1/session", "reports.example"), route).status ==
          404);
    CHECK(place.staff.answer(Place::asked("/api/v1/session", "other.example"), route).status ==
          421);
    CHECK(place.staff.answer(Place::asked("/api/v1/session", "staff.example"), route).status ==
          401);
}

} // namespace hb::test
