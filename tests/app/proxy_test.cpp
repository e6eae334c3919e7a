#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>

#include "app/proxy.h"
#include "app/serving.h"

// S2: each weakness of the library is tried directly and through the shipped
// nginx site. P14: hundreds of slow or silent clients.
namespace hb::test {
namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kMoreMemory = 16 * kMiB;
const std::string kDoor = hook_path();

std::string head(const std::string& method, const std::string& path) {
    return method + " " + path + " HTTP/1.1\r\nHost: reports.example.com\r\n";
}

int status_of(const std::string& answer) {
    if (answer.rfind("HTTP/1.", 0) != 0) return 0; // hung up without a word
    return std::stoi(answer.substr(9, 3));
}

// The weaknesses that our own code closes whatever stands in front of it.
struct Probe {
    const char* name;
    std::string request;
    std::vector<int> refused_with; // 0: hung up
};

std::string post_with(const std::string& header) {
    return head("POST", kDoor) + "Content-Type: application/x-www-form-urlencoded\r\n" + header;
}

std::string chunks(int mebibytes) {
    std::string all;
    const std::string piece = "10000\r\n" + std::string(65536, 'a') + "\r\n";
    for (int i = 0; i < 16 * mebibytes; ++i) all += piece;
    return all + "0\r\n\r\n";
}

std::vector<Probe> probes() {
    return {
        {"a chunked body beyond the limit",
         post_with("Transfer-Encoding: chunked\r\n\r\n") + chunks(8),
         {411, 413, 0}},
        {"a body without a length",
         post_with("Connection: close\r\n\r\n") + std::string(8 * kMiB, 'a'),
         {411, 0}},
        {"a body beyond the limit",
         post_with("Content-Length: 8388608\r\n\r\n") + std::string(8 * kMiB, 'a'),
         {413, 0}},
        {"a negative chunk",
         post_with("Transfer-Encoding: chunked\r\n\r\n") + "-1\r\n" + std::string(kMiB, 'a'),
         {400, 411, 0}},
        {"a compressed body",
         post_with("Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n") + "\x1f\x8b\x08",
         {415, 400, 0}},
        {"two lengths",
         post_with("Content-Length: 3\r\nContent-Length: 4\r\n\r\n") + "abcd",
         {400, 411, 0}},
    };
}

struct Front {
    Agency agency;
    std::optional<Serving> service;
    std::optional<Proxy> proxy;
    Front() {
        agency.begin();
        open_hooks(agency);
        service.emplace(agency, Serving::AsItStands{});
        proxy.emplace(agency.folder, service->port());
        REQUIRE(soon([&] { return ask(proxy->plain()) == 200; }, 10));
    }
    static int ask(int port) {
        Wire wire(port);
        wire.send(head("GET", kDoor) + "Connection: close\r\n\r\n");
        return status_of(wire.answer());
    }
    // How long a normal request takes, in milliseconds; the best of a few, since the machine that
    // tests has other work too.
    static std::int64_t normal(int port) {
        SystemClock clock;
        std::int64_t best = 100'000;
        for (int i = 0; i < 5; ++i) {
            const Instant before = clock.now();
            REQUIRE(ask(port) == 200);
            best = std::min<std::int64_t>(best, (clock.now() - before).count());
        }
        return best;
    }
    std::int64_t memory() const { return service->metric("hourbridge_memory_bytes"); }
    void unharmed(std::int64_t before) {
        CHECK(memory() - before < kMoreMemory);
        CHECK(!service->running->ended());
    }
};

bool missing() {
    if (nginx_is_here()) return false;
    WARN("skipped: /usr/sbin/nginx is not installed (scripts/setup installs it)");
    return true;
}

bool among(int status, const std::vector<int>& wanted) {
    return std::find(wanted.begin(), wanted.end(), status) != wanted.end();
}

} // namespace

TEST_CASE("each weakness of the HTTP library is refused, directly and through nginx, and costs no "
          "memory (S2, B2)") {
    if (missing()) return;
    Front front;
    const std::int64_t before = front.memory();
    for (const int port : {front.service->port(), front.proxy->plain()}) {
        const std::string where = port == front.proxy->plain() ? "through nginx" : "directly";
        for (const auto& probe : probes()) {
            Wire wire(port);
            wire.send(probe.request);
            const int status = status_of(wire.answer());
            INFO(probe.name << " " << where << ": " << status);
            CHECK(among(status, probe.refused_with));
            CHECK(Front::normal(port) <= kSoonMs);
        }
        front.unharmed(before);
    }
    // No body of a probe was taken for an event.
    CHECK(front.service->metric("hourbridge_inbox{state=\"new\"}") == 0);
    CHECK(front.service->metric("hourbridge_inbox{state=\"failed\"}") == 0);
}

TEST_CASE("a header line or a head without end is cut off by nginx before it costs anything (S2)") {
    if (missing()) return;
    Front front;
    const std::int64_t before = front.memory();
    const std::int64_t nginx_before = front.proxy->resident_bytes();
    const int port = front.proxy->plain();
    for (const bool one_line : {true, false}) {
        Wire wire(port);
        bool open = wire.send(head("GET", "/") + (one_line ? "X-Long: " : ""));
        std::int64_t taken = 0;
        const std::string piece = one_line ? std::string(65536, 'a') : [] {
            std::string fields;
            for (int i = 0; i < 4096; ++i) fields += "X-Many: and more\r\n";
            return fields;
        }();
        while (open && taken < 64 * kMiB) {
            open = wire.send(piece);
            taken += static_cast<std::int64_t>(piece.size());
        }
        INFO((one_line ? "one line" : "many fields"));
        // nginx has answered at the first few kilobytes; what comes after is thrown away unread.
        CHECK(status_of(wire.answer()) == 400);
        CHECK(Front::normal(port) <= kSoonMs);
    }
    front.unharmed(before);
    CHECK(front.proxy->resident_bytes() - nginx_before < kMoreMemory);
}

TEST_CASE("ranges, made-up addresses and pages about the service itself: nothing to be had (S2)") {
    if (missing()) return;
    Front front;
    for (const int port : {front.service->port(), front.proxy->plain()}) {
        std::string ranges = "Range: bytes=0-1";
        for (int i = 0; i < 300; ++i) ranges += ",0-1";
        Wire wire(port);
        wire.send(head("GET", "/style.css") + ranges + "\r\nConnection: close\r\n\r\n");
        const std::string answer = wire.receive();
        CHECK(status_of(answer) != 206);
        CHECK(answer.size() < 100'000);
    }
    const int port = front.proxy->plain();
    for (const char* path : {"/metrics", "/readyz"}) {
        Wire wire(port);
        wire.send(head("GET", path) + "Connection: close\r\n\r\n");
        CHECK(status_of(wire.answer()) == 404);
    }
    // Behind another proxy than ours nobody is a neighbour: it says in its own way for whom it
    // asks.
    for (const char* more : {"X-Real-IP: 203.0.113.5\r\nX-Real-IP: 127.0.0.1\r\n",
                             "X-Real-IP: 203.0.113.5, 127.0.0.1\r\n", "X-Real-IP: nobody\r\n",
                             "X-Forwarded-For: 203.0.113.5\r\n", "Forwarded: for=203.0.113.5\r\n",
                             "Via: 1.1 proxy\r\n", "X-Real-IP: 203.0.113.5\r\n"})
        for (const char* path : {"/metrics", "/readyz"}) {
            Wire wire(front.service->port());
            wire.send(head("GET", path) + more + "Connection: close\r\n\r\n");
            INFO(path << " " << more);
            CHECK(status_of(wire.answer()) == 404);
        }
    Wire near(front.service->port());
    near.send(head("GET", "/metrics") + "Connection: close\r\n\r\n");
    CHECK(status_of(near.answer()) == 200);
    // Twenty wrong secrets a minute an address; who says another address stays the same one.
    int limited = 0;
    for (int i = 0; i < 30; ++i) {
        Wire wire(port);
        const std::string address = "10.9.8." + std::to_string(i);
        wire.send(head("POST", "/hook/bitrix24/wrong") + "X-Real-IP: " + address +
                  "\r\nX-Forwarded-For: " + address + "\r\nREMOTE_ADDR: " + address +
                  "\r\nContent-Length: 1\r\nConnection: close\r\n\r\na");
        if (status_of(wire.answer()) == 429) ++limited;
    }
    CHECK(limited == 10);
    CHECK(Front::ask(port) == 200); // a right one is never refused (G33)
}

TEST_CASE(
    "no log of nginx has a secret of a path, whatever goes wrong; another host and a hook without "
    "TLS get nothing (S3)") {
    if (missing()) return;
    Front front;
    const auto ask = [](int port, const std::string& request) {
        Wire wire(port);
        wire.send(request + "Connection: close\r\n\r\n");
        return status_of(wire.answer());
    };
    const int plain = front.proxy->plain(), redirect = front.proxy->redirect();
    CHECK(ask(redirect, head("GET", "/r/PLANTEDLINK1")) == 301);
    CHECK(ask(redirect, head("POST", "/hook/bitrix24/PLANTEDHOOK1")) == 404);
    CHECK(ask(redirect, head("POST", "/install/bitrix24/PLANTEDCODE1")) == 404);
    for (const int port : {plain, redirect})
        CHECK(ask(port, "GET /r/PLANTEDLINK2 HTTP/1.1\r\nHost: evil.example\r\n") == 0);
    CHECK(ask(plain,
              head("POST", "/hook/bitrix24/PLANTEDHOOK2") + "Content-Length: 99999999\r\n") == 413);
    front.service.reset();
    CHECK(ask(plain, head("POST", "/hook/bitrix24/PLANTEDHOOK3") + "Content-Length: 0\r\n") == 502);
    CHECK(ask(plain, head("POST", "/install/bitrix24/PLANTEDCODE2") + "Content-Length: 0\r\n") ==
          502);
    int limited = 0;
    for (int i = 0; i < 400; ++i)
        if (ask(plain, head("GET", "/r/PLANTEDLINK3")) == 429) ++limited;
    CHECK(limited > 0);
    CHECK(front.proxy->log().find("PLANTED") == std::string::npos);
}

TEST_CASE("400 slow and silent clients are no trouble to a normal one (S2, P14)") {
    if (missing()) return;
    Front front;
    const int port = front.proxy->plain();
    const std::int64_t before = front.memory();
    std::vector<Wire> slow;
    for (int i = 0; i < 400; ++i) {
        slow.emplace_back(port);
        if (i % 2 == 0) REQUIRE(slow.back().send("POST " + kDoor + " HTTP/1.1\r\nHost: a\r\n"));
    }
    std::vector<std::int64_t> took;
    SystemClock clock;
    for (int round = 0; round < 100; ++round) {
        for (std::size_t i = 0; i < slow.size(); i += 8) slow[i].send("X"); // one byte now and then
        const Instant asked = clock.now();
        REQUIRE(Front::ask(port) == 200);
        took.push_back((clock.now() - asked).count());
    }
    std::sort(took.begin(), took.end());
    std::printf("400 slow or silent clients: a normal request p50 %d ms, p99 %d ms\n",
                static_cast<int>(took[50]), static_cast<int>(took[98]));
    CHECK(took[50] <= kSoonMs);
    front.unharmed(before);
}

TEST_CASE("nginx speaks TLS 1.2 and later, sends plain callers there, and adds HSTS (C1)") {
    if (missing()) return;
    Front front;
    Wire plain(front.proxy->redirect());
    plain.send(head("GET", "/r/abc") + "Connection: close\r\n\r\n");
    const std::string moved = plain.answer();
    CHECK(status_of(moved) == 301);
    CHECK(moved.find("Location: https://reports.example.com/r/abc") != std::string::npos);
    const std::string to = "https://reports.example.com:" + std::to_string(front.proxy->tls());
    const std::string out = front.agency.folder.path("curl.out");
    const auto curl = [&](const std::string& more) {
        const std::string line =
            "curl -sS -i --max-time 5 --cacert " + front.agency.folder.path("cert.pem") +
            " --resolve reports.example.com:" + std::to_string(front.proxy->tls()) + ":127.0.0.1 " +
            more + " " + to + "/r/abc > " + out + " 2>/dev/null";
        return std::system(line.c_str());
    };
    if (std::system("command -v curl > /dev/null") != 0) {
        WARN("skipped: no curl");
        return;
    }
    REQUIRE(curl("") == 0);
    const std::string answer = front.agency.folder.read("curl.out");
    CHECK(answer.find("404") != std::string::npos);
    CHECK(answer.find("strict-transport-security: max-age=31536000") != std::string::npos);
    CHECK(answer.find("content-security-policy: default-src 'none'") != std::string::npos);
    CHECK(answer.find("nginx/") == std::string::npos);
    CHECK(curl("--tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0") != 0);
    // The certificate of the test is of an elliptic curve; ASVS 12.1.2.
    const auto shakes = [&](const char* more) {
        const std::string line =
            "openssl s_client -connect 127.0.0.1:" + std::to_string(front.proxy->tls()) +
            " -servername reports.example.com " + more + " </dev/null >/dev/null 2>&1";
        return std::system(line.c_str()) == 0;
    };
    CHECK(shakes("-tls1_3"));
    for (const char* good : {"AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"})
        CHECK(shakes(("-tls1_2 -cipher ECDHE-ECDSA-" + std::string(good)).c_str()));
    for (const char* old : {"AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA384",
                            "CAMELLIA128-SHA256", "AES128-CCM8"}) {
        INFO(old);
        CHECK_FALSE(shakes(("-tls1_2 -cipher ECDHE-ECDSA-" + std::string(old)).c_str()));
    }
}

TEST_CASE("one address holds at most forty requests at a time through nginx, others go on; events "
          "have no such limit (S3)") {
    if (missing()) return;
    Front front;
    front.proxy.reset();
    front.proxy.emplace(front.agency.folder, front.service->port(), false);
    const int port = front.proxy->plain();
    REQUIRE(soon([&] { return Front::ask(port) == 200; }, 10));
    std::vector<Wire> held;
    for (int i = 0; i < 40; ++i) {
        held.emplace_back(port);
        held.back().send(head("POST", "/r/nobody/agree") + "Content-Length: 10\r\n\r\n");
    }
    const auto page = [&] {
        Wire wire(port);
        wire.send(head("GET", "/r/nobody") + "Connection: close\r\n\r\n");
        return status_of(wire.answer());
    };
    CHECK(soon([&] { return page() == 429; }, 10));
    CHECK(Front::ask(port) == 200); // /hook/
    held.clear();
    CHECK(soon([&] { return page() == 404; }, 10));
}

TEST_CASE("addresses of one IPv6 network hold forty requests together through nginx, and another "
          "network its own (S3)") {
    if (missing()) return;
    Front front;
    front.proxy.reset();
    front.proxy.emplace(front.agency.folder, front.service->port(), false,
                        "set_real_ip_from 127.0.0.1;\nreal_ip_header X-Test-Client;\n");
    const int port = front.proxy->plain();
    REQUIRE(soon([&] { return Front::ask(port) == 200; }, 10));
    const auto from = [](const std::string& client) { return "X-Test-Client: " + client + "\r\n"; };
    std::vector<Wire> held;
    for (int i = 0; i < 40; ++i) {
        held.emplace_back(port);
        held.back().send(head("POST", "/r/nobody/agree") +
                         from("2001:db8:1:2::" + std::to_string(i)) + "Content-Length: 10\r\n\r\n");
    }
    // No miss, which the service would count by network itself.
    const auto page = [&](const std::string& client) {
        Wire wire(port);
        wire.send(head("GET", "/static/page.css") + from(client) + "Connection: close\r\n\r\n");
        return status_of(wire.answer());
    };
    CHECK(soon([&] { return page("2001:db8:1:2:ffff::1") == 429; }, 10));
    CHECK(page("2001:db8:1:3::1") == 200);
    CHECK(page("2001:db8::1") == 200);
    CHECK(page("203.0.113.5") == 200);
    held.clear();
}

} // namespace hb::test
