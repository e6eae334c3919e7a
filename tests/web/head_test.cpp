#include <catch2/catch.hpp>

#include <random>

#include "web/head.h"

namespace hb::web {

namespace {

std::string with(const std::string& fields) {
    return "POST /hook/a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

} // namespace

TEST_CASE("a head tells how long its body is, at whatever byte it was cut before") {
    const std::string head = with("Content-Length: 12\r\nExpect: 100-Continue\r\n");
    for (std::size_t cut = 0; cut < head.size(); ++cut)
        CHECK_FALSE(read_head(head.substr(0, cut)).has_value());
    const auto whole = read_head(head + "and its body");
    REQUIRE(whole.has_value());
    CHECK(whole->size == head.size());
    CHECK(whole->body == 12);
    CHECK(whole->expects);
    CHECK_FALSE(whole->last);
    CHECK(whole->refused_with == 0);
    CHECK(read_head("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")->closes);
}

TEST_CASE("a length that two readers could understand differently is waited for by nobody") {
    for (const char* fields :
         {"Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: 3, 3\r\n",
          "Content-Length: +3\r\n", "Content-Length: -3\r\n", "Content-Length: 0x3\r\n",
          "Content-Length:\r\n", "Content-Length: 3 \r\nTransfer-Encoding: chunked\r\n",
          "transfer-encoding:chunked\r\n", "Transfer-Encoding: xchunked\r\n",
          "Content-Length: 99999999999999999999999\r\n", "Content-Length: 65537\r\n",
          "Content-Encoding: gzip\r\nContent-Length: 3\r\n"}) {
        INFO(fields);
        const auto head = read_head(with(fields));
        REQUIRE(head.has_value());
        CHECK(head->last);
        CHECK(head->body == 0);
    }
    CHECK(read_head(with("Content-Length: 65536\r\n"))->body == 65536);
}

TEST_CASE("what is no head of HTTP is refused before anybody reads it (S2)") {
    for (const std::string& bad :
         {std::string("GET / HTTP/1.1\nHost: x\n\r\n\r\n"), with("A: b\nC: d\r\n"),
          with("A: b\rC: d\r\n"), with(std::string("A: b\0c\r\n", 8)), with("A : b\r\n"),
          with("Content-Length : 3\r\n"), with(" folded\r\n"), with("no colon\r\n"),
          with(": nameless\r\n")}) {
        INFO(bad);
        REQUIRE(read_head(bad).has_value());
        CHECK(read_head(bad)->refused_with == 400);
    }
    CHECK_FALSE(read_head(std::string(kHeadBytesMax - 1, 'a')).has_value());
    CHECK(read_head(std::string(kHeadBytesMax, 'a'))->refused_with == 431);
    std::string many;
    for (int i = 0; i < 200; ++i) many += "A: b\r\n";
    CHECK(read_head(with(many))->refused_with == 431);
}

TEST_CASE("a head names its host once; with none, two, or what is no host it is refused (S2)") {
    const std::string get = "GET / HTTP/1.1\r\n";
    for (const char* good : {"Host: reports.example.com\r\n", "host:127.0.0.1:8480\r\n",
                             "HOST: [::1]:8480 \r\n", "A: b\r\nHost: hourbridge_backend\r\n"}) {
        INFO(good);
        CHECK(read_head(get + good + "\r\n")->refused_with == 0);
    }
    for (const char* bad : {"", "A: b\r\n", "Host: a\r\nHost: a\r\n", "Host: a\r\nhost: b\r\n",
                            "Host:\r\n", "Host: a, b\r\n", "Host: a b\r\n", "Host: a/b\r\n",
                            "Host: user@a\r\n", "X-Host: a\r\n"}) {
        INFO(bad);
        CHECK(read_head(get + bad + "\r\n")->refused_with == 400);
        CHECK(read_head("GET / HTTP/1.0\r\n" + std::string(bad) + "\r\n")->refused_with == 400);
    }
}

TEST_CASE("any bytes are a head, a refusal, or to be waited for") {
    std::mt19937 random(20260722);
    const std::string parts[] = {"GET / HTTP/1.1",
                                 "\r\n",
                                 "\n",
                                 "Content-Length: 7",
                                 "\r\n\r\n",
                                 "\r",
                                 ":",
                                 " ",
                                 "Transfer-Encoding: x",
                                 "\r\nHost: x",
                                 std::string(1, '\0')};
    int good = 0;
    for (int i = 0; i < 200'000; ++i) {
        std::string bytes;
        for (auto n = random() % 12; n > 0; --n) bytes += parts[random() % 11];
        const auto head = read_head(bytes);
        if (!head) {
            REQUIRE(bytes.find("\r\n\r\n") == std::string::npos);
        } else if (head->refused_with == 0) {
            REQUIRE(head->size <= bytes.size());
            REQUIRE(head->body <= 65536);
            ++good;
        }
    }
    CHECK(good > 100);
}

} // namespace hb::web
