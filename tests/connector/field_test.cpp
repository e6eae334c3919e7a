#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "application.h"

// Cases of tests/samples/field about the tokens of an application.
using namespace hb;
using namespace wire;
using application::App;
using namespace std::chrono_literals;

namespace {

json::Document load(const std::string& name) {
    std::ifstream in(std::string(HB_SOURCE_DIR) + "/tests/samples/field/" + name + ".json");
    std::ostringstream text;
    text << in.rdbuf();
    auto document = json::Document::parse(text.str());
    REQUIRE(document.ok());
    return std::move(*document);
}

std::int64_t renewals(const App& rig) {
    return std::count_if(rig.seen.begin(), rig.seen.end(), [](const auto& request) {
        return request.url.reveal().find("/oauth/token") != std::string::npos;
    });
}

std::function<net::Response(const net::Request&)> takes(const json::Value& refusal,
                                                        const std::string& token) {
    const int status = static_cast<int>(refusal["http"].integer().value());
    const std::string code(refusal["error"].text_view().value());
    return [=](const net::Request& request) {
        if (request.body.find('"' + token + '"') != std::string::npos) return ok("[]");
        return failed(status, code);
    };
}

} // namespace

TEST_CASE("Field: a token that is refused is renewed once, and each call made once more") {
    const auto given = load("crm-token-dies-in-a-pull");
    const json::Value refusal = given.root()["given"]["answer"];
    App rig;
    rig.portal = takes(refusal, "access-2");
    for (int call = 0; call < 2; ++call) REQUIRE(rig.connector->currencies().ok());
    CHECK(renewals(rig) == given.root()["expected"]["renewals"].integer().value());
    // Refused again: what to do.
    App deaf;
    deaf.portal = takes(refusal, "none");
    const auto refused = deaf.connector->currencies();
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().hint.find("install the application again") != std::string::npos);
}

TEST_CASE("Field: calls go on to the portal although the renewal names another domain") {
    const auto given = load("crm-renewal-names-another-domain");
    App rig;
    rig.server = [&](const net::Request&) {
        std::string body = R"({"access_token":"access-2","refresh_token":"refresh-2",)"
                           R"("member_id":"a223c6b3710f85df22e9377d6c4f7553",)"
                           R"("server_endpoint":"https://oauth.example/rest/","scope":"crm,task")";
        for (const json::Value& each : given.root()["given"]["answer"])
            body += ",\"" + std::string(each.key()) + "\":" + each.dump();
        const std::string place = "PORTAL";
        body.replace(body.find(place), place.size(), "portal.example");
        return answered(200, body + "}");
    };
    rig.clock.advance(2h);
    REQUIRE(rig.connector->currencies().ok());
    CHECK(rig.calls().find("POST https://portal.example/rest/crm.currency.list\n") !=
          std::string::npos);
    REQUIRE(rig.connector->currencies().ok()); // "expires_in" as a text is an hour
    CHECK(renewals(rig) == 1);
}
