#include <catch2/catch.hpp>

#include "web/address.h"
#include "web/form.h"
#include "web/listen.h"
#include "web/miss_limiter.h"

using namespace hb;
using namespace hb::web;

TEST_CASE("a form's fields are decoded, and what is not well formed stays as it is") {
    const Form form = parse_form("a=1&b=x+y%21&c=%zz%4&d&e=%D0%B0&&f=a=b");
    CHECK(form ==
          Form{{"a", "1"}, {"b", "x y!"}, {"c", "%zz%4"}, {"d", ""}, {"e", "а"}, {"f", "a=b"}});
    CHECK(only_value(parse_form("a=1&a=2"), "a").empty());
    CHECK(only_value(parse_form("a=1"), "b").empty());
}

TEST_CASE("only a proxy on this machine is believed about who asks") {
    CHECK(client_address("127.0.0.1", "203.0.113.5") == "203.0.113.5");
    CHECK(client_address("", "2001:db8::1") == "2001:db8::1");
    CHECK(client_address("203.0.113.9", "198.51.100.1") == "203.0.113.9");
    CHECK(client_address("127.0.0.1", "") == "127.0.0.1");
    CHECK(client_address("127.0.0.1", "evil\" x") == "127.0.0.1");
    CHECK(client_address("", "") == "unix");
}

TEST_CASE("addresses to listen on are read, and others than loopback need allow_direct") {
    CHECK(parse_listen("127.0.0.1:8480", false)->port == 8480);
    CHECK(parse_listen("127.0.0.1:0", false)->port == 0);
    CHECK(parse_listen("[::1]:8480", false)->host == "::1");
    CHECK(parse_listen("localhost:80", false)->host == "localhost");
    CHECK(parse_listen("unix:/run/hb.sock", false)->path == "/run/hb.sock");
    for (const char* open :
         {"0.0.0.0:8480", "[::]:8480", "192.168.1.5:80", "reports.example.com:80"}) {
        CHECK(parse_listen(open, false).error().code == Code::Usage);
        CHECK(parse_listen(open, false).error().hint.find("allow_direct") != std::string::npos);
        CHECK(parse_listen(open, true).ok());
    }
    for (const char* wrong : {"", "8480", ":8480", "127.0.0.1:", "127.0.0.1:http",
                              "127.0.0.1:65536", "127.0.0.1:-1", "unix:", "unix:"})
        CHECK(parse_listen(wrong, true).error().code == Code::Usage);
    CHECK_FALSE(parse_listen("unix:/" + std::string(120, 'x'), true).ok());
}

TEST_CASE("the memory of misses has an end, whatever addresses come") {
    MissLimiter misses;
    const Instant now = *parse_instant("2026-07-01T09:00:00Z");
    for (int i = 0; i < 4096; ++i) CHECK(misses.note_miss(std::to_string(i), now));
    CHECK_FALSE(misses.note_miss("one more", now));
    CHECK(misses.note_miss("7", now));
    CHECK(misses.note_miss("one more", now + std::chrono::seconds(61)));
}
