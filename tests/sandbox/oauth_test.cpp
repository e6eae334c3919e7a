#include "app_kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

std::string member(const HttpAnswer& answer, const char* name) {
    const auto document = json::Document::parse(answer.body);
    REQUIRE(document.ok());
    const auto value = document->root()[name];
    return value.missing() ? std::string{} : value.dump();
}

std::string bare(const std::string& quoted) {
    return quoted.substr(1, quoted.size() - 2);
}

} // namespace

TEST_CASE(
    "an application calls with its token in the query or in the body (protocol section 1.1)") {
    AppKit kit;
    CHECK(kit.by_app("profile").root()["result"]["ID"].dump() == "\"1\"");
    HttpRequest request;
    request.path = "/rest/user.current";
    request.content_type = "application/json";
    request.body = R"({"auth":")" + kit.access + "\"}";
    CHECK(kit.portal.handle(request).status == 200);
    request.path = "/rest//user.current"; // as the official SDK joins them
    CHECK(kit.portal.handle(request).status == 200);
    request.body = "{}";
    CHECK(kit.portal.handle(request).body.find("NO_AUTH_FOUND") != std::string::npos);
    CHECK(kit.by_app("app.info").root()["result"]["INSTALLED"].dump() == "true");
    CHECK(kit.failure("app.info") ==
          "400 \"ACCESS_DENIED\": Access denied! Application context required");
}

TEST_CASE("a token in the query is no positional argument, one in the body before the others is") {
    AppKit kit;
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"x","RESPONSIBLE_ID":1}})");
    CHECK(
        kit.by_app_raw("task.elapseditem.getlist", R"({"TASKID":1,"ORDER":{"ID":"asc"}})").status ==
        200);
    HttpRequest request;
    request.path = "/rest/task.elapseditem.getlist";
    request.content_type = "application/json";
    request.body = R"({"auth":")" + kit.access + R"(","TASKID":1})";
    CHECK(kit.portal.handle(request).status == 400);
}

TEST_CASE("a refresh gives a new pair, and the old refresh token is dead (protocol section 2.2)") {
    AppKit kit;
    const HttpAnswer first = kit.token_call(kit.refresh_query());
    CHECK(first.status == 200);
    CHECK(member(first, "user_id") == "1");
    CHECK(member(first, "expires_in") == "3600");
    CHECK(member(first, "client_endpoint") == "\"http://127.0.0.1:1/rest/\"");
    const HttpAnswer again = kit.token_call(kit.refresh_query());
    CHECK(again.status == 400);
    CHECK(member(again, "error") == "\"invalid_grant\"");
    const std::string old = kit.access;
    kit.refresh = bare(member(first, "refresh_token"));
    kit.access = bare(member(first, "access_token"));
    CHECK(kit.access != old);
    CHECK(kit.by_app_raw("profile").status == 200);
    CHECK(kit.token_call(kit.refresh_query()).status == 200);
    CHECK(kit.control("app", "", "GET").body.find(R"("refreshed":2,"refused":1)") !=
          std::string::npos);
}

TEST_CASE("an access token dies by the portal's clock, an unknown one is invalid") {
    AppKit kit;
    kit.clock.advance(std::chrono::seconds{3599});
    CHECK(kit.by_app_raw("profile").status == 200);
    kit.clock.advance(std::chrono::seconds{1});
    CHECK(kit.app_failure("profile") == "401 expired_token");
    kit.access = "nobody";
    CHECK(kit.app_failure("profile") == "401 invalid_token");
}

TEST_CASE("all tokens can run out in the middle, and a refresh token lives 180 days") {
    AppKit kit;
    kit.control("app/expire");
    CHECK(kit.app_failure("profile") == "401 expired_token");
    kit.clock.advance(std::chrono::hours{24 * 180});
    CHECK(member(kit.token_call(kit.refresh_query()), "error") == "\"invalid_grant\"");
}

TEST_CASE("a lost answer of a refresh kills the pair; a refresh that was never run does not") {
    AppKit kit;
    kit.control("faults", R"({"kind":"503","method":"oauth.token"})");
    CHECK(kit.token_call(kit.refresh_query()).status == 503);
    kit.control("faults", R"({"kind":"reset","method":"oauth.token"})");
    CHECK(kit.token_call(kit.refresh_query()).delivery == HttpAnswer::Delivery::Drop);
    kit.control("faults", R"({"kind":"lost_answer","method":"oauth.token"})");
    CHECK(kit.token_call(kit.refresh_query()).delivery == HttpAnswer::Delivery::Drop);
    CHECK(member(kit.token_call(kit.refresh_query()), "error") == "\"invalid_grant\"");
}

TEST_CASE("a code is exchanged once within 30 seconds, with the right secret") {
    AppKit kit;
    const auto new_code = [&] { return bare(member(kit.control("app/code"), "code")); };
    const auto query = [](const std::string& code, const std::string& secret) {
        return "grant_type=authorization_code&client_id=app.sandbox&client_secret=" + secret +
               "&code=" + code;
    };
    const std::string code = new_code();
    CHECK(member(kit.token_call(query(code, "wrong")), "error") == "\"invalid_client\"");
    const HttpAnswer answer = kit.token_call(query(code, "sandbox-secret"));
    CHECK(answer.status == 200);
    CHECK(member(answer, "user_id").empty());
    CHECK(kit.token_call(query(code, "sandbox-secret")).status == 400);
    const std::string late = new_code();
    kit.clock.advance(std::chrono::seconds{30});
    CHECK(kit.token_call(query(late, "sandbox-secret")).status == 400);
    HttpRequest browser;
    browser.method = "GET";
    browser.path = "/oauth/authorize/";
    browser.query = "client_id=app.sandbox&state=s1&redirect_uri=http%3A%2F%2Fx.example%2Fback";
    const HttpAnswer back = kit.portal.handle(browser);
    CHECK(back.status == 302);
    CHECK(back.headers.front().second.starts_with("http://x.example/back?code="));
    CHECK(back.headers.front().second.find("&state=s1&") != std::string::npos);
}

TEST_CASE(
    "installing sends a form with both tokens, uninstalling one without (protocol section 20.3)") {
    EmptyKit kit;
    const HttpAnswer made = kit.control(
        "app/install", R"({"handler":"http://127.0.0.1:9/install/x","scopes":["crm","task"]})");
    auto sent = kit.portal.take_events();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].url == "http://127.0.0.1:9/install/x");
    const Tree body = read_form(sent[0].body);
    CHECK(body.find("event")->str() == "ONAPPINSTALL");
    const Tree& auth = *body.find("auth");
    CHECK(auth.find("refresh_token")->str() == bare(member(made, "refresh_token")));
    CHECK(auth.find("scope")->str() == "crm,task");
    CHECK(auth.find("server_endpoint")->str() == "http://127.0.0.1:1/rest/");
    const std::string token = auth.find("application_token")->str();
    CHECK(kit.control("app/uninstall", R"({"clean":true})").status == 200);
    sent = kit.portal.take_events();
    REQUIRE(sent.size() == 1);
    const Tree bye = read_form(sent[0].body);
    CHECK(bye.find("event")->str() == "ONAPPUNINSTALL");
    CHECK(bye.find("data")->find("CLEAN")->str() == "1");
    CHECK(bye.find("auth")->find("access_token") == nullptr);
    CHECK(bye.find("auth")->find("application_token")->str() == token);
    HttpRequest request;
    request.path = "/rest/profile";
    request.query = "auth=" + bare(member(made, "access_token"));
    CHECK(kit.portal.handle(request).status == 401);
}

TEST_CASE("the application has the scopes it was given and the rights of its person") {
    AppKit kit{without_limits(), R"({"scopes":["task"],"user":3})"};
    CHECK(kit.app_failure("crm.item.list", R"({"entityTypeId":2})") == "401 insufficient_scope");
    CHECK(kit.by_app("profile").root()["result"]["ADMIN"].dump() == "false");
    kit.control("users/3", R"({"active":false})");
    CHECK(kit.app_failure("profile") == "401 user_access_error");
}

TEST_CASE(
    "a renamed portal answers 302 with the same path at the new host (protocol section 1.1)") {
    AppKit kit;
    kit.control("options", R"({"moved_to":"http://127.0.0.1:2"})");
    const HttpAnswer moved = kit.raw("user.current", "{}");
    CHECK(moved.status == 302);
    CHECK(moved.headers.front().second == "http://127.0.0.1:2/rest/1/sandbox/user.current");
    CHECK(kit.token_call(kit.refresh_query()).status == 200);
    kit.control("options", R"({"moved_to":""})");
    CHECK(kit.raw("user.current", "{}").status == 200);
}
