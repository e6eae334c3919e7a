#pragma once

#include <catch2/catch.hpp>

#include <string>

#include "sandbox/portal.h"
#include "sandbox/seed.h"
#include "json/value.h"

// A seeded portal on a clock that the test moves. Limits are off unless a test is about them.
namespace hb::sandbox::test {

inline Instant some_noon() {
    return *parse_instant("2026-03-31T12:00:00+03:00");
}

inline PortalOptions without_limits() {
    PortalOptions options;
    options.limits.requests = false;
    options.limits.operating = false;
    return options;
}

struct Kit {
    explicit Kit(PortalOptions options = without_limits())
        : clock(some_noon()), portal(std::move(options), clock) {}

    ManualClock clock;
    Portal portal;

    HttpAnswer raw(const std::string& method, const std::string& body,
                   const std::string& token = "1/sandbox",
                   const std::string& type = "application/json") {
        HttpRequest request;
        request.path = "/rest/" + token + "/" + method;
        request.content_type = type;
        request.body = body;
        return portal.handle(request);
    }

    // The parsed answer of a call that must work.
    json::Document call(const std::string& method, const std::string& body = "{}",
                        const std::string& token = "1/sandbox") {
        const HttpAnswer answer = raw(method, body, token);
        INFO(method << " " << body << " -> " << answer.status << " " << answer.body);
        CHECK(answer.status == 200);
        auto document = json::Document::parse(answer.body);
        REQUIRE(document.ok());
        CHECK(document->root()["error"].missing());
        return std::move(*document);
    }

    // "400 CODE: text" of a call that must fail.
    std::string failure(const std::string& method, const std::string& body = "{}",
                        const std::string& token = "1/sandbox") {
        const HttpAnswer answer = raw(method, body, token);
        const auto document = json::Document::parse(answer.body);
        if (!document || document->root()["error"].missing()) return answer.body;
        const auto root = document->root();
        return std::to_string(answer.status) + " " + root["error"].dump() + ": " +
               *root["error_description"].string();
    }

    HttpAnswer control(const std::string& path, const std::string& body = "{}",
                       const std::string& verb = "POST") {
        HttpRequest request;
        request.method = verb;
        request.path = "/sandbox/" + path;
        request.content_type = "application/json";
        request.body = verb == "GET" ? "" : body;
        return portal.handle(request);
    }
};

struct AgencyKit : Kit {
    explicit AgencyKit(PortalOptions options = without_limits()) : Kit(std::move(options)) {
        seed_agency(portal, portal.today());
    }
};

struct EmptyKit : Kit {
    explicit EmptyKit(PortalOptions options = without_limits()) : Kit(std::move(options)) {
        seed_basics(portal);
    }
};

} // namespace hb::sandbox::test
