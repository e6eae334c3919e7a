#include "dynamic_kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

std::string add_invoice(CardKit& kit, const std::string& fields) {
    return kit.call("crm.item.add", R"({"entityTypeId":31,"fields":)" + fields + "}")
        .root()["result"]["item"]["id"]
        .dump();
}

std::string invoice(CardKit& kit, const std::string& id, const char* field) {
    return kit.call("crm.item.get", R"({"entityTypeId":31,"id":)" + id + "}")
        .root()["result"]["item"][field]
        .dump();
}

} // namespace

TEST_CASE("an invoice has its own funnel and stages, and its paid stage is the one of success") {
    CardKit kit;
    const auto categories = kit.call("crm.category.list", R"({"entityTypeId":31})");
    CHECK(categories.root()["result"]["categories"][std::size_t{0}]["id"].dump() == "3");
    const auto stages = kit.call(
        "crm.status.list", R"({"filter":{"ENTITY_ID":"SMART_INVOICE_STAGE_3","SEMANTICS":"S"}})");
    CHECK(stages.root()["result"][std::size_t{0}]["STATUS_ID"].dump() == "\"DT31_3:P\"");
    const auto id = add_invoice(kit, R"({"xmlId":"hb-r1-i","companyId":5,"currencyId":"EUR"})");
    CHECK(invoice(kit, id, "stageId") == "\"DT31_3:N\"");
    kit.call("crm.item.update",
             R"({"entityTypeId":31,"id":)" + id + R"(,"fields":{"stageId":"DT31_3:P"}})");
    CHECK(invoice(kit, id, "stageSemanticId") == "\"S\"");
    const auto history = kit.call("crm.stagehistory.list", R"({"entityTypeId":31})");
    CHECK(history.root()["result"]["items"].size() == 2);
    CHECK(history.root()["result"]["items"][std::size_t{1}]["STAGE_SEMANTIC_ID"].dump() == "\"S\"");
    CHECK(kit.failure("crm.category.add", R"({"entityTypeId":31,"fields":{"name":"x"}})")
              .starts_with("400 "));
}

TEST_CASE("an invoice is found by its key, its deal and its card") {
    CardKit kit;
    const auto card = kit.add_card(R"({"title":"March"})");
    const auto id =
        add_invoice(kit, R"({"xmlId":"hb-r1-i","parentId2":101,"parentId1030":)" + card + "}");
    for (const std::string& filter :
         {std::string{R"({"xmlId":"hb-r1-i"})"}, std::string{R"({"parentId2":101})"},
          R"({"parentId1030":)" + card + "}"}) {
        const auto found = kit.call(
            "crm.item.list", R"({"entityTypeId":31,"select":["id"],"filter":)" + filter + "}");
        CHECK(found.root()["result"]["items"].dump() == "[{\"id\":" + id + "}]");
    }
}

TEST_CASE("rows of an invoice go by SI and make its amount") {
    CardKit kit;
    const auto id = add_invoice(kit, R"({"currencyId":"EUR"})");
    const auto rows = kit.call(
        "crm.item.productrow.set",
        R"({"ownerType":"SI","ownerId":)" + id +
            R"(,"productRows":[{"productName":"Work","price":99.5,"quantity":2.5,"taxRate":20,
                "taxIncluded":"Y"}]})");
    CHECK(rows.root()["result"]["productRows"][std::size_t{0}]["ownerType"].dump() == "\"SI\"");
    CHECK(invoice(kit, id, "opportunity") == "248.75");
    const auto listed = kit.call("crm.item.productrow.list",
                                 R"({"filter":{"=ownerType":"SI","=ownerId":)" + id + "}}");
    CHECK(listed.root()["total"].dump() == "1");
}

TEST_CASE("payments of an invoice and of a deal with the same id are kept apart") {
    CardKit kit;
    const auto id = add_invoice(kit, R"({"currencyId":"EUR"})");
    kit.call("crm.item.add", R"({"entityTypeId":2,"fields":{"title":"d"}})");
    const auto made =
        kit.call("crm.item.payment.add", R"({"entityTypeId":31,"entityId":)" + id + "}");
    kit.call("crm.item.payment.pay", R"({"id":)" + made.root()["result"].dump() + "}");
    const auto of = [&](int type) {
        return kit
            .call("crm.item.payment.list",
                  R"({"entityTypeId":)" + std::to_string(type) + R"(,"entityId":)" + id + "}")
            .root()["result"]
            .dump();
    };
    CHECK(of(2) == "[]");
    CHECK(of(31).find(R"("paid":"Y")") != std::string::npos);
    // Paying moves no stage by itself.
    CHECK(invoice(kit, id, "stageSemanticId") == "\"P\"");
}

TEST_CASE("custom fields and comments of invoices") {
    CardKit kit;
    kit.call("userfieldconfig.add",
             R"({"moduleId":"crm","field":{"entityId":"CRM_SMART_INVOICE",
                 "fieldName":"UF_CRM_SMART_INVOICE_LINK","userTypeId":"url"}})");
    const auto made = kit.call("crm.item.add", R"({"entityTypeId":31,"useOriginalUfNames":"Y",
            "fields":{"UF_CRM_SMART_INVOICE_LINK":"https://x.example"}})");
    const auto item = made.root()["result"]["item"];
    CHECK(item["UF_CRM_SMART_INVOICE_LINK"].dump() == "\"https://x.example\"");
    kit.call("crm.timeline.comment.add",
             R"({"fields":{"ENTITY_TYPE":"dynamic_31","COMMENT":"sent","ENTITY_ID":)" +
                 item["id"].dump() + "}}");
    CHECK(kit.failure("crm.timeline.comment.add",
                      R"({"fields":{"ENTITY_TYPE":"dynamic_1040","COMMENT":"x","ENTITY_ID":1}})") ==
          "400 \"NOT_FOUND\": Not found.");
}
