#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>

#include "app/proxy.h"
#include "app/serving.h"

// S2 and P14 without any proxy: the service itself stands slow, silent, endless and
// crooked senders.
namespace hb::test {
namespace {

constexpr std::int64_t kMiB = 1 << 20;
const std::string kDoor = hook_path();

struct Direct {
    Agency agency;
    std::optional<Serving> service;
    std::int64_t before = 0;
    Direct() {
        agency.begin();
        open_hooks(agency);
        service.emplace(agency, Serving::AsItStands{});
        REQUIRE(soon([&] { return service->get("/readyz").status == 200; }));
        for (int i = 0; i < 200; ++i) REQUIRE(ask() >= 0);
        before = memory();
    }
    int port() const { return service->port(); }
    std::int64_t memory() const { return service->metric("hourbridge_memory_bytes"); }
    // Milliseconds of a normal request; -1: it was not answered.
    std::int64_t ask(const std::string& path = "/healthz") const {
        SystemClock clock;
        const Instant asked = clock.now();
        Wire wire(port());
        wire.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        if (wire.answer().rfind("HTTP/1.1 200", 0) != 0) return -1;
        return (clock.now() - asked).count();
    }
    void unharmed() {
        const auto more = memory() - before;
        INFO("memory: " << more / 1024 << " KiB more");
        CHECK(more < 16 * kMiB);
        CHECK(!service->running->ended());
    }
};

int status_of(const std::string& answer) {
    return answer.rfind("HTTP/1.", 0) == 0 ? std::stoi(answer.substr(9, 3)) : 0;
}

struct Times {
    std::int64_t p50 = 0, p99 = 0;
};

// Of 200 normal requests, while `between` goes on.
Times measure(const Direct& direct, const std::function<void(int)>& between) {
    std::vector<std::int64_t> took;
    for (int i = 0; i < 200; ++i) {
        between(i);
        took.push_back(direct.ask(i % 2 == 0 ? "/healthz" : kDoor));
        REQUIRE(took.back() >= 0);
    }
    std::sort(took.begin(), took.end());
    return {took[100], took[198]};
}

} // namespace

TEST_CASE("with 400 slow or silent connections a normal request is answered at once, and they "
          "are sent away in time (P14, S2)") {
    Direct direct;
    const std::string post = "POST " + kDoor + " HTTP/1.1\r\nHost: a\r\n";
    std::vector<Wire> slow;
    for (int i = 0; i < 400; ++i) {
        slow.emplace_back(direct.port());
        if (i % 4 == 1) REQUIRE(slow.back().send("GET /r/"));
        if (i % 4 == 2) REQUIRE(slow.back().send(post + "X-Slow: "));
        if (i % 4 == 3) REQUIRE(slow.back().send(post + "Content-Length: 60000\r\n\r\nevent="));
    }
    const Times times = measure(direct, [&](int i) {
        for (std::size_t n = static_cast<std::size_t>(i % 8); n < slow.size(); n += 8)
            if (n % 4 != 0) slow[n].send("x"); // one byte now and then
    });
    std::printf("directly, 400 slow or silent clients: a normal request p50 %d ms, p99 %d ms; "
                "memory %+d KiB\n",
                static_cast<int>(times.p50), static_cast<int>(times.p99),
                static_cast<int>((direct.memory() - direct.before) / 1024));
    CHECK(times.p99 <= kSoonMs);
    direct.unharmed();
    // A head has ten seconds, however steadily its bytes come.
    CHECK(status_of(slow[1].answer(12'000)) == 408);
    CHECK(status_of(slow[2].answer(12'000)) == 408);
    CHECK(direct.ask() >= 0);
}

TEST_CASE("heads without end and bodies by the thousand cost neither memory nor time (S2)") {
    Direct direct;
    std::string many;
    for (int i = 0; i < 4096; ++i) many += "X-Many: and more\r\n";
    for (const auto& piece : {std::string(65536, 'a'), many}) {
        std::vector<Wire> floods;
        for (int i = 0; i < 40; ++i) {
            floods.emplace_back(direct.port());
            floods.back().send("GET / HTTP/1.1\r\nX-Long: ");
        }
        const Times times = measure(direct, [&](int i) {
            floods[static_cast<std::size_t>(i) % floods.size()].send(piece);
        });
        CHECK(times.p50 <= kSoonMs);
        direct.unharmed();
    }
    Wire one(direct.port());
    one.send("GET / HTTP/1.1\r\nX-Long: " + std::string(40'000, 'a'));
    CHECK(status_of(one.answer()) == 431);
    // A thousand bodies that lack their last bytes: together they would be sixty megabytes.
    std::vector<Wire> bodies;
    for (int i = 0; i < 900; ++i) {
        bodies.emplace_back(direct.port());
        bodies.back().send("POST " + kDoor +
                           " HTTP/1.1\r\nHost: a\r\nContent-Length: 65000\r\n\r\n" +
                           std::string(64'000, 'a'));
    }
    const Times times = measure(direct, [](int) {});
    std::printf("directly, after floods: p50 %d ms, p99 %d ms; memory %+d KiB\n",
                static_cast<int>(times.p50), static_cast<int>(times.p99),
                static_cast<int>((direct.memory() - direct.before) / 1024));
    CHECK(times.p50 <= kSoonMs);
    direct.unharmed();
}

TEST_CASE("whoever does not take the answers is sent away with them (S2)") {
    Direct direct;
    std::vector<Wire> lazy;
    std::string requests;
    for (int i = 0; i < 100; ++i) requests += "GET /static/page.css HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int i = 0; i < 100; ++i) {
        lazy.emplace_back(direct.port());
        lazy.back().send(requests); // and reads nothing
    }
    const Times times = measure(direct, [](int) {});
    CHECK(times.p50 <= kSoonMs);
    direct.unharmed();
}

TEST_CASE("requests that come together are answered one after the other, each whole") {
    Direct direct;
    Wire wire(direct.port());
    std::string requests;
    for (int i = 0; i < 20; ++i)
        requests += i % 2 == 0 ? "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
                               : "GET /r/nothing HTTP/1.1\r\nHost: a\r\n\r\n";
    REQUIRE(wire.send(requests + "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    const std::string all = wire.receive();
    std::vector<int> told;
    for (auto at = all.find("HTTP/1.1 "); at != std::string::npos;
         at = all.find("HTTP/1.1 ", at + 1))
        told.push_back(std::stoi(all.substr(at + 9, 3)));
    REQUIRE(told.size() == 21);
    for (std::size_t i = 0; i < told.size(); ++i) CHECK(told[i] == (i % 2 == 0 ? 200 : 404));
}

TEST_CASE("a client that asks first is told to go on with its body; the event is taken once") {
    Direct direct;
    const std::string body = task_event(900'001);
    Wire wire(direct.port());
    wire.send("POST " + kDoor + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" +
              "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
    CHECK(wire.answer() == "HTTP/1.1 100 Continue\r\n\r\n");
    wire.send(body);
    CHECK(status_of(wire.answer()) == 200);
    CHECK(soon([&] { return direct.service->metric("hourbridge_inbox{state=\"done\"}") == 1; }));
}

TEST_CASE("crooked heads, lengths, paths and methods are refused without a trace (S2, B2)") {
    Direct direct;
    const auto get = [](const std::string& path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    const auto post = [](const std::string& fields) {
        return "POST " + kDoor + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + task_event(900'002);
    };
    const std::string chunked = "5\r\nevent\r\n0\r\n\r\n";
    const std::vector<std::string> crooked{
        post("Content-Length: -5\r\n"),
        post("Content-Length: +5\r\n"),
        post("Content-Length: 5x\r\n"),
        post("Content-Length: 5, 5\r\n"),
        post("Content-Length: 5\r\nContent-Length: 500\r\n"),
        post("Content-Length: 99999999999999999999\r\n"),
        post("Content-Length : 5\r\n"),
        post("Content-Length: 18446744073709551617\r\n"),
        post(""),
        post("Transfer-Encoding: chunked\r\n") + chunked,
        post("Transfer-Encoding : chunked\r\n") + chunked,
        post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + chunked,
        post("Transfer-Encoding:\tchunked\r\n") + "-1\r\n" + chunked,
        post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n") +
            "ffffffffffffffff\r\n",
        post("Content-Encoding: gzip\r\nContent-Length: 5\r\n"),
        post("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n"),
        post(" folded: 1\r\nContent-Length: 5\r\n"),
        post("no colon\r\nContent-Length: 5\r\n"),
        post(std::string("X: \0\r\nContent-Length: 5\r\n", 26)),
        "POST " + kDoor + " HTTP/1.1\nContent-Length: 5\n\n12345\r\n\r\n",
        get("/" + std::string(20'000, 'a')),
        get("/%00%00"),
        get("//"),
        get("/../../etc/passwd"),
        get("/r/%2e%2e%2f%2e%2e%2f"),
        get("http://evil.example/"),
        get("*"),
        get(""),
        get("/\xff\xfe\x80"),
        get("/?" + std::string(8'000, '&')),
        get("/%"),
        get("/%u0000"),
        "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n",
        "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        std::string(10'000, 'G') + " / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /\r\n\r\n",
        "\r\n\r\n\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15)};
    for (const auto& request : crooked) {
        Wire wire(direct.port());
        wire.send(request);
        const int status = status_of(wire.answer());
        INFO(request.substr(0, 200) << "\n" << status);
        CHECK((status == 0 || (status >= 400 && status < 500)));
        const std::int64_t took = direct.ask();
        CHECK(took >= 0);
        CHECK(took <= kSoonMs);
    }
    for (const char* state : {"new", "done", "failed", "ignored"})
        CHECK(direct.service->metric("hourbridge_inbox{state=\"" + std::string(state) + "\"}") <=
              0);
    direct.unharmed();
}

} // namespace hb::test
