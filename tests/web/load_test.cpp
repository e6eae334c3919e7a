#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "desk/decisions.h"
#include "desk/reports.h"
#include "shop.h"
#include "web/gzip.h"
#include "web/server.h"
#include "wire.h"

// Many readers of one long report at once: one rendering, one copy, and the others are served.
using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

constexpr int kLines = 300;
constexpr int kReaders = 40;

// A second client whose report has many lines.
struct LongReport : Shop {
    LongReport() : server(*world.books, {"127.0.0.1:0", false}) {
        const std::int64_t client = world.company("Vasilek LLC");
        for (int i = 0; i < kLines; ++i) {
            hb::test::World::TaskMaker maker;
            maker.title = std::to_string(i) + std::string(280, 'x') + " <b>&amp;</b>";
            maker.links = {"CO_" + std::to_string(client)};
            world.entry(world.task(maker), person, 600, "2026-06-03T10:00:00+03:00");
        }
        world.pull();
        world.contract(client);
        const std::int64_t made = world.draft(client, "2026-06-01", "2026-06-30");
        world.send(made);
        const std::string url = world.books->show(made)->url.value();
        long_link = url.substr(url.find("/r/"));
        REQUIRE(server.start().ok());
    }
    std::string long_link;
    WebServer server;
};

std::string unzipped(const std::string& gzip) {
    std::string out, room(4096, '\0');
    std::string_view rest = gzip;
    Gunzip gunzip;
    while (const std::size_t got = gunzip.read(rest, room.data(), room.size()))
        out.append(room, 0, got);
    return out;
}

} // namespace

TEST_CASE("a page goes out compressed or not, as the client takes it, and is the same page") {
    LongReport shop;
    const int port = shop.server.port();
    for (const char* path : {"", "/report.json", "/report.csv"}) {
        INFO(path);
        const std::string plain = get(port, shop.long_link + path);
        const std::string gzip = get(port, shop.long_link + path, "Accept-Encoding: br, gzip\r\n");
        const std::string refused =
            get(port, shop.long_link + path, "Accept-Encoding: gzip;q=0\r\n");
        CHECK(header_of(plain, "Content-Encoding").empty());
        CHECK(header_of(gzip, "Content-Encoding") == "gzip");
        CHECK(header_of(refused, "Content-Encoding").empty());
        for (const std::string* answer : {&plain, &gzip, &refused}) {
            CHECK(status_of(*answer) == 200);
            CHECK(header_of(*answer, "Vary") == "Accept-Encoding");
            CHECK(header_of(*answer, "Content-Length") == std::to_string(body_of(*answer).size()));
        }
        CHECK(body_of(gzip).size() * 5 < body_of(plain).size());
        CHECK(unzipped(body_of(gzip)) == body_of(plain));
        CHECK(body_of(refused) == body_of(plain));
        CHECK((body_of(plain).find("Vasilek LLC") != std::string::npos || *path != '\0'));
    }
}

TEST_CASE("HEAD says how long the page is in the form that the client takes, without the page") {
    LongReport shop;
    const int port = shop.server.port();
    for (const char* takes : {"", "Accept-Encoding: gzip\r\n"}) {
        const std::string whole = get(port, shop.long_link, takes);
        const std::string head =
            talk(port, "HEAD " + shop.long_link + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                           takes + "\r\n");
        CHECK(status_of(head) == 200);
        CHECK(body_of(head).empty());
        for (const char* name : {"Content-Length", "Content-Encoding", "Vary", "Content-Type"})
            CHECK(header_of(head, name) == header_of(whole, name));
    }
}

TEST_CASE("one connection may take page after page, compressed and not") {
    LongReport shop;
    Line line(shop.server.port());
    std::string first;
    for (int i = 0; i < 6; ++i) {
        const std::string takes = i % 2 == 0 ? "Accept-Encoding: gzip\r\n" : "";
        const std::string answer =
            line.ask("GET " + shop.long_link + " HTTP/1.1\r\nHost: x\r\n" + takes + "\r\n");
        REQUIRE(status_of(answer) == 200);
        const std::string body = i % 2 == 0 ? unzipped(body_of(answer)) : body_of(answer);
        if (first.empty()) first = body;
        CHECK(body == first);
    }
}

TEST_CASE("forty readers of one report are all served, while somebody holds the books (P19)") {
    LongReport shop;
    const int port = shop.server.port();
    std::atomic<int> good{0};
    std::vector<std::thread> readers;
    const books::Read held = shop.world.books->read(); // a page waits for nobody who writes
    for (int i = 0; i < kReaders; ++i)
        readers.emplace_back([&, i] {
            const auto ask = [&] {
                return get(port, shop.long_link, i % 2 == 0 ? "Accept-Encoding: gzip\r\n" : "");
            };
            // On a machine with other work the page may take longer than one waits for it.
            std::string answer = ask();
            while (status_of(answer) == 503 && answer.find("Retry-After: ") != std::string::npos)
                answer = ask();
            if (status_of(answer) != 200) return;
            const std::string body = i % 2 == 0 ? unzipped(body_of(answer)) : body_of(answer);
            if (body.find("Vasilek LLC") != std::string::npos && body.ends_with("</html>\n"))
                ++good;
        });
    for (auto& reader : readers) reader.join();
    CHECK(good == kReaders);
}

TEST_CASE("what a page shows is never older than the books: state, payment, link, recall") {
    Shop shop;
    const auto page = [&] { return shop.get(shop.link); };
    const std::string sent = page().body;
    CHECK(page().body == sent);
    CHECK(shop.pages.renderings() == 1);
    REQUIRE(shop.agree(shop.hash()).status == 303);
    const std::string agreed = page().body;
    CHECK(agreed != sent);
    CHECK(shows(page(), "state-agreed"));
    shop.world.run();
    REQUIRE(shop.world.state(shop.report) == "invoiced");
    CHECK(shows(page(), "state-invoiced"));
    REQUIRE(desk::add_payment(*shop.world.books, shop.report, "10.00",
                              Day{std::chrono::days{20'000}}, "ref", shop.world.actor)
                .ok());
    const std::string partly = page().body;
    CHECK(shows(page(), "state-partly_paid"));
    REQUIRE(desk::add_payment(*shop.world.books, shop.report, "1.00",
                              Day{std::chrono::days{20'000}}, "ref 2", shop.world.actor)
                .ok());
    CHECK(page().body != partly);
}

TEST_CASE("a recalled revision is never shown from what was kept, nor under a revoked link") {
    Shop shop;
    const std::string first = shop.get(shop.link).body;
    const std::string hash = shop.hash();
    shop.recall();
    CHECK_FALSE(shows(shop.get(shop.link), hash));
    CHECK_FALSE(shows(shop.get(shop.link), "state-sent"));
    CHECK(shop.get(shop.link + "/report.json").status == 410);
    CHECK(shop.get(shop.link + "/report.csv").status == 410);

    Shop other;
    CHECK(other.get(other.link).status == 200);
    REQUIRE(desk::link(*other.world.books, other.report, true, false, other.world.actor).ok());
    CHECK(other.get(other.link).status == 404);
    const std::string url = other.world.books->show(other.report)->url.value();
    const std::string link = url.substr(url.find("/r/"));
    CHECK(link != other.link);
    CHECK(shows(other.get(link), link + "/agree"));
    CHECK_FALSE(shows(other.get(link), other.link));
}
