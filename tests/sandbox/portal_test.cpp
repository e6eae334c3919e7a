#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

int status(Kit& kit, const std::string& path) {
    HttpRequest request;
    request.path = path;
    return kit.portal.handle(request).status;
}

} // namespace

TEST_CASE("a portal tells who the token is and what time it has") {
    AgencyKit kit;
    CHECK(kit.call("profile").root()["result"]["ADMIN"].dump() == "true");
    CHECK(*kit.call("server.time").root()["result"].string() == "2026-03-31T12:00:00+03:00");
    CHECK(kit.call("user.admin", "{}", "3/plain").root()["result"].dump() == "false");
}

TEST_CASE("routes take suffixes and slashes, and each wrong address has its own answer") {
    EmptyKit kit;
    CHECK(status(kit, "/rest/1/sandbox/scope") == 200);
    CHECK(status(kit, "/rest/1/sandbox/scope.json") == 200);
    CHECK(status(kit, "/rest/1/sandbox/scope.json/") == 200);
    CHECK(status(kit, "/rest/1/sandbox/SCOPE/") == 200);
    CHECK(kit.failure("no.such", "{}") == "404 \"ERROR_METHOD_NOT_FOUND\": Method not found!");
    CHECK(status(kit, "/rest/api/1/sandbox/tasks.task.get") == 400);
    CHECK(status(kit, "/rest/sandbox/scope") == 404); // the token is read as a method
    CHECK(status(kit, "/rest/scope") == 401);
    CHECK(status(kit, "/elsewhere") == 404);
}

TEST_CASE("wrong tokens, missing scopes and dismissed owners are refused, in both revisions") {
    EmptyKit kit;
    kit.portal.add_token({"few", 3, {"task"}, Token::CrmRights::All});
    CHECK(kit.failure("scope", "{}", "1/wrong") ==
          "401 \"INVALID_CREDENTIALS\": Invalid request credentials");
    CHECK(kit.failure("scope", "{}", "3/sandbox").starts_with("401"));
    CHECK(kit.failure("crm.deal.list", "{}", "3/few").starts_with("401 \"insufficient_scope\""));
    kit.portal.change_options([](PortalOptions& options) { options.rights_answer_401 = false; });
    CHECK(kit.failure("scope", "{}", "1/wrong").starts_with("401"));
    CHECK(kit.failure("crm.deal.list", "{}", "3/few").starts_with("403 \"insufficient_scope\""));
    CHECK(kit.raw("scope", "", "3/few").status == 200);
    kit.control("users/3", R"({"active":false})");
    CHECK(kit.failure("scope", "{}", "3/few").starts_with("401 \"INVALID_CREDENTIALS\""));
}

TEST_CASE("a method knows whether it exists and whether the token may call it") {
    EmptyKit kit;
    kit.portal.add_token({"few", 1, {"task"}, Token::CrmRights::All});
    const auto get = [&](const std::string& name) {
        return kit.call("method.get", R"({"name":")" + name + "\"}", "1/few")
            .root()["result"]
            .dump();
    };
    CHECK(get("tasks.task.list") == R"({"isExisting":true,"isAvailable":true})");
    CHECK(get("crm.deal.add") == R"({"isExisting":true,"isAvailable":false})");
    CHECK(get("no.such") == R"({"isExisting":false,"isAvailable":false})");
    CHECK(kit.call("scope", "{}", "1/few").root()["result"].dump() == R"(["task"])");
}

TEST_CASE("rights over CRM objects cut lists without a mark") {
    EmptyKit kit;
    kit.call("crm.deal.add", R"({"fields":{"TITLE":"mine","ASSIGNED_BY_ID":3}})");
    kit.call("crm.deal.add", R"({"fields":{"TITLE":"hers"}})");
    kit.portal.add_token({"none", 3, all_scopes(), Token::CrmRights::None});
    CHECK(kit.call("crm.deal.list", "{}", "3/plain").root()["total"].dump() == "1");
    CHECK(kit.failure("crm.deal.get", R"({"id":2})", "3/plain") == "400 \"\": Not found");
    CHECK(kit.failure("crm.deal.list", "{}", "3/none") == "400 \"\": Access denied.");
    CHECK(kit.failure("crm.item.add", R"({"entityTypeId":2,"fields":{}})", "3/none") ==
          "400 \"ACCESS_DENIED\": Access denied");
}

TEST_CASE("people: the dismissed come unless they are filtered out, systems never") {
    AgencyKit kit;
    CHECK(kit.call("user.get", R"({"ADMIN_MODE":"Y"})").root()["total"].dump() == "25");
    CHECK(kit.call("user.get", R"({"ADMIN_MODE":"Y","FILTER":{"ACTIVE":true}})")
              .root()["total"]
              .dump() == "22");
    CHECK(kit.call("user.get", R"({"FILTER":{"ID":99}})").root()["result"].dump() == "[]");
    CHECK(kit.call("user.get", R"({"ID":[1,3],"select":["ID","NAME"]})").root()["result"].dump() ==
          R"([{"ID":"1","NAME":"Ольга"},{"ID":"3","NAME":"Ivan"}])");
    const auto newest = kit.call("user.get", R"({"sort":"ID","order":"DESC","start":-1})");
    CHECK(newest.root()["result"][std::size_t{0}]["ID"].dump() == "\"49\"");
}

TEST_CASE("workgroups: the classic list comes whole and backwards, the new one bare") {
    AgencyKit kit;
    const auto classic = kit.call("sonet_group.get", R"({"IS_ADMIN":"Y"})");
    CHECK(classic.root()["result"][std::size_t{0}]["ID"].dump() == "\"18\"");
    CHECK(classic.root()["total"].dump() == "18");
    const auto bare =
        kit.call("socialnetwork.api.workgroup.list", R"({"filter":{"ID":1},"start":-1})");
    CHECK(bare.root()["result"].dump() == R"({"workgroups":[{"id":"1"}]})");
    CHECK(bare.root()["total"].missing());
    const auto named =
        kit.call("socialnetwork.api.workgroup.list",
                 R"({"filter":{"NAME":"Internal"},"select":["ID","NAME","CLOSED"]})");
    CHECK(named.root()["result"].dump() ==
          R"({"workgroups":[{"id":"1","name":"Internal","closed":"N"}]})");
}

TEST_CASE("dictionaries: a base currency, two funnels, stages with their semantics") {
    EmptyKit kit;
    const auto currencies = kit.call("crm.currency.list");
    CHECK(currencies.root()["result"].size() == 4);
    CHECK(currencies.root()["total"].dump() == "0");
    CHECK(kit.call("crm.category.list", R"({"entityTypeId":2})").root()["total"].dump() == "2");
    CHECK(kit.failure("crm.category.list", R"({"entityTypeId":1220})")
              .starts_with("400 \"NOT_FOUND\""));
    const auto stages =
        kit.call("crm.status.list", R"({"filter":{"ENTITY_ID":"DEAL_STAGE_9","SEMANTICS":"S"}})");
    CHECK(stages.root()["result"][std::size_t{0}]["STATUS_ID"].dump() == "\"C9:WON\"");
    CHECK(stages.root()["result"][std::size_t{0}]["CATEGORY_ID"].dump() == "\"9\"");
}

TEST_CASE("people edit tasks and records behind the back of the calls") {
    EmptyKit kit;
    CHECK(kit.control("tasks", R"({"TITLE":"t","RESPONSIBLE_ID":3,"UF_CRM_TASK":["CO_5"]})").body ==
          "{\"id\":1}");
    CHECK(kit.control("entries", R"({"TASK_ID":1,"SECONDS":60,"USER_ID":3,
                                     "CREATED_DATE":"2026-01-31T23:50:00+03:00"})")
              .body == "{\"id\":1}");
    CHECK(kit.control("entries/1", R"({"SECONDS":120})").status == 200);
    const auto list = kit.call("task.elapseditem.getlist", "[1]");
    CHECK(list.root()["result"][std::size_t{0}]["SECONDS"].dump() == "\"120\"");
    CHECK(list.root()["result"][std::size_t{0}]["CREATED_DATE"].dump() ==
          "\"2026-01-31T23:50:00+03:00\"");
    CHECK(kit.control("entries/1", "", "DELETE").status == 200);
    CHECK(kit.control("entries/1", "", "DELETE").status == 404);
    CHECK(kit.portal.writes().empty());
}

TEST_CASE("the log counts requests, commands and calls, and forgets on request") {
    EmptyKit kit;
    kit.raw("batch", R"({"cmd":["scope","no.such"]})");
    kit.raw("crm.deal.add", R"({"fields":{"TITLE":"x"}})");
    const auto counters = kit.portal.counters();
    CHECK(counters.http_requests == 2);
    CHECK(counters.commands == 3);
    CHECK(counters.calls.at("scope") == 1);
    CHECK(counters.failures.at("no.such") == 1);
    CHECK(kit.control("writes", "", "GET").body.find("\"method\":\"crm.deal.add\"") !=
          std::string::npos);
    kit.control("log", "", "DELETE");
    CHECK(kit.portal.counters().http_requests == 0);
}

TEST_CASE("the clock moves by control where it is a manual one") {
    EmptyKit kit;
    CHECK(kit.control("clock", R"({"advance_seconds":90})").status == 200);
    CHECK(*kit.call("server.time").root()["result"].string() == "2026-03-31T12:01:30+03:00");
    kit.control("clock", R"({"set":"2026-05-01T00:00:00+03:00"})");
    CHECK(*kit.call("server.time").root()["result"].string() == "2026-05-01T00:00:00+03:00");
}

TEST_CASE("a reset portal is like a new one") {
    EmptyKit kit;
    kit.call("crm.deal.add", R"({"fields":{"TITLE":"x"}})");
    CHECK(kit.control("reset", R"({"seed":"agency"})").body.find("\"tasks\":1200") !=
          std::string::npos);
    CHECK(kit.raw("scope", "").status == 200);
    CHECK(kit.control("reset", R"({"seed":"empty"})").body.find("\"deals\":0") !=
          std::string::npos);
    CHECK(kit.control("reset", R"({"seed":"other"})").status == 400);
}
