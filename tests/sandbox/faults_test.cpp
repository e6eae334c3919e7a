#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;
using namespace std::chrono_literals;
using Delivery = HttpAnswer::Delivery;

namespace {

const std::string kAddDeal = R"({"fields":{"TITLE":"x","ORIGIN_ID":"report-17"}})";

std::size_t deals(Kit& kit) {
    const auto answer =
        kit.call("crm.deal.list", R"({"filter":{"ORIGIN_ID":"report-17"},"select":["ID"]})");
    return answer.root()["result"].size();
}

void fault(Kit& kit, const std::string& json) {
    const auto answer = kit.control("faults", json);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
}

} // namespace

TEST_CASE("a lost answer leaves the deal behind, a reset connection does not") {
    EmptyKit kit;
    fault(kit, R"({"kind":"lost_answer","method":"crm.deal.add"})");
    CHECK(kit.raw("crm.deal.add", kAddDeal).delivery == Delivery::Drop);
    CHECK(deals(kit) == 1);
    fault(kit, R"({"kind":"reset","method":"crm.deal.add"})");
    CHECK(kit.raw("crm.deal.add", kAddDeal).delivery == Delivery::Drop);
    CHECK(deals(kit) == 1);
    CHECK(kit.raw("crm.deal.add", kAddDeal).delivery == Delivery::Whole);
    CHECK(deals(kit) == 2);
    const auto writes = kit.portal.writes();
    REQUIRE(writes.size() == 2);
    CHECK_FALSE(writes[0].answered);
    CHECK(writes[1].answered);
    CHECK(kit.control("origin/report-17", "", "GET").body.find("\"deals\":[1,2]") !=
          std::string::npos);
}

TEST_CASE("an HTML error comes before or after the work is done") {
    EmptyKit kit;
    fault(kit, R"({"kind":"html","method":"crm.deal.*"})");
    const HttpAnswer before = kit.raw("crm.deal.add", kAddDeal);
    CHECK(before.status == 502);
    CHECK(before.content_type.starts_with("text/html"));
    CHECK(deals(kit) == 0);
    fault(kit, R"({"kind":"html","method":"crm.deal.add","after_commit":true,"status":504})");
    CHECK(kit.raw("crm.deal.add", kAddDeal).status == 504);
    CHECK(deals(kit) == 1);
}

TEST_CASE("faults count their calls and may let some pass first") {
    EmptyKit kit;
    fault(kit, R"({"kind":"503","method":"scope","count":2,"skip":1})");
    CHECK(kit.raw("scope", "").status == 200);
    CHECK(kit.raw("scope", "").status == 503);
    CHECK(kit.raw("profile", "").status == 200);
    CHECK(kit.raw("scope", "").status == 503);
    CHECK(kit.raw("scope", "").status == 200);
}

TEST_CASE("error objects come with any status, 200 too") {
    EmptyKit kit;
    fault(kit, R"({"kind":"error_200","method":"*","code":"INTERNAL_SERVER_ERROR"})");
    CHECK(kit.failure("scope") == "200 \"INTERNAL_SERVER_ERROR\": Internal server error");
    fault(kit, R"({"kind":"429","method":"scope"})");
    CHECK(kit.raw("scope", "").status == 429);
    fault(kit, R"({"kind":"error","method":"crm.deal.add","status":500,"after_commit":true})");
    CHECK(kit.raw("crm.deal.add", kAddDeal).status == 500);
    CHECK(deals(kit) == 1);
}

TEST_CASE("one command of a batch fails while its neighbours work") {
    EmptyKit kit;
    fault(kit, R"({"kind":"error","method":"profile","code":"ERROR_CORE","status":400})");
    const auto answer = kit.call("batch", R"({"cmd":{"a":"scope","b":"profile","c":"scope"}})");
    CHECK(answer.root()["result"]["result"].size() == 2);
    CHECK(answer.root()["result"]["result_error"]["b"]["error"].dump() == "\"ERROR_CORE\"");
}

TEST_CASE("a fault of the connection hits the whole batch that its method is in") {
    EmptyKit kit;
    fault(kit, R"({"kind":"lost_answer","method":"crm.deal.add"})");
    const std::string batch =
        R"({"cmd":["crm.deal.add?fields[TITLE]=x&fields[ORIGIN_ID]=report-17"]})";
    CHECK(kit.raw("batch", batch).delivery == Delivery::Drop);
    CHECK(deals(kit) == 1);
    fault(kit, R"({"kind":"reset","method":"crm.deal.add"})");
    CHECK(kit.raw("batch", batch).delivery == Delivery::Drop);
    CHECK(deals(kit) == 1);
}

TEST_CASE("a slow or truncated answer says so to the server") {
    EmptyKit kit;
    fault(kit, R"({"kind":"slow","method":"scope","delay_ms":70000})");
    CHECK(kit.raw("scope", "").delay_ms == 70'000);
    fault(kit, R"({"kind":"truncated","method":"scope"})");
    CHECK(kit.raw("scope", "").delivery == Delivery::Truncate);
}

TEST_CASE("what is created late can be read only later") {
    EmptyKit kit;
    fault(kit, R"({"kind":"late_visible","method":"crm.deal.add","seconds":60})");
    kit.call("crm.deal.add", kAddDeal);
    CHECK(deals(kit) == 0);
    CHECK(kit.failure("crm.deal.get", R"({"id":1})") == "400 \"\": Not found");
    kit.clock.advance(60s);
    CHECK(deals(kit) == 1);
}

TEST_CASE("a list is suddenly empty, with or without its envelope") {
    AgencyKit kit;
    fault(kit, R"({"kind":"empty_list","method":"tasks.task.list"})");
    const auto empty = kit.call("tasks.task.list");
    CHECK(empty.root()["result"].dump() == R"({"tasks":[]})");
    CHECK(empty.root()["total"].dump() == "0");
    fault(kit, R"({"kind":"empty_result","method":"user.get"})");
    CHECK(kit.call("user.get").root()["result"].dump() == "[]");
    CHECK(kit.call("user.get").root()["result"].size() > 0);
}

TEST_CASE("types can be swapped") {
    EmptyKit kit;
    fault(kit, R"({"kind":"wrong_types","method":"profile"})");
    CHECK(kit.call("profile").root()["result"]["ID"].dump() == "1");
}

TEST_CASE("a renamed portal answers 302 with the new address") {
    EmptyKit kit;
    fault(kit, R"({"kind":"redirect","location":"http://127.0.0.1:9/rest/1/sandbox/scope"})");
    const HttpAnswer answer = kit.raw("scope", "");
    CHECK(answer.status == 302);
    REQUIRE(answer.headers.size() == 1);
    CHECK(answer.headers[0].second == "http://127.0.0.1:9/rest/1/sandbox/scope");
}

TEST_CASE("an unknown kind of fault is refused") {
    EmptyKit kit;
    CHECK(kit.control("faults", R"({"kind":"lost_anser"})").status == 400);
}

TEST_CASE("a short page and a missing total look like the real thing") {
    AgencyKit kit;
    fault(kit, R"({"kind":"short_page","method":"tasks.task.list"})");
    const auto half = kit.call("tasks.task.list", R"({"select":["ID"]})");
    CHECK(half.root()["result"]["tasks"].size() == 25);
    CHECK(half.root()["total"].dump() == "1200");
    fault(kit, R"({"kind":"no_total","method":"user.get"})");
    CHECK(kit.call("user.get").root()["total"].missing());
}

TEST_CASE("a fault may wait for a call with certain parameters") {
    EmptyKit kit;
    fault(kit, R"({"kind":"503","method":"crm.item.list","containing":"\"entityTypeId\":31"})");
    CHECK(kit.raw("crm.item.list", R"({"entityTypeId":2})").status == 200);
    CHECK(kit.raw("crm.item.list", R"({"entityTypeId":31})").status == 503);
    fault(kit, R"({"kind":"reset","method":"crm.deal.add","containing":"second","skip":1})");
    const std::string batch = R"({"cmd":["crm.deal.add?fields[TITLE]=second"]})";
    CHECK(kit.raw("batch", R"({"cmd":["crm.deal.add?fields[TITLE]=first"]})").status == 200);
    CHECK(kit.raw("batch", batch).delivery == Delivery::Whole);
    CHECK(kit.raw("batch", batch).delivery == Delivery::Drop);
}
