#include "app_kit.h"

#include <set>

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

void bind(AppKit& kit, const std::string& event) {
    kit.by_app("event.bind", R"({"event":")" + event + R"(","handler":"http://127.0.0.1:9/e"})");
}

void hook(Kit& kit, const std::string& events) {
    CHECK(kit.control("hooks", R"({"url":"http://127.0.0.1:9/h","application_token":"secret",
        "events":)" + events + "}")
              .status == 200);
}

} // namespace

TEST_CASE("only the application binds events, and an equal handler is refused") {
    AppKit kit;
    CHECK(kit.failure("event.bind", R"({"event":"ONTASKADD","handler":"http://x"})")
              .starts_with("403 \"WRONG_AUTH_TYPE\""));
    bind(kit, "OnTaskAdd");
    CHECK(kit.app_failure("event.bind",
                          R"({"event":"ONTASKADD","handler":"http://127.0.0.1:9/e"})") ==
          "400 ERROR_CORE");
    CHECK(kit.app_failure("event.bind", R"({"event":"ONNOTHING","handler":"http://x"})") ==
          "400 ERROR_EVENT_NOT_FOUND");
    CHECK(
        kit.by_app("event.get").root()["result"].dump() ==
        R"([{"event":"ONTASKADD","handler":"http://127.0.0.1:9/e","auth_type":"0","offline":0}])");
    CHECK(kit.by_app("events", R"({"SCOPE":"task"})")
              .root()["result"]
              .dump()
              .find("\"ONTASKUPDATE\"") != std::string::npos);
    const auto gone =
        kit.by_app("event.unbind", R"({"event":"ONTASKADD","handler":"http://127.0.0.1:9/e"})");
    CHECK(gone.root()["result"]["count"].dump() == "1");
    CHECK(kit.by_app("event.get").root()["result"].dump() == "[]");
}

TEST_CASE("each change of a task is told with the literal word undefined (protocol section 20.3)") {
    AppKit kit;
    for (const char* name : {"ONTASKADD", "ONTASKUPDATE", "ONTASKDELETE"}) bind(kit, name);
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"x","RESPONSIBLE_ID":1}})");
    const auto sent = kit.portal.take_events();
    REQUIRE(sent.size() == 1);
    const Tree body = read_form(sent[0].body);
    CHECK(body.find("event_handler_id") == nullptr);
    CHECK(body.find("data")->find("FIELDS_BEFORE")->str() == "undefined");
    CHECK(body.find("data")->find("FIELDS_AFTER")->find("ID")->str() == "1");
    CHECK(body.find("ts")->str() == std::to_string(kit.portal.now()));
    CHECK(body.find("auth")->find("scope")->str() == "task");
    CHECK(body.find("auth")->find("refresh_token") == nullptr);
    kit.access = body.find("auth")->find("access_token")->str();
    CHECK(kit.by_app_raw("profile").status == 200);
    kit.call("tasks.task.update", R"({"taskId":1,"fields":{"TITLE":"y"}})");
    kit.call("tasks.task.complete", R"({"taskId":1})");
    kit.control("tasks/1", R"({"TITLE":"z"})");
    kit.control("tasks/1", "", "DELETE");
    CHECK(kit.heard() ==
          Heard{"ONTASKUPDATE 1", "ONTASKUPDATE 1", "ONTASKUPDATE 1", "ONTASKDELETE 1"});
}

TEST_CASE(
    "deals report changes, a funnel move reports only itself, and no change reports nothing") {
    AppKit kit;
    for (const char* name :
         {"ONCRMDEALADD", "ONCRMDEALUPDATE", "ONCRMDEALDELETE", "ONCRMDEALMOVETOCATEGORY"})
        bind(kit, name);
    kit.call("crm.item.add", R"({"entityTypeId":2,"fields":{"title":"d"}})");
    const std::string change = R"({"entityTypeId":2,"id":1,"fields":{"title":"e"}})";
    kit.call("crm.item.update", change);
    kit.call("crm.item.update", change);
    kit.call("crm.item.update", R"({"entityTypeId":2,"id":1,"fields":{"categoryId":9}})");
    kit.call("crm.deal.update", R"({"id":1,"fields":{"TITLE":"e"}})");
    kit.call("crm.item.delete", R"({"entityTypeId":2,"id":1})");
    CHECK(kit.heard() == Heard{"ONCRMDEALADD 1", "ONCRMDEALUPDATE 1", "ONCRMDEALMOVETOCATEGORY 1",
                               "ONCRMDEALUPDATE 1", "ONCRMDEALDELETE 1"});
}

TEST_CASE("items, documents, comments, companies, payments and groups are told") {
    AppKit kit;
    kit.call("crm.type.add", R"({"fields":{"title":"Cards","isStagesEnabled":"Y"}})");
    kit.control("templates", R"({"id":5,"name":"Act"})");
    for (const char* name :
         {"ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMUPDATE_1030", "ONCRMCOMPANYADD",
          "ONCRMDOCUMENTGENERATORDOCUMENTADD", "ONCRMTIMELINECOMMENTADD", "ONSONETGROUPADD",
          "ONPAYMENTENTITYSAVED", "ONCRMTYPEUPDATE"})
        bind(kit, name);
    kit.call("crm.item.add", R"({"entityTypeId":1030,"fields":{"title":"c"}})");
    kit.call("crm.item.add", R"({"entityTypeId":31,"fields":{"title":"i"}})");
    kit.call("crm.item.update", R"({"entityTypeId":1030,"id":1,"fields":{"title":"d"}})");
    kit.call("crm.item.update", R"({"entityTypeId":31,"id":1,"fields":{"title":"j"}})");
    CHECK(kit.heard() ==
          Heard{"ONCRMDYNAMICITEMADD 1", "ONCRMDYNAMICITEMADD 1", "ONCRMDYNAMICITEMUPDATE_1030 1"});
    kit.call("crm.company.add", R"({"fields":{"TITLE":"x"}})");
    kit.call("crm.deal.add", R"({"fields":{"TITLE":"x"}})");
    kit.call("crm.documentgenerator.document.add",
             R"({"templateId":5,"entityTypeId":2,"entityId":1})");
    kit.call("crm.timeline.comment.add",
             R"({"fields":{"ENTITY_TYPE":"deal","ENTITY_ID":1,"COMMENT":"c"}})");
    kit.control("payments", R"({"entityTypeId":2,"entityId":1,"paid":"Y"})");
    kit.control("groups", R"({"name":"New client"})");
    CHECK(kit.heard() == Heard{"ONCRMCOMPANYADD 1", "ONCRMDOCUMENTGENERATORDOCUMENTADD 61",
                               "ONCRMTIMELINECOMMENTADD 1", "ONPAYMENTENTITYSAVED 1",
                               "ONSONETGROUPADD 1"});
}

TEST_CASE("an outgoing webhook proves itself by its token alone (protocol section 21)") {
    EmptyKit kit;
    hook(kit, R"(["ONCRMDEALUPDATE","ONTASKADD"])");
    CHECK(
        kit.control("hooks", R"({"url":"http://x","events":["ONCRMDEALMOVETOCATEGORY"]})").status ==
        400);
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"x","RESPONSIBLE_ID":1}})");
    const auto sent = kit.portal.take_events();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].url == "http://127.0.0.1:9/h");
    CHECK(sent[0].body.find("data%5BFIELDS_AFTER%5D%5BID%5D=1") != std::string::npos);
    const Tree auth = *read_form(sent[0].body).find("auth");
    CHECK(auth.find("application_token")->str() == "secret");
    CHECK(auth.find("access_token") == nullptr);
    CHECK(auth.find("member_id")->str().size() == 32);
    CHECK(auth.find("domain")->str() == "127.0.0.1:1");
}

TEST_CASE("a robot's change carries no token") {
    AppKit kit;
    bind(kit, "ONCRMDEALADD");
    kit.control("deals", R"({"title":"d","robot":true})");
    const auto sent = kit.portal.take_events();
    REQUIRE(sent.size() == 1);
    CHECK(read_form(sent[0].body).find("auth")->find("access_token") == nullptr);
}

TEST_CASE("events are lost, doubled, reordered and delayed, the same way for the same seed") {
    const auto story = [](const std::string& options) {
        AppKit kit;
        bind(kit, "ONTASKADD");
        kit.control("options", options);
        for (int i = 0; i < 40; ++i)
            kit.call("tasks.task.add", R"({"fields":{"TITLE":"x","RESPONSIBLE_ID":1}})");
        return kit.heard();
    };
    const Heard all = story("{}");
    CHECK(all.size() == 40);
    const Heard lossy = story(R"({"event_lose_percent":30,"event_seed":7})");
    CHECK(lossy.size() > 15);
    CHECK(lossy.size() < 40);
    CHECK(lossy == story(R"({"event_lose_percent":30,"event_seed":7})"));
    CHECK(lossy != story(R"({"event_lose_percent":30,"event_seed":8})"));
    CHECK(story(R"({"event_lose_percent":100})").empty());
    const Heard doubled = story(R"({"event_duplicate_percent":50})");
    CHECK(doubled.size() > 45);
    CHECK(std::set<std::string>(doubled.begin(), doubled.end()).size() == 40);
    const Heard mixed = story(R"({"event_reorder":true})");
    CHECK(mixed != all);
    CHECK(std::is_permutation(mixed.begin(), mixed.end(), all.begin(), all.end()));

    AppKit kit;
    bind(kit, "ONTASKADD");
    kit.control("options", R"({"event_delay_seconds":5})");
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"x","RESPONSIBLE_ID":1}})");
    CHECK(kit.heard().empty());
    kit.clock.advance(std::chrono::seconds{5});
    CHECK(kit.heard() == Heard{"ONTASKADD 1"});
}

TEST_CASE("event.test calls back with the parameters of the call") {
    AppKit kit;
    bind(kit, "ONAPPTEST");
    kit.by_app("event.test", R"({"any":"data"})");
    const auto sent = kit.portal.take_events();
    REQUIRE(sent.size() == 1);
    CHECK(read_form(sent[0].body).find("data")->find("QUERY")->find("any")->str() == "data");
}
