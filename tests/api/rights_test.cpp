#include <catch2/catch.hpp>

#include <algorithm>

#include "base/text.h"
#include "house.h"
#include "web/api/call.h"

// Who may do what: openapi.json against what the service does, in each role.

namespace hb::test {
namespace {

using web::api::Operation;

const std::vector<std::string> kEveryRole = {"owner", "admin", "manager", "office", "viewer"};

std::string filled(const Operation& operation) {
    std::string out;
    for (const auto& part : operation.segments) {
        out += "/";
        if (!part.starts_with('{'))
            out += part;
        else if (part == "{ref}" && operation.path.starts_with("/late"))
            out += "bitrix24:entry:999999";
        else if (part == "{ref}")
            out += "bitrix24:company:999999";
        else if (part == "{name}")
            out += "bitrix24";
        else if (part == "{valid_from}")
            out += "2026-01-01";
        else
            out += "999999";
    }
    std::string query;
    for (const auto& parameter : operation.query)
        if (parameter.required)
            query += (query.empty() ? "?" : "&") + parameter.name + "=" +
                     (parameter.name == "month" ? "2026-03" : "csv");
    return out + query;
}

std::string example_of(const std::string& id) {
    const auto document = json::Document::parse(web::api::spec_text());
    for (const auto path : document->root()["paths"])
        for (const auto operation : path)
            if (operation["operationId"].text_view() == id)
                return operation["requestBody"]["content"]["application/json"]["example"].dump();
    return "";
}

Wish wish_of(const Operation& operation) {
    Wish wish{operation.method, filled(operation), ""};
    if (!operation.body.missing()) wish.body = example_of(operation.id);
    if (operation.idempotent) wish.headers["Idempotency-Key"] = "0123456789abcdef-" + operation.id;
    if (operation.if_match) wish.headers["If-Match"] = "\"0\"";
    return wish;
}

bool may(const Operation& operation, const std::string& role) {
    return operation.for_anybody() ||
           std::find(operation.roles.begin(), operation.roles.end(), role) != operation.roles.end();
}

} // namespace

TEST_CASE("each operation of the file has a handler and each handler is in the file") {
    std::vector<std::string> in_file;
    for (const auto& operation : web::api::operations()) {
        INFO(operation.id);
        in_file.push_back(operation.id);
        REQUIRE_FALSE(operation.roles.empty());
        for (const auto& role : operation.roles) {
            const bool known =
                role == "public" || role == "signed-in" ||
                std::find(kEveryRole.begin(), kEveryRole.end(), role) != kEveryRole.end();
            CHECK(known);
        }
        CHECK(web::api::handler_of(operation.id) != nullptr);
        const bool takes_body = operation.method != "GET" && operation.method != "DELETE";
        CHECK(takes_body == !operation.body.missing());
    }
    auto handled = web::api::handled();
    std::sort(in_file.begin(), in_file.end());
    std::sort(handled.begin(), handled.end());
    CHECK(in_file == handled);
    CHECK(web::api::handler_of("restore") == nullptr);
}

TEST_CASE("each role does what the file says and nothing else; nobody does nothing") {
    House house;
    for (const auto& operation : web::api::operations()) {
        if (operation.is_public() || operation.id == "signOut") continue;
        INFO(operation.id);
        Wish stranger = wish_of(operation);
        stranger.headers["Origin"] = house.address();
        stranger.headers["X-HB-Request"] = "1";
        stranger.headers["Content-Type"] = "application/json";
        const auto nobody = house.raw(stranger);
        CHECK(nobody.status == 401);
        CHECK(nobody.code() == "unauthenticated");
        for (const auto& role : kEveryRole) {
            INFO(role);
            const auto said = house.as(role, wish_of(operation));
            INFO(said.bytes);
            const bool own_session = operation.id == "freshen" ||
                                     operation.id == "changePassword" ||
                                     operation.id == "endSession";
            if (own_session) { // a token has none
                CHECK(said.code() == "forbidden");
            } else if (may(operation, role)) {
                CHECK(said.code() != "forbidden");
                CHECK(misfit(operation.id, said) == "");
                CHECK(said.status < 500);
                CHECK(said.status != 401);
                if (operation.fresh) CHECK(said.code() == "fresh_needed");
            } else {
                CHECK(said.status == 403);
                CHECK(said.code() == "forbidden");
            }
            house.later(7); // within what a minute allows
        }
    }
}

TEST_CASE("a body of another shape is refused whole, whatever it asks for") {
    House house;
    for (const auto& operation : web::api::operations()) {
        if (operation.body.missing() || operation.is_public() || operation.fresh) continue;
        if (operation.for_anybody()) continue;
        INFO(operation.id);
        Wish wish = wish_of(operation);
        std::string more = wish.body;
        more.insert(1, std::string(R"("nobody_knows":1)") + (more == "{}" ? "" : ","));
        for (const std::string& bad :
             {std::string("{"), std::string("[]"), more, std::string(R"({"a":1,"a":2})")}) {
            wish.body = bad;
            const auto said = house.as("owner", wish);
            INFO(said.bytes);
            CHECK(said.status == 400);
            const bool by_shape = said.code() == "invalid" || said.code() == "not_json";
            CHECK(by_shape);
            house.later(5);
        }
    }
}

TEST_CASE("who may not see rates and people gets the same report without these members") {
    House house;
    const auto id = std::to_string(house.draft());
    const auto whole = house.as("owner", {"GET", "/reports/" + id});
    INFO(whole.bytes);
    REQUIRE(whole.status == 200);
    CHECK_FALSE(whole.root()["lines"][std::size_t{0}]["rate"].missing());
    CHECK_FALSE(whole.root()["lines"][std::size_t{0}]["people"].missing());
    CHECK(whole.root()["url"].missing()); // S-27
    CHECK(whole.root()["link"]["active"].boolean().value() == false);
    const auto office = house.as("office", {"GET", "/reports/" + id});
    CHECK(office.root()["lines"][std::size_t{0}]["rate"].missing());
    CHECK_FALSE(office.root()["lines"][std::size_t{0}]["people"].missing());
    const auto viewer = house.as("viewer", {"GET", "/reports/" + id});
    CHECK(viewer.status == 200);
    CHECK(viewer.text.find("\"rate\"") == std::string::npos);
    CHECK(viewer.text.find("\"people\"") == std::string::npos);
    CHECK(viewer.text.find("\"note\"") == std::string::npos);
    CHECK(text(viewer.root()["total"]) == text(whole.root()["total"]));
    const auto clients = house.as("viewer", {"GET", "/clients"});
    CHECK(clients.text.find("seconds") == std::string::npos);
    CHECK(house.as("admin", {"GET", "/reports/" + id}).code() == "forbidden");
}

} // namespace hb::test
