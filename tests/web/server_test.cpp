#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "desk/reports.h"
#include "shop.h"
#include "web/headers.h"
#include "web/server.h"
#include "wire.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

struct Served : Shop {
    explicit Served(const std::string& listen = "127.0.0.1:0")
        : server(*world.books, {listen, false}) {
        const Status started = server.start();
        if (!started) FAIL(to_string(started.error()));
    }
    WebServer server;
};

std::string post(int port, const std::string& path, const std::string& body,
                 const std::string& headers = "") {
    return talk(port, "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                          "Content-Type: application/x-www-form-urlencoded\r\n" +
                          "Content-Length: " + std::to_string(body.size()) + "\r\n" + headers +
                          "\r\n" + body);
}

std::string temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "hourbridge-web-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    return name;
}

} // namespace

TEST_CASE("a client reads the page over HTTP and agrees with the form (G43)") {
    Served shop;
    const std::string page = get(shop.server.port(), shop.link);
    CHECK(status_of(page) == 200);
    CHECK(header_of(page, "Content-Type") == "text/html; charset=utf-8");
    CHECK(body_of(page).find("Romashka LLC") != std::string::npos);
    const std::string taken = post(shop.server.port(), shop.link + "/agree", "hash=" + shop.hash());
    CHECK(status_of(taken) == 303);
    CHECK(header_of(taken, "Location") == shop.link + "#thanks");
    CHECK(shop.world.state(shop.report) == "agreed");
    CHECK(shop.world.tables->reports.find(shop.report)->agreed_by == "page:127.0.0.1");
}

TEST_CASE("every answer carries the security headers once, whatever it says") {
    Served shop;
    const int port = shop.server.port();
    const std::string long_path = "/" + std::string(9000, 'x');
    const std::vector<std::pair<int, std::string>> answers = {
        {200, get(port, shop.link)},
        {200, get(port, shop.link + "/report.json")},
        {200, get(port, "/static/page.css")},
        {200, get(port, "/healthz")},
        {404, get(port, "/r/nothing")},
        {404, get(port, "/%0a%00")},
        {405, get(port, shop.link + "/agree")},
        {405, talk(port, "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n")},
        {409, post(port, shop.link + "/agree", "hash=old")},
        {411, talk(port, "POST / HTTP/1.1\r\nHost: x\r\n\r\n")},
        {413, talk(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n")},
        {414, get(port, long_path)},
        {415, post(port, "/", "x", "Content-Encoding: gzip\r\n")},
        {416, get(port, shop.link, "Range: nonsense\r\n")},
        {400, talk(port, "nonsense\r\n\r\n")},
        {400, talk(port, "GET /healthz HTTP/1.1\r\n\r\n")},
        {400, talk(port, "GET " + shop.link + " HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")},
    };
    for (const auto& [status, answer] : answers) {
        INFO(answer.substr(0, 600));
        CHECK(status_of(answer) == status);
        for (const auto& [name, value] : kEveryAnswer) CHECK(header_of(answer, name) == value);
        CHECK_FALSE(header_of(answer, "X-Request-Id").empty());
        CHECK(header_of(answer, "Server").empty());
        CHECK(answer.find("httplib") == std::string::npos);
    }
}

TEST_CASE("a body is taken only whole, with one length, uncompressed and below 64 KiB") {
    Served shop;
    const int port = shop.server.port();
    const std::string head = "POST " + shop.link + "/agree HTTP/1.1\r\nHost: x\r\n";
    CHECK(status_of(talk(
              port, head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhash=\r\n0\r\n\r\n")) == 411);
    CHECK(status_of(talk(
              port, head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhash=")) == 411);
    CHECK(status_of(talk(port, head + "\r\nhash=")) == 411);
    CHECK(status_of(talk(port, head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhash=")) ==
          411);
    CHECK(status_of(talk(port, head + "Content-Length: 5x\r\n\r\nhash=")) == 400);
    CHECK(status_of(talk(port, head + "Content-Length: -5\r\n\r\nhash=")) == 400);
    CHECK(status_of(talk(port, head + "Content-Length: 65537\r\n\r\nhash=")) == 413);
    CHECK(status_of(talk(port, head + "Content-Length: 99999999999999999999\r\n\r\n")) == 400);
    CHECK(status_of(talk(port, head + "Content-Type: multipart/form-data; boundary=x\r\n"
                                      "Content-Length: 5\r\n\r\nhash=")) == 415);
    CHECK(status_of(post(port, shop.link + "/agree", std::string(65536, 'a'))) == 409);
    CHECK(shop.world.state(shop.report) == "sent");
}

TEST_CASE("what is left of a refused request is never read as the next one") {
    Served shop;
    const int port = shop.server.port();
    const std::string smuggled = "GET " + shop.link + " HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const std::string& first :
         {std::string("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: ") +
              std::to_string(smuggled.size()) + "\r\n\r\n",
          std::string("POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
          std::string("POST /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
          std::string("PUT /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"),
          std::string("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n")}) {
        const std::string answer = talk(port, first + smuggled);
        INFO(first << "\n---\n" << answer);
        CHECK(status_of(answer) >= 400);
        CHECK(answer.find("[still open]") == std::string::npos);
        CHECK(answer.find("Romashka") == std::string::npos);
        CHECK(header_of(answer, "Connection") == "close");
    }
}

TEST_CASE("a connection is kept for the next request, after a body too") {
    Served shop;
    Line line(shop.server.port());
    CHECK(status_of(line.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")) == 200);
    CHECK(status_of(line.ask("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")) ==
          405);
    CHECK(status_of(line.ask("GET " + shop.link + " HTTP/1.1\r\nHost: x\r\n\r\n")) == 200);
    CHECK(status_of(line.ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")) == 405);
    CHECK(line.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").empty());
}

TEST_CASE("range requests are off: the whole page comes, however many ranges are asked for") {
    Served shop;
    const std::string whole = get(shop.server.port(), shop.link);
    std::string ranges = "Range: bytes=0-0";
    for (int i = 0; i < 300; ++i) ranges += ",0-9";
    for (const std::string& header : {std::string("Range: bytes=0-9\r\n"), ranges + "\r\n"}) {
        const std::string answer = get(shop.server.port(), shop.link, header);
        CHECK(status_of(answer) == 200);
        CHECK(body_of(answer) == body_of(whole));
        CHECK(header_of(answer, "Accept-Ranges") == "none");
    }
}

TEST_CASE("a client can not say where it comes from, unless it is the proxy beside us") {
    Served shop;
    const std::string body = "hash=" + shop.hash();
    post(shop.server.port(), shop.link + "/agree", body,
         "REMOTE_ADDR: 198.51.100.1\r\nX-Forwarded-For: 198.51.100.2\r\n"
         "X-Real-IP: 198.51.100.3\r\n");
    CHECK(shop.world.tables->reports.find(shop.report)->agreed_by == "page:198.51.100.3");

    Served other;
    post(other.server.port(), other.link + "/agree", "hash=" + other.hash(),
         "REMOTE_ADDR: 198.51.100.1\r\nX-Forwarded-For: 198.51.100.2\r\n"
         "X-Real-IP: 198.51.100.3\r\nX-Real-IP: 198.51.100.4\r\n");
    CHECK(other.world.tables->reports.find(other.report)->agreed_by == "page:127.0.0.1");
}

TEST_CASE("a page of a thousand lines is at most 20 KB on the wire, compressed (P17)") {
    Shop shop;
    const std::int64_t group = shop.world.group("Online shop");
    const char* const what[] = {"landing page", "checkout", "cart",    "search", "order letter",
                                "payment form", "profile",  "filters", "blog",   "delivery map"};
    for (std::size_t i = 0; i < 1000; ++i) {
        hb::test::World::TaskMaker maker;
        maker.title = "Make the " + std::string(what[i * 7 % 10]) + " of the " + what[i / 10 % 10];
        maker.links = {"CO_" + std::to_string(shop.company)};
        maker.group = group;
        const std::int64_t task = shop.world.task(maker);
        shop.world.entry(task, shop.person, static_cast<std::int64_t>(300 + i * 7919 % 30000),
                         "2026-05-03T10:00:00+03:00");
    }
    shop.world.pull();
    const std::int64_t report = shop.world.draft(shop.company, "2026-05-01", "2026-05-31");
    shop.world.send(report);
    const std::string url = shop.world.books->show(report)->url.value();
    WebServer server(*shop.world.books, {"127.0.0.1:0", false});
    REQUIRE(server.start().ok());
    const std::string path = url.substr(url.find("/r/"));
    const std::string page = get(server.port(), path, "Accept-Encoding: gzip\r\n");
    REQUIRE(status_of(page) == 200);
    CHECK(header_of(page, "Content-Encoding") == "gzip");
    CHECK(body_of(page).size() > 5 * 1024);
    CHECK(body_of(page).size() <= 20 * 1024);
}

TEST_CASE("a HEAD tells the size of the page and sends nothing of it") {
    Served shop;
    const std::string page = get(shop.server.port(), shop.link);
    const std::string head =
        talk(shop.server.port(),
             "HEAD " + shop.link + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(status_of(head) == 200);
    CHECK(header_of(head, "Content-Length") == std::to_string(body_of(page).size()));
    CHECK(body_of(head).empty());
}

TEST_CASE("the answer to an unknown link is the same to the byte as to a revoked one, but its id") {
    Served shop;
    const auto without_id = [](std::string answer) {
        const std::size_t at = answer.find("X-Request-Id:");
        return answer.erase(at, answer.find('\n', at) - at);
    };
    REQUIRE(desk::link(*shop.world.books, shop.report, false, true, shop.world.actor).ok());
    CHECK(without_id(get(shop.server.port(), shop.link)) ==
          without_id(get(shop.server.port(), "/r/" + std::string(43, 'A'))));
}

TEST_CASE("a second instance on the same port is refused (F8)") {
    Served shop;
    WebServer second(*shop.world.books, {"127.0.0.1:" + std::to_string(shop.server.port()), false});
    const Status started = second.start();
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().code == Code::Machine);
    CHECK(status_of(get(shop.server.port(), "/healthz")) == 200);
}

TEST_CASE("an address that strangers can reach is refused without allow_direct") {
    Shop shop;
    WebServer server(*shop.world.books, {"0.0.0.0:0", false});
    const Status started = server.start();
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().code == Code::Usage);
}

TEST_CASE("a unix socket serves its group, survives a crash's leftover, and goes with the server") {
    const std::string folder = temporary_folder();
    const std::string path = folder + "/http.sock";
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    {
        Served shop("unix:" + path);
        CHECK(shop.server.port() == 0);
        CHECK(body_of(talk_unix(path, request)) == "ok\n");
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0660);
        WebServer second(*shop.world.books, {"unix:" + path, false});
        CHECK(second.start().error().code == Code::Machine);
        CHECK(body_of(talk_unix(path, request)) == "ok\n");
        // As after a kill: the file stays, nobody listens.
        std::filesystem::create_hard_link(path, folder + "/left.sock");
    }
    CHECK_FALSE(std::filesystem::exists(path));
    {
        Served shop("unix:" + folder + "/left.sock");
        CHECK(body_of(talk_unix(folder + "/left.sock", request)) == "ok\n");
    }
    std::filesystem::remove_all(folder);
}

TEST_CASE("many clients at once are all answered, also while somebody else holds the books") {
    Served shop;
    const int port = shop.server.port();
    std::atomic<int> good{0};
    std::vector<std::thread> clients;
    {
        const books::Read held = shop.world.books->read();
        for (int i = 0; i < 24; ++i)
            clients.emplace_back([&] {
                if (status_of(get(port, shop.link)) == 200) ++good;
            });
        CHECK(status_of(get(port, "/healthz")) == 200);
    }
    for (std::thread& client : clients) client.join();
    CHECK(good == 24);
}

TEST_CASE("stop returns, a stopped server can be stopped again, and its port is free at once") {
    auto shop = std::make_unique<Served>();
    const int port = shop->server.port();
    CHECK(status_of(get(port, "/healthz")) == 200);
    shop->server.stop();
    shop->server.stop();
    WebServer next(*shop->world.books, {"127.0.0.1:" + std::to_string(port), false});
    CHECK(next.start().ok());
    CHECK(status_of(get(port, "/healthz")) == 200);
}
