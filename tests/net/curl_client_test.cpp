#include <catch2/catch.hpp>

#include <thread>

#include "base/books_mutex.h"
#include "dies.h"
#include "net/http.h"
#include "net/local.h"
#include "tiny_server.h"

using hb::Secret;
using hb::net::Reach;
using hb::net::Request;
using hb::net::Verb;
using namespace std::chrono_literals;

namespace {

Request post(const std::string& url) {
    Request request;
    request.url = Secret(url);
    request.body = R"({"fields":{"title":"Report"}})";
    request.timeouts.connect = 2s;
    request.timeouts.total = 5s;
    return request;
}

void answer_all(TinyServer& server, int connection) {
    while (server.read_request(connection)) TinyServer::answer(connection, R"({"result":1})");
}

// Answers the first request of a connection; reads the next one in full and closes without a word.
void answer_once_then_drop(TinyServer& server, int connection) {
    if (!server.read_request(connection)) return;
    if (server.requests() == 1) {
        TinyServer::answer(connection, R"({"result":1})");
        server.read_request(connection);
    }
}

// 100,000 letters "a" in 133 bytes.
std::string small_gzip_of_100000() {
    const std::string hex =
        "1f8b0800000000000203edc13101000000c2a0aceb5fc21a1e400100000000000000000000000000"
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000af0687fae21ba0860100";
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return out;
}

} // namespace

TEST_CASE(
    "on a kept connection libcurl sends a POST twice when the server closes without an answer "
    "(F1)") {
    TinyServer server(answer_once_then_drop);
    auto client = hb::test::local_client();
    REQUIRE(client->send(post(server.url())).reach == Reach::Answered);
    const auto lost = client->send(post(server.url()));
    CHECK(lost.reach == Reach::Unknown);
    // One call of ours, seen two times: why creates never use a kept connection.
    CHECK(server.requests() == 1 + 2);
}

TEST_CASE("on a fresh connection a POST is sent exactly once, whatever the server does") {
    TinyServer server(answer_once_then_drop);
    auto client = hb::test::local_client();
    REQUIRE(client->send(post(server.url())).reach == Reach::Answered);
    Request create = post(server.url());
    create.fresh_connection = true;
    const auto lost = client->send(create);
    CHECK(lost.reach == Reach::Unknown);
    CHECK(server.requests() == 1 + 1);
    CHECK(server.connections() == 2);
}

TEST_CASE("reads share one connection, each create has its own (P16)") {
    TinyServer reads(answer_all);
    auto client = hb::test::local_client();
    for (int i = 0; i < 5; ++i) REQUIRE(client->send(post(reads.url())).status == 200);
    CHECK(reads.connections() == 1);

    TinyServer creates(answer_all);
    Request create = post(creates.url());
    create.fresh_connection = true;
    for (int i = 0; i < 3; ++i) REQUIRE(client->send(create).status == 200);
    CHECK(creates.connections() == 3);
}

TEST_CASE("a refused connection means that nothing was sent") {
    std::string url;
    {
        TinyServer gone(answer_all);
        url = gone.url();
    }
    const auto response = hb::test::local_client()->send(post(url));
    CHECK(response.reach == Reach::NotSent);
    CHECK(response.status == 0);
    CHECK(response.trouble.find("token") == std::string::npos);
}

TEST_CASE("a request that a dying kept connection carried is not called unsent when the second try "
          "finds nobody") {
    TinyServer server([](TinyServer& self, int connection) {
        if (!self.read_request(connection)) return;
        TinyServer::answer(connection, R"({"result":1})");
        self.read_request(connection);
        self.stop_listening();
    });
    auto client = hb::test::local_client();
    REQUIRE(client->send(post(server.url())).reach == Reach::Answered);
    CHECK(client->send(post(server.url())).reach == Reach::Unknown);
}

TEST_CASE("a failed TLS handshake means that nothing was sent") {
    TinyServer server([](TinyServer&, int connection) {
        TinyServer::write(connection, "this is no TLS server\r\n");
        ::shutdown(connection, SHUT_WR);
        char buffer[512];
        while (::recv(connection, buffer, sizeof buffer, 0) > 0) {
        }
    });
    std::string url = server.url();
    url.replace(0, 4, "https");
    CHECK(hb::test::local_client()->send(post(url)).reach == Reach::NotSent);
}

TEST_CASE("an answer that is cut, late or missing leaves it unknown whether the call ran") {
    SECTION("cut in the body") {
        TinyServer server([](TinyServer& self, int connection) {
            self.read_request(connection);
            TinyServer::write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"res");
        });
        CHECK(hb::test::local_client()->send(post(server.url())).reach == Reach::Unknown);
    }
    SECTION("cut in the head") {
        TinyServer server([](TinyServer& self, int connection) {
            self.read_request(connection);
            TinyServer::write(connection, "HTTP/1.1 20");
        });
        CHECK(hb::test::local_client()->send(post(server.url())).reach == Reach::Unknown);
    }
    SECTION("silence until the time-out") {
        TinyServer server([](TinyServer& self, int connection) {
            self.read_request(connection);
            self.read_request(connection); // returns when the client has given up
        });
        Request request = post(server.url());
        request.timeouts.total = 150ms;
        const auto response = hb::test::local_client()->send(request);
        CHECK(response.reach == Reach::Unknown);
        CHECK(response.took >= 100ms);
    }
}

TEST_CASE("an answer larger than allowed is cut off, also when it is small on the wire") {
    const std::string packed = small_gzip_of_100000();
    TinyServer server([&](TinyServer& self, int connection) {
        while (self.read_request(connection))
            TinyServer::answer(connection, packed, "Content-Encoding: gzip\r\n");
    });
    auto client = hb::test::local_client();
    Request request = post(server.url());
    const auto whole = client->send(request);
    CHECK(whole.reach == Reach::Answered);
    CHECK(whole.body.size() == 100'000);
    request.answer_bytes_max = 99'999;
    const auto cut = client->send(request);
    CHECK(cut.reach == Reach::Unknown);
    CHECK(cut.body.empty());
    CHECK(cut.trouble == "the answer is larger than allowed");
}

TEST_CASE("plain http goes to loopback only, and no other protocol goes anywhere") {
    auto client = hb::test::local_client();
    for (const char* url : {"http://192.0.2.1/rest/1/token/profile", "http://0.0.0.0:9/",
                            "file:///etc/hostname", "gopher://127.0.0.1:9/", "ftp://127.0.0.1/"}) {
        Request request = post(url);
        request.timeouts.total = 1s;
        INFO(url);
        CHECK(client->send(request).reach == Reach::NotSent);
    }
}

TEST_CASE("a redirect is an answer, not followed") {
    TinyServer server([](TinyServer& self, int connection) {
        while (self.read_request(connection))
            TinyServer::write(connection, "HTTP/1.1 302 Found\r\nLocation: " + self.url("/x") +
                                              "\r\nContent-Length: 0\r\n\r\n");
    });
    const auto response = hb::test::local_client()->send(post(server.url()));
    CHECK(response.reach == Reach::Answered);
    CHECK(response.status == 302);
    CHECK(response.header("location") == server.url("/x"));
    CHECK(server.requests() == 1);
}

TEST_CASE("a request carries its verb, body length, headers and our name, and no Expect") {
    TinyServer server(answer_all);
    auto client = hb::test::local_client({"hourbridge/0.1", ""});
    Request request = post(server.url());
    request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    request.body = std::string(2u << 20, ' ');
    REQUIRE(client->send(request).status == 200);
    request.verb = Verb::Get;
    REQUIRE(client->send(request).status == 200);
    const auto heads = server.heads();
    REQUIRE(heads.size() == 2);
    CHECK(heads[0].find("POST /rest/1/token/crm.item.add HTTP/1.1") == 0);
    CHECK(heads[0].find("Content-Length: 2097152") != std::string::npos);
    CHECK(heads[0].find("Content-Type: application/json; charset=utf-8") != std::string::npos);
    CHECK(heads[0].find("User-Agent: hourbridge/0.1") != std::string::npos);
    CHECK(heads[0].find("gzip") != std::string::npos);
    CHECK(heads[0].find("Expect") == std::string::npos);
    CHECK(heads[1].find("GET ") == 0);
}

TEST_CASE("requests that go out together are in flight together, and keep their order (G32)") {
    // The first is answered only when the second has come.
    TinyServer server([](TinyServer& self, int connection) {
        while (self.read_request(connection)) {
            while (self.requests() < 2) std::this_thread::yield();
            TinyServer::answer(connection, "{}");
        }
    });
    auto client = hb::test::local_client();
    const auto responses =
        client->send_all({post(server.url("/rest/one")), post(server.url("/rest/two"))});
    REQUIRE(responses.size() == 2);
    CHECK(responses[0].status == 200);
    CHECK(responses[1].status == 200);
    CHECK(server.requests() == 2);
}

TEST_CASE("of two requests in flight one may fail alone; two lanes keep two connections (P16)") {
    TinyServer server([](TinyServer& self, int connection) {
        while (self.read_request(connection)) {
            const auto heads = self.heads();
            if (heads.back().find("/rest/cut") != std::string::npos) return;
            TinyServer::answer(connection, R"({"result":1})");
        }
    });
    TinyServer other(answer_all);
    auto client = hb::test::local_client();
    const auto mixed =
        client->send_all({post(server.url("/rest/cut")), post(other.url("/rest/good"))});
    REQUIRE(mixed.size() == 2);
    CHECK(mixed[0].reach == Reach::Unknown);
    CHECK(mixed[1].reach == Reach::Answered);
    CHECK(mixed[1].body == R"({"result":1})");

    TinyServer lanes(answer_all);
    for (int i = 0; i < 5; ++i) {
        for (const auto& one : client->send_all({post(lanes.url()), post(lanes.url())}))
            REQUIRE(one.status == 200);
        REQUIRE(client->send(post(lanes.url())).status == 200);
    }
    CHECK(lanes.requests() == 15);
    CHECK(lanes.connections() <= 2);
}

TEST_CASE("a request is never sent by a thread that holds the books: the program ends") {
    hb::BooksMutex mutex;
    const auto client = hb::test::local_client();
    const auto nobody = post("http://127.0.0.1:1/");
    CHECK(hb::test::dies([&] {
        const std::lock_guard lock(mutex);
        (void)client->send(nobody);
    }));
    CHECK(hb::test::dies([&] {
        const std::lock_guard lock(mutex);
        (void)client->send_all({nobody});
    }));
    CHECK(client->send(nobody).reach == Reach::NotSent);
}
