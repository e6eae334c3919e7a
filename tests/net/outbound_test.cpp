#include <catch2/catch.hpp>

#include "net/http.h"
#include "net/outbound.h"
#include "tiny_server.h"

using namespace hb;
using net::Outbound;
using net::Reach;

namespace {

constexpr const char* kRefused = "the address is of this machine or of a private network";

net::Response get(const Outbound& outbound, const std::string& url,
                  std::vector<std::string> resolve = {}) {
    net::Request request;
    request.verb = net::Verb::Get;
    request.url = Secret(url);
    request.timeouts.connect = std::chrono::seconds{5};
    request.timeouts.total = std::chrono::seconds{5};
    net::CurlOptions options;
    options.resolve = std::move(resolve);
    return net::make_curl_client(outbound, options)->send(request);
}

void answer_all(TinyServer& server, int connection) {
    while (server.read_request(connection)) TinyServer::answer(connection, "{}");
}

} // namespace

TEST_CASE("a name that comes to stand for this machine, a private or a reserved network is not "
          "called (S4)") {
    const Outbound outbound("bitrix24");
    for (const char* address : {"127.0.0.1",
                                "127.255.255.254",
                                "0.0.0.0",
                                "10.77.0.1",
                                "100.64.0.1",
                                "169.254.169.254",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.0.0.1",
                                "192.0.2.1",
                                "192.88.99.1",
                                "192.168.1.1",
                                "198.18.0.1",
                                "198.51.100.1",
                                "203.0.113.1",
                                "224.0.0.1",
                                "240.0.0.1",
                                "255.255.255.255",
                                "[::1]",
                                "[::]",
                                "[::ffff:127.0.0.1]",
                                "[::ffff:10.0.0.1]",
                                "[64:ff9b::7f00:1]",
                                "[2002:7f00:1::]",
                                "[2001::1]",
                                "[2001:db8::1]",
                                "[fc00::1]",
                                "[fe80::1]",
                                "[ff02::1]"}) {
        INFO(address);
        const auto response = get(outbound, "https://portal.example/rest/",
                                  {std::string("portal.example:443:") + address});
        CHECK(response.reach == Reach::NotSent);
        CHECK(response.trouble.find(kRefused) == 0);
        CHECK(response.trouble.find("\"private\": true") != std::string::npos);
    }
}

TEST_CASE("another way of writing this machine is no address at all (S4)") {
    TinyServer server(answer_all);
    const std::string port = server.url().substr(server.url().rfind(':') + 1, 5);
    const auto outbound =
        Outbound("bitrix24").named("https://127.1", true).named("http://127.0.0.1");
    for (const std::string host : {"127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.01",
                                   "[::ffff:7f00:1]", "portal@127.0.0.1", "127.0.0.1%00"})
        for (const std::string scheme : {"https://", "http://"}) {
            INFO(scheme << host);
            CHECK(get(outbound, scheme + host + ":" + port + "/").reach == Reach::NotSent);
        }
    CHECK(server.requests() == 0);
}

TEST_CASE("a private host is called when the configuration says so, and no other one (S4)") {
    const auto outbound = Outbound("bitrix24").named("https://portal.lan/rest/7/token/", true);
    const std::vector<std::string> names{"portal.lan:443:127.0.0.1", "portal.lan:8443:127.0.0.1",
                                         "other.lan:443:127.0.0.1"};
    // Nothing listens there: what counts is that a connection was tried.
    CHECK(get(outbound, "https://portal.lan/", names).trouble.find(kRefused) == std::string::npos);
    CHECK(get(outbound, "https://portal.lan:8443/", names).trouble.find(kRefused) ==
          std::string::npos);
    CHECK(get(outbound, "https://other.lan/", names).trouble.find(kRefused) == 0);
    CHECK(get(Outbound("bitrix24").named("https://portal.lan/"), "https://portal.lan/", names)
              .trouble.find(kRefused) == 0);
}

TEST_CASE("plain http goes to this machine only, and only when the configuration names it (S4)") {
    TinyServer server(answer_all);
    const auto local = Outbound("sandbox").named(server.url());
    CHECK(get(local, server.url()).reach == Reach::Answered);
    CHECK(server.requests() == 1);
    const auto refused = get(Outbound("bitrix24").named("https://portal.example/"), server.url());
    CHECK(refused.reach == Reach::NotSent);
    CHECK(refused.trouble.find("plain http") == 0);
    CHECK(get(local, "http://portal.example/", {"portal.example:80:127.0.0.1"}).reach ==
          Reach::NotSent);
    CHECK(server.requests() == 1);
}

TEST_CASE("a policy says in words what it opens") {
    CHECK(Outbound("telegram").named("https://api.telegram.org").words() == "telegram: public");
    CHECK(Outbound("bitrix24").named("https://Portal.lan:8443/rest/1/x/", true).words() ==
          "bitrix24: public; private: portal.lan");
    CHECK(Outbound("sandbox").named("http://127.0.0.1:8090/rest/1/x/").words() ==
          "sandbox: public; this machine over http");
    CHECK(Outbound("odd").named("http://portal.lan/").named("no address", true).words() ==
          "odd: public");
}
