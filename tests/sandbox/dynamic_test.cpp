#include "dynamic_kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

TEST_CASE("a smart process gets an even entity type from 1030 on, an id of its own and a funnel") {
    CardKit kit;
    CHECK(kit.entity_type == 1030);
    CHECK(kit.type_id != kit.entity_type);
    const auto second = kit.call("crm.type.add", R"({"fields":{"title":"Other"}})");
    CHECK(second.root()["result"]["type"]["entityTypeId"].dump() == "1032");
    CHECK(second.root()["result"]["type"]["isStagesEnabled"].dump() == "\"N\"");
    CHECK(kit.failure("crm.type.add", R"({"fields":{"title":"x","entityTypeId":1031}})") ==
          "400 \"INVALID_ARG_VALUE\": entityTypeId is out of allowed range");
    CHECK(kit.failure("crm.type.add", R"({"fields":{"title":"x","entityTypeId":1030}})")
              .starts_with("400 \"INVALID_ARG_VALUE\""));
    const auto stages = kit.call("crm.status.list", R"({"order":{"SORT":"ASC"},"filter":{
        "ENTITY_ID":"DYNAMIC_1030_STAGE_)" + std::to_string(kit.category) +
                                                        "\"}}");
    std::string seen;
    for (const auto one : stages.root()["result"])
        seen += std::string{*one["STATUS_ID"].string()} + "=" + one["SEMANTICS"].dump() + " ";
    CHECK(seen == kit.stage("NEW") + "=\"P\" " + kit.stage("PREPARATION") + "=\"P\" " +
                      kit.stage("CLIENT") + "=\"P\" " + kit.stage("SUCCESS") + "=\"S\" " +
                      kit.stage("FAIL") + "=\"F\" ");
}

TEST_CASE("nested flags of a type are the texts true and false, and read Y and N") {
    CardKit kit;
    const auto type = kit.call("crm.type.getByEntityTypeId", kit.on(""));
    const auto root = type.root()["result"]["type"];
    CHECK(root["linkedUserFields"]["TASKS_TASK|UF_CRM_TASK"].dump() == "\"Y\"");
    CHECK(root["relations"]["parent"].dump() ==
          R"([{"entityTypeId":3,"isChildrenListEnabled":"Y","isPredefined":"Y"},)"
          R"({"entityTypeId":4,"isChildrenListEnabled":"Y","isPredefined":"Y"},)"
          R"({"entityTypeId":2,"isChildrenListEnabled":"Y","isPredefined":"N"}])");
    const auto wrong = kit.call("crm.type.add", R"({"fields":{"title":"x",
        "isUseInUserfieldEnabled":"Y","linkedUserFields":{"TASKS_TASK|UF_CRM_TASK":"Y"}}})");
    CHECK(wrong.root()["result"]["type"]["linkedUserFields"]["TASKS_TASK|UF_CRM_TASK"].dump() ==
          "\"N\"");
    const auto list = kit.call("crm.type.list", R"({"filter":{"entityTypeId":1030}})");
    CHECK(list.root()["result"]["types"].size() == 1);
    CHECK(list.root()["result"]["types"][std::size_t{0}]["relations"].missing());
}

TEST_CASE("a card starts on the first stage, is found by its xmlId and moves by its stage") {
    CardKit kit;
    const auto id = kit.add_card(R"({"title":"March","xmlId":"hb-r1","companyId":5,
        "parentId2":101,"opportunity":"99.50","isManualOpportunity":"Y","currencyId":"EUR"})");
    CHECK(kit.card(id, "stageId") == "\"" + kit.stage("NEW") + "\"");
    CHECK(kit.card(id, "parentId2") == "101");
    CHECK(kit.card(id, "opportunity") == "99.5");
    CHECK(kit.card(id, "entityTypeId") == "1030");
    const auto found = kit.call(
        "crm.item.list", kit.on(R"("filter":{"xmlId":"hb-r1"},"select":["id","parentId2"])"));
    CHECK(found.root()["result"]["items"].dump() == "[{\"id\":" + id + ",\"parentId2\":101}]");
    kit.clock.advance(std::chrono::hours{1});
    kit.call("crm.item.update",
             kit.on(R"("id":)" + id + R"(,"fields":{"stageId":")" + kit.stage("SUCCESS") + "\"}"));
    CHECK(kit.card(id, "stageSemanticId") == "\"S\"");
    CHECK(kit.card(id, "previousStageId") == "\"" + kit.stage("NEW") + "\"");
    CHECK(kit.card(id, "movedTime") == "\"2026-03-31T13:00:00+03:00\"");
    CHECK(kit.failure("crm.item.update",
                      kit.on(R"("id":)" + id + R"(,"fields":{"stageId":"C9:WON"})"))
              .starts_with("400 \"CRM_FIELD_ERROR_VALUE_NOT_VALID\""));
    const auto history = kit.call("crm.stagehistory.list", kit.on(""));
    CHECK(history.root()["result"]["items"].size() == 2);
    CHECK(history.root()["result"]["items"][std::size_t{1}]["TYPE_ID"].dump() == "3");
    CHECK(kit.control("origin/hb-r1", "", "GET").body.find("\"items\":[" + id + "]") !=
          std::string::npos);
}

TEST_CASE("a person moves and edits a card by control calls, and the card names that person") {
    CardKit kit;
    const auto id = kit.add_card(R"({"title":"March"})");
    CHECK(kit.card(id, "updatedBy") == "1");
    CHECK(kit.control("items/1030/" + id + "/stage",
                      R"({"by":3,"stage":")" + kit.stage("CLIENT") + "\"}")
              .status == 200);
    CHECK(kit.card(id, "updatedBy") == "3");
    CHECK(kit.card(id, "stageId") == "\"" + kit.stage("CLIENT") + "\"");
    CHECK(kit.control("items/1030", R"({"by":3,"title":"By hand"})").body == R"({"id":2})");
    CHECK(kit.card("2", "createdBy") == "3");
    CHECK(kit.control("items/1030/2", "", "DELETE").status == 200);
    CHECK(kit.control("items/1034", R"({"title":"x"})").status == 404);
}

TEST_CASE("a second funnel has its own stages, and a card moves there with both names") {
    CardKit kit;
    const auto made =
        kit.call("crm.category.add", kit.on(R"("fields":{"name":"Second","sort":50})"));
    const auto second = made.root()["result"]["category"]["id"].dump();
    CHECK(made.root()["result"]["category"]["isDefault"].dump() == "\"N\"");
    const auto id = kit.add_card(R"({"title":"March"})");
    kit.call("crm.item.update", kit.on(R"("id":)" + id + R"(,"fields":{"categoryId":)" + second +
                                       R"(,"stageId":"DT1030_)" + second + R"(:CLIENT"})"));
    CHECK(kit.card(id, "categoryId") == second);
    const auto history = kit.call("crm.stagehistory.list", kit.on(R"("filter":{">ID":1})"));
    CHECK(history.root()["result"]["items"][std::size_t{0}]["TYPE_ID"].dump() == "5");
    CHECK(kit.failure("crm.category.add", R"({"entityTypeId":1040,"fields":{"name":"x"}})") ==
          "400 \"NOT_FOUND\": SPA not found");
}

TEST_CASE("stages are added with their prefix, before success, and are deleted when nothing is "
          "on them") {
    CardKit kit;
    const std::string entity = "DYNAMIC_1030_STAGE_" + std::to_string(kit.category);
    const auto add = [&](const std::string& fields) {
        return R"({"fields":{"ENTITY_ID":")" + entity + "\"," + fields + "}}";
    };
    const auto made = kit.call(
        "crm.status.add", add(R"("STATUS_ID":"AGREED","NAME":"Agreed","SORT":35,"COLOR":"#111")"));
    const auto id = made.root()["result"].dump();
    const auto rows = kit.call("crm.status.list", R"({"filter":{"ID":)" + id + "}}");
    CHECK(*rows.root()["result"][std::size_t{0}]["STATUS_ID"].string() == kit.stage("AGREED"));
    CHECK(rows.root()["result"][std::size_t{0}]["SYSTEM"].dump() == "\"N\"");
    CHECK(kit.failure("crm.status.add",
                      add(R"("STATUS_ID":")" + kit.stage("AGREED") + R"(","NAME":"Agreed")")) ==
          "400 \"\": Duplicate STATUS_ID.");
    CHECK(kit.failure("crm.status.add", add(R"("STATUS_ID":"LATE","NAME":"Late","SORT":45)")) ==
          "400 \"\": Cannot create an intermediate stage after success");
    kit.call("crm.status.update", R"({"id":)" + id + R"(,"fields":{"NAME":"Renamed"}})");
    const auto card = kit.add_card(R"({"stageId":")" + kit.stage("AGREED") + "\"}");
    CHECK(kit.failure("crm.status.delete", R"({"id":)" + id + "}") ==
          "400 \"\": There are active items in this status.");
    kit.call("crm.item.delete", kit.on(R"("id":)" + card));
    kit.call("crm.status.delete", R"({"id":)" + id + "}");
    const auto system =
        kit.call("crm.status.list", R"({"filter":{"STATUS_ID":")" + kit.stage("FAIL") + "\"}}");
    const std::string fail{*system.root()["result"][std::size_t{0}]["ID"].string()};
    CHECK(kit.failure("crm.status.delete", R"({"id":)" + fail + "}")
              .starts_with("400 \"\": CRM System Status can be deleted only"));
    kit.call("crm.status.delete", R"({"id":)" + fail + R"(,"params":{"FORCED":"Y"}})");
}

TEST_CASE("a card is linked to a task only when its type is shown in tasks") {
    CardKit kit;
    kit.call("crm.type.add", R"({"fields":{"title":"Hidden"}})");
    const auto task = kit.call("tasks.task.add",
                               R"({"fields":{"TITLE":"x","RESPONSIBLE_ID":1,
                                   "UF_CRM_TASK":["CO_5","T406_1","T408_1","Tffff_1"]}})");
    const auto links =
        kit.call("tasks.task.get", R"({"taskId":)" +
                                       std::string{*task.root()["result"]["task"]["id"].string()} +
                                       R"(,"select":["ID","UF_CRM_TASK"]})");
    CHECK(links.root()["result"]["task"]["ufCrmTask"].dump() == R"(["CO_5","T406_1"])");
    const auto types = kit.call("crm.enum.ownertype");
    CHECK(types.root()["result"].dump().find(
              R"({"ID":1030,"NAME":"Billing reports","SYMBOL_CODE":"DYNAMIC_1030",)"
              R"("SYMBOL_CODE_SHORT":"T406"})") != std::string::npos);
}

TEST_CASE("rows and comments of a card go by its short code and its dynamic name") {
    CardKit kit;
    const auto id = kit.add_card(R"({"title":"March"})");
    kit.call("crm.item.productrow.set",
             R"({"ownerType":"T406","ownerId":)" + id +
                 R"(,"productRows":[{"productName":"x","price":10,"quantity":2}]})");
    CHECK(kit.card(id, "opportunity") == "20");
    kit.call("crm.timeline.comment.add", R"({"fields":{"ENTITY_TYPE":"dynamic_1030","ENTITY_ID":)" +
                                             id + R"(,"COMMENT":"paid"}})");
    const auto comments =
        kit.call("crm.timeline.comment.list",
                 R"({"filter":{"ENTITY_TYPE":"dynamic_1030","ENTITY_ID":)" + id + "}}");
    CHECK(comments.root()["result"].size() == 1);
    CHECK(kit.call("crm.item.payment.list", R"({"entityTypeId":1030,"entityId":)" + id + "}")
              .root()["result"]
              .dump() == "[]");
}

TEST_CASE("a plan without smart processes and a person without rights are refused by name") {
    CardKit kit;
    const auto id = kit.add_card(R"({"title":"March"})");
    kit.control("options", R"({"smart_processes":false})");
    CHECK(kit.failure("crm.type.add", R"({"fields":{"title":"x"}})")
              .starts_with("400 \"CREATE_DYNAMIC_TYPE_RESTRICTED\""));
    CHECK(kit.failure("crm.item.add", kit.on(R"("fields":{"title":"x"})"))
              .starts_with("400 \"CREATE_DYNAMIC_ITEM_RESTRICTED\""));
    CHECK(kit.failure("crm.item.update", kit.on(R"("id":)" + id + R"(,"fields":{"title":"x"})"))
              .starts_with("400 \"UPDATE_DYNAMIC_ITEM_RESTRICTED\""));
    kit.call("crm.item.update",
             R"({"entityTypeId":2,"id":)" +
                 kit.call("crm.deal.add", R"({"fields":{"TITLE":"d"}})").root()["result"].dump() +
                 R"(,"fields":{"title":"e"}})");
    kit.control("options", R"({"smart_processes":true})");
    kit.control("users/1", R"({"crm_admin":false})");
    for (const char* method : {"crm.type.list", "crm.type.add", "crm.category.add"})
        CHECK(kit.failure(method, kit.on(R"("fields":{"title":"x","name":"y"})")) ==
              "400 \"ACCESS_DENIED\": Access denied");
    CHECK(kit.failure("crm.status.add", R"({"fields":{"ENTITY_ID":"SOURCE"}})") ==
          "400 \"\": Access denied.");
    CHECK(kit.call("crm.item.list", kit.on("")).root()["result"]["items"].size() == 1);
}

TEST_CASE("a type is deleted only without items, and takes its parents' fields along") {
    CardKit kit;
    const auto id = kit.add_card(R"({"title":"March"})");
    const std::string type = R"({"id":)" + std::to_string(kit.type_id) + "}";
    CHECK(kit.failure("crm.type.delete", type).starts_with("400 "));
    kit.call("crm.item.add", R"({"entityTypeId":31,"fields":{"parentId1030":)" + id + "}}");
    CHECK(kit.call("crm.item.list", R"({"entityTypeId":31,"filter":{"parentId1030":)" + id + "}}")
              .root()["result"]["items"]
              .size() == 1);
    kit.call("crm.item.delete", kit.on(R"("id":)" + id));
    kit.call("crm.type.delete", type);
    CHECK(kit.failure("crm.item.list", kit.on("")) == "400 \"NOT_FOUND\": Smart process not found");
    CHECK(kit.failure("crm.item.list", R"({"entityTypeId":31,"filter":{"parentId1030":1}})")
              .starts_with("400 \"INVALID_ARG_VALUE\""));
}
