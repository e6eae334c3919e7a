#pragma once

#include <catch2/catch.hpp>

#include "base/held.h"
#include "base/text.h"
#include "connector/bitrix24.h"
#include "sandbox/portal.h"
#include "sandbox/seed.h"
#include "json/value.h"

// The connector against a portal written from the same protocol sheet by another hand.
namespace sandbox_rig {

using namespace hb;

inline const Instant kNow = from_epoch_seconds(1'772'500'000); // 2026-03-03T01:06:40Z

// Hands requests to a portal without sockets, and does with its answers what a network would.
class Direct final : public net::HttpClient {
public:
    explicit Direct(sandbox::Portal& portal) : portal_(portal) {}
    net::Response send(const net::Request& request) override {
        must_not_hold_books("a remote call");
        const std::string& url = request.url.reveal();
        sandbox::HttpRequest in;
        if (request.verb == net::Verb::Get) in.method = "GET";
        in.host = url.substr(url.find("//") + 2, url.find('/', 8) - url.find("//") - 2);
        in.path = url.substr(url.find('/', 8));
        if (const auto mark = in.path.find('?'); mark != std::string::npos) {
            in.query = in.path.substr(mark + 1);
            in.path.resize(mark);
        }
        in.content_type = "application/json; charset=utf-8";
        in.body = request.body;
        const auto out = portal_.handle(in);
        net::Response response;
        response.reach = net::Reach::Unknown;
        response.trouble = "Server returned nothing (no headers, no data)";
        if (out.delivery != sandbox::HttpAnswer::Delivery::Whole) return response;
        if (std::chrono::milliseconds(out.delay_ms) > request.timeouts.total) return response;
        response.reach = net::Reach::Answered;
        response.status = out.status;
        response.body = out.body;
        response.headers.emplace_back("content-type", out.content_type);
        for (const auto& [name, value] : out.headers)
            response.headers.emplace_back(fold_case(name), value);
        return response;
    }

private:
    sandbox::Portal& portal_;
};

struct Rig {
    ManualClock clock{kNow};
    sandbox::Portal portal;
    std::unique_ptr<connector::Connector> remote;

    explicit Rig(sandbox::PortalOptions options = {}) : portal(options, clock) {
        sandbox::seed_basics(portal);
        connect();
    }
    // 18 months of an agency's work instead of an empty portal.
    void fill(std::uint64_t seed) {
        portal.reset();
        sandbox::seed_agency(portal, std::chrono::floor<std::chrono::days>(kNow), seed);
    }
    void connect(const std::string& token = "1/sandbox") {
        connector::Bitrix24Options options;
        options.webhook_url = Secret("http://127.0.0.1:1/rest/" + token + "/");
        auto made = connector::make_bitrix24(options, std::make_unique<Direct>(portal), clock);
        REQUIRE(made.ok());
        remote = std::move(*made);
    }
    void wait() { clock.wait_until(remote->earliest()); }
    std::string call(const std::string& method, const std::string& body) {
        sandbox::HttpRequest in;
        in.path = "/rest/1/sandbox/" + method;
        in.content_type = "application/json";
        in.body = body;
        in.source = "10.0.0.9"; // fills another bucket than ours
        return portal.handle(in).body;
    }
    std::string made(const std::string& method, const std::string& body) {
        const std::string answer = call(method, body);
        const auto document = json::Document::parse(answer);
        INFO(answer);
        REQUIRE(document.ok());
        const auto result = document->root()["result"];
        const auto id =
            result["item"]["id"].missing() ? result.text() : result["item"]["id"].text();
        REQUIRE(id.ok());
        return *id;
    }
};

} // namespace sandbox_rig
