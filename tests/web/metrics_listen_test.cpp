#include <catch2/catch.hpp>

#include "shop.h"
#include "web/server.h"
#include "wire.h"

// /metrics at an address of its own (metrics_listen).
using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

struct Watching : Shop {
    explicit Watching(const std::string& metrics_listen)
        : watch(*world.books, ""), server(*world.books, options(metrics_listen)) {
        const Status started = server.start();
        if (!started) FAIL(to_string(started.error()));
    }
    WebOptions options(const std::string& metrics_listen) {
        WebOptions out;
        out.listen = "127.0.0.1:0";
        out.watch = &watch;
        out.metrics_listen = metrics_listen;
        return out;
    }
    lanes::Watch watch;
    WebServer server;
};

} // namespace

TEST_CASE("with metrics_listen the metrics are there and no longer beside the pages") {
    Watching shop("127.0.0.1:0");
    const int pages = shop.server.port(), metrics = shop.server.metrics_port();
    REQUIRE(metrics != 0);
    REQUIRE(metrics != pages);
    const std::string told = get(metrics, "/metrics");
    CHECK(status_of(told) == 200);
    CHECK(header_of(told, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(body_of(told).find("hourbridge_build_info") != std::string::npos);
    CHECK(status_of(get(pages, "/metrics")) == 404);
    CHECK(body_of(get(pages, "/metrics")) == body_of(get(pages, "/nothing")));
    CHECK(status_of(get(pages, shop.link)) == 200);
    // Health is at both.
    for (const int port : {pages, metrics}) {
        CHECK(status_of(get(port, "/healthz")) == 200);
        CHECK(status_of(get(port, "/readyz")) != 404);
    }
}

TEST_CASE("at the address of the metrics there is no page, link, hook or style") {
    Watching shop("127.0.0.1:0");
    const int port = shop.server.metrics_port();
    const std::string unknown = body_of(get(port, "/nothing"));
    for (const std::string& path :
         {shop.link, shop.link + "/report.json", std::string("/static/page.css"),
          std::string("/hook/bitrix24"), std::string("/install/bitrix24"), std::string("/")}) {
        INFO(path);
        CHECK(status_of(get(port, path)) == 404);
        CHECK(body_of(get(port, path)) == unknown);
    }
    const std::string agree =
        talk(port, "POST " + shop.link + "/agree HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                       "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                       std::to_string(5 + shop.hash().size()) + "\r\n\r\nhash=" + shop.hash());
    CHECK(status_of(agree) == 404);
    CHECK(shop.world.tables->reports.find(shop.report)->state == domain::State::Sent);
    // Who comes from another machine is meant: the address is not asked for who it is.
    CHECK(status_of(get(port, "/metrics", "X-Forwarded-For: 203.0.113.5\r\n")) == 200);
}

TEST_CASE("without metrics_listen the metrics stand beside the pages, for this machine") {
    Watching shop("");
    CHECK(shop.server.metrics_port() == 0);
    CHECK(status_of(get(shop.server.port(), "/metrics")) == 200);
    CHECK(status_of(get(shop.server.port(), "/metrics", "X-Real-IP: 203.0.113.5\r\n")) == 404);
}

TEST_CASE("an address of the metrics that is taken ends the start with its name") {
    Watching first("127.0.0.1:0");
    Shop shop;
    lanes::Watch watch(*shop.world.books, "");
    WebOptions options;
    options.listen = "127.0.0.1:0";
    options.watch = &watch;
    options.metrics_listen = "127.0.0.1:" + std::to_string(first.server.metrics_port());
    WebServer second(*shop.world.books, options);
    const Status started = second.start();
    REQUIRE(!started);
    CHECK(to_string(started.error()).find(options.metrics_listen) != std::string::npos);
}
