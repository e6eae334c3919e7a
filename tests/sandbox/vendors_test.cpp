#include "kit.h"

// What real portals do where the first documents said something else: each case names what was
// read where.

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

struct Cards : EmptyKit {
    Cards() {
        const auto made = call("crm.type.add", R"({"fields":{"title":"Cards"}})");
        const auto type = made.root()["result"]["type"];
        entity = type["entityTypeId"].dump();
        field = "UF_CRM_" + type["id"].dump() + "_SUM";
        call("userfieldconfig.add", R"({"moduleId":"crm","field":{"entityId":"CRM_)" +
                                        type["id"].dump() + R"(","fieldName":")" + field +
                                        R"(","userTypeId":"string"}})");
        call("crm.item.add", R"({"entityTypeId":)" + entity +
                                 R"(,"useOriginalUfNames":"Y","fields":{"title":"Card",")" + field +
                                 R"(":"100"}})");
    }
    std::string items(const std::string& more) {
        return call("crm.item.list", R"({"entityTypeId":)" + entity + more + "}")
            .root()["result"]["items"]
            .dump();
    }
    std::string entity, field;
};

std::string date(const json::Document& answer, const char* member) {
    return *answer.root()["result"]["tasks"][std::size_t{0}][member].string();
}

} // namespace

// The portal's own item controller; the vendor's tracker, 263 and 368.
TEST_CASE("a select of names with original UF names gives custom fields alone, not even the id") {
    Cards kit;
    const std::string flag = R"(,"useOriginalUfNames":"Y")";
    CHECK(kit.items(flag + R"(,"select":["id","title",")" + kit.field + "\"]") ==
          R"([{")" + kit.field + R"(":"100"}])");
    CHECK(kit.items(flag + R"(,"select":["id","title"])") == "[[]]");
    const std::string whole = kit.items(flag + R"(,"select":["*"])");
    CHECK(whole.find("\"title\":\"Card\"") != std::string::npos);
    CHECK(whole.find("\"" + kit.field + "\":\"100\"") != std::string::npos);
    CHECK(kit.items(flag) == whole);
    CHECK(kit.items(R"(,"select":["id","title"])") == R"([{"id":1,"title":"Card"}])");
}

// The portal's own user list.
TEST_CASE("people from outside and without a department come in ADMIN_MODE or by their exact id") {
    AgencyKit kit;
    const auto count = [&](const std::string& body, const std::string& token = "1/sandbox") {
        return *kit.call("user.get", body, token).root()["total"].integer();
    };
    const auto plain = count("{}");
    CHECK(count(R"({"ADMIN_MODE":"Y"})") == plain + 2);
    CHECK(count(R"({"ADMIN_MODE":"Y"})", "3/plain") == plain); // not an administrator
    const auto outside =
        kit.call("user.get", R"({"ADMIN_MODE":"Y","FILTER":{"USER_TYPE":"extranet"}})");
    REQUIRE(outside.root()["result"].size() == 1);
    const std::string id{*outside.root()["result"][std::size_t{0}]["ID"].string()};
    CHECK(outside.root()["result"][std::size_t{0}]["UF_DEPARTMENT"].dump() == "[]");
    CHECK(count(R"({"ID":)" + id + "}") == 1);
    CHECK(count(R"({"FILTER":{">ID":)" + std::to_string(std::stoi(id) - 1) + R"(,"<ID":)" +
                std::to_string(std::stoi(id) + 1) + "}}") == 0);
    const auto time = kit.call("task.elapseditem.getlist",
                               R"([{"ID":"asc"},{"USER_ID":)" + id + R"(},["ID"],{}])");
    CHECK(time.root()["result"].size() > 0);
}

// The portal's own task controller: the offset of the moment of the call stands behind every date.
TEST_CASE("dates of tasks carry the caller's offset of now, those of time their own") {
    EmptyKit kit;
    CHECK(kit.control("users/1", R"({"time_zone":"Mars/Base"})").status == 400);
    REQUIRE(kit.control("users/1", R"({"time_zone":"Europe/Kyiv"})").status == 200);
    kit.control("tasks", R"({"TITLE":"t","CREATED_DATE":"2026-01-31T21:30:00+00:00"})");
    kit.control("entries",
                R"({"TASK_ID":1,"SECONDS":60,"CREATED_DATE":"2026-01-31T21:30:00+00:00"})");
    const std::string ask = R"({"select":["ID","CREATED_DATE"]})";
    kit.clock.set(*parse_instant("2026-03-01T12:00:00Z"));
    CHECK(date(kit.call("tasks.task.list", ask), "createdDate") == "2026-01-31T23:30:00+02:00");
    kit.clock.set(*parse_instant("2026-04-01T12:00:00Z"));
    CHECK(date(kit.call("tasks.task.list", ask), "createdDate") == "2026-01-31T23:30:00+03:00");
    const auto time = kit.call("task.elapseditem.getlist", R"([{"ID":"asc"},{},["*"],{}])");
    CHECK(*time.root()["result"][std::size_t{0}]["CREATED_DATE"].string() ==
          "2026-01-31T23:30:00+02:00");
    kit.control("users/1", R"({"time_zone":"America/New_York"})");
    CHECK(date(kit.call("tasks.task.list", ask), "createdDate") == "2026-01-31T16:30:00-04:00");
}

TEST_CASE("a date of the CRM names its calendar day in UTC, west of Greenwich too") {
    PortalOptions options = without_limits();
    options.offset_minutes = -300;
    EmptyKit kit(options);
    kit.call("crm.item.add",
             R"({"entityTypeId":2,"fields":{"title":"d","closedate":"2026-03-01"}})");
    const auto deal = kit.call("crm.item.get", R"({"entityTypeId":2,"id":1})");
    CHECK(*deal.root()["result"]["item"]["closedate"].string() == "2026-02-28T19:00:00-05:00");
}

// The portal's own task controller: keys are upper-cased, unknown ones dropped.
TEST_CASE("keys of a task filter know no case, and unknown ones are ignored") {
    AgencyKit kit;
    const auto total = [&](const std::string& filter) {
        return *kit.call("tasks.task.list", R"({"filter":)" + filter + "}")
                    .root()["total"]
                    .integer();
    };
    const auto all = total("{}");
    CHECK(total(R"({">=id":1200})") == total(R"({">=ID":1200})"));
    CHECK(total(R"({">=id":1200})") < all);
    CHECK(total(R"({"CHANGED":"2026-01-01"})") == all);
    CHECK(total(R"({"CHANGED":1,">=ID":1200})") == total(R"({">=ID":1200})"));
}

// Portals ignore a typo; a person who tests a client may want to hear of it.
TEST_CASE("with strict filters a key that a task list does not know is an error") {
    PortalOptions options = without_limits();
    options.strict_filters = true;
    EmptyKit kit(options);
    CHECK(kit.failure("tasks.task.list", R"({"filter":{"CHANGED":"2026-01-01"}})") ==
          "400 \"100\": Unknown filter key CHANGED");
    kit.call("tasks.task.list", R"({"filter":{">=id":5}})");
    kit.control("options", R"({"strict_filters":false})");
    kit.call("tasks.task.list", R"({"filter":{"CHANGED":"2026-01-01"}})");
}

// The vendor's notes on halted methods: the classic list shows the first category alone.
TEST_CASE("companies of other categories come with the universal list alone") {
    EmptyKit kit;
    kit.call("crm.item.add", R"({"entityTypeId":4,"fields":{"title":"Client"}})");
    kit.call("crm.item.add", R"({"entityTypeId":4,"fields":{"title":"Courier"}})");
    kit.portal.edit([](State& state) {
        auto& companies = state.crm.at(4);
        companies.set(*companies.items.find(2), "categoryId", std::int64_t{7});
    });
    const std::string ask = R"("select":["id","title","categoryId"])";
    CHECK(kit.call("crm.item.list", R"({"entityTypeId":4,)" + ask + "}")
              .root()["result"]["items"]
              .dump() == R"([{"id":1,"title":"Client","categoryId":0},)"
                         R"({"id":2,"title":"Courier","categoryId":7}])");
    CHECK(kit.call("crm.item.list", R"({"entityTypeId":4,"filter":{"categoryId":7},)" + ask + "}")
              .root()["result"]["items"]
              .size() == 1);
    const auto classic = kit.call("crm.company.list", R"({"select":["ID","TITLE"]})");
    CHECK(classic.root()["result"].dump() == R"([{"ID":"1","TITLE":"Client"}])");
    CHECK(classic.root()["total"].dump() == "1");
}

TEST_CASE("a method may run 420 s in ten minutes, unless the portal has another limit") {
    PortalOptions options;
    options.limits.requests = false;
    options.limits.cost_ms = 105'000;
    EmptyKit kit(options);
    for (int i = 0; i < 4; ++i) kit.call("crm.deal.list");
    CHECK(kit.failure("crm.deal.list").starts_with("429 \"OPERATION_TIME_LIMIT\""));
    kit.control("options", R"({"operating_limit_ms":480000})");
    kit.call("crm.deal.list");
}

TEST_CASE("the list of time over all tasks goes on, and rights do not cut it") {
    AgencyKit kit;
    const auto page = [&](int number, const std::string& token) {
        return kit.call("task.elapseditem.getlist",
                        R"([{"ID":"asc"},{},["ID"],{"NAV_PARAMS":{"nPageSize":50,"iNumPage":)" +
                            std::to_string(number) + "}}]",
                        token);
    };
    CHECK(*page(1, "1/sandbox").root()["next"].integer() == 50);
    CHECK(*page(2, "1/sandbox").root()["next"].integer() == 100);
    const auto total = *page(1, "1/sandbox").root()["total"].integer();
    CHECK(page(static_cast<int>((total + 49) / 50), "1/sandbox").root()["next"].missing());
    CHECK(*page(1, "3/plain").root()["total"].integer() == total);
}

TEST_CASE("stages at work say P, and a list without a count has no total") {
    EmptyKit kit;
    const auto stages =
        kit.call("crm.status.list", R"({"filter":{"ENTITY_ID":"DEAL_STAGE","STATUS_ID":"NEW"}})");
    CHECK(*stages.root()["result"][std::size_t{0}]["SEMANTICS"].string() == "P");
    CHECK(kit.call("crm.item.list", R"({"entityTypeId":2,"start":-1})").root()["total"].missing());
    CHECK(kit.call("crm.deal.list", R"({"start":-1})").root()["total"].dump() == "0");
    CHECK(kit.call("crm.documentgenerator.document.list", R"({"start":-1})")
              .root()["total"]
              .missing());
    CHECK(kit.call("tasks.task.list", R"({"start":-1})").root()["total"].missing());
    CHECK(kit.call("crm.item.list", R"({"entityTypeId":2})").root()["total"].dump() == "0");
}

TEST_CASE("a webhook's second notice stands beside the first, whatever its tag") {
    EmptyKit kit;
    const std::string notice = R"({"USER_ID":1,"MESSAGE":"m","TAG":"a","CLIENT_ID":"hourbridge"})";
    kit.call("im.notify.system.add", notice);
    kit.call("im.notify.system.add", notice);
    CHECK(kit.control("state", "", "GET").body.find("\"notices\":2") != std::string::npos);
}

TEST_CASE(
    "what official SDKs ask for is there: the base currency, names of access, flows, REST 3.0") {
    EmptyKit kit;
    CHECK(kit.call("crm.currency.base.get").root()["result"].is_string());
    const auto base = kit.call("crm.currency.base.get").root()["result"].dump();
    CHECK(kit.call("crm.currency.get", R"({"id":)" + base + "}")
              .root()["result"]["CURRENCY"]
              .dump() == base);
    CHECK(kit.failure("crm.currency.get", R"({"id":"XYZ"})") == "400 \"\": Not found");
    CHECK(*kit.call("access.name", R"({"ACCESS":["U3","SG999"]})")
               .root()["result"]["U3"]["name"]
               .string() == "Ivan Petrov");
    CHECK(kit.failure("tasks.flow.Flow.get", R"({"flowId":5})") == "400 \"0\": Flow not found");
    HttpRequest request;
    request.path = "/rest/api/1/sandbox/tasks.task.get";
    const HttpAnswer answer = kit.portal.handle(request);
    CHECK(answer.status == 400);
    const auto body = json::Document::parse(answer.body);
    CHECK(*body->root()["error"]["code"].string() ==
          "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION");
    request.path = "/rest/api/1/wrong/tasks.task.get";
    CHECK(kit.portal.handle(request).status == 401);
}
