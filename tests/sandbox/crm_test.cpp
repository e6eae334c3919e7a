#include "kit.h"
#include "sandbox/rows.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

std::string item(Kit& kit, int type, const std::string& id, const char* field) {
    const auto answer = kit.call("crm.item.get", R"({"entityTypeId":)" + std::to_string(type) +
                                                     R"(,"id":)" + id + "}");
    return answer.root()["result"]["item"][field].dump();
}

std::string deal(Kit& kit, const char* field) {
    return item(kit, 2, "1", field);
}

void add_deal(Kit& kit, const std::string& fields) {
    kit.call("crm.item.add", R"({"entityTypeId":2,"fields":)" + fields + "}");
}

} // namespace

TEST_CASE("a deal gets its defaults and is found by its origin in both dialects") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"March","companyId":5,"originatorId":"hourbridge","originId":"hb-1",
                     "opportunity":"999.99","isManualOpportunity":"Y","currencyId":"EUR"})");
    CHECK(deal(kit, "stageId") == "\"NEW\"");
    CHECK(deal(kit, "stageSemanticId") == "\"P\"");
    CHECK(deal(kit, "assignedById") == "1");
    CHECK(deal(kit, "opportunity") == "999.99");
    CHECK(deal(kit, "begindate") == "\"2026-03-31T03:00:00+03:00\"");
    const auto universal = kit.call(
        "crm.item.list",
        R"({"entityTypeId":2,"filter":{"originatorId":"hourbridge","@originId":["hb-1","hb-2"]},
            "select":["id","originId"]})");
    CHECK(universal.root()["result"]["items"].dump() == R"([{"id":1,"originId":"hb-1"}])");
    const auto classic =
        kit.call("crm.deal.list",
                 R"({"filter":{"ORIGIN_ID":"hb-1"},"select":["ID","OPPORTUNITY","CURRENCY_ID"]})");
    CHECK(classic.root()["result"].dump() ==
          R"([{"ID":"1","OPPORTUNITY":"999.99","CURRENCY_ID":"EUR"}])");
}

TEST_CASE("an unknown field fails in a filter and is ignored in fields") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"x","isReccurring":"Y"})");
    CHECK(kit.failure("crm.item.list", R"({"entityTypeId":2,"filter":{"FIELD":1}})") ==
          "400 \"INVALID_ARG_VALUE\": Invalid filter: field 'FIELD' is not allowed in filter");
    CHECK(kit.failure("crm.item.list", R"({"entityTypeId":2,"order":{"id":"up"}})")
              .starts_with("400 \"INVALID_ARG_VALUE\""));
    CHECK(kit.failure("crm.deal.list", R"({"filter":{"originId":1}})").starts_with("400 \"\""));
    CHECK(kit.failure("crm.item.get", R"({"entityTypeId":2,"id":9})") ==
          "400 \"NOT_FOUND\": Element not found");
    CHECK(kit.failure("crm.item.list", R"({"entityTypeId":1268})") ==
          "400 \"NOT_FOUND\": Smart process not found");
    CHECK(kit.failure("crm.item.list", R"({"entityTypeId":5})")
              .starts_with("400 \"ENTITY_TYPE_NOT_SUPPORTED\""));
    CHECK(kit.failure("crm.deal.get", R"({"id":9})") == "400 \"\": Not found");
}

TEST_CASE("filters of items: groups, patterns, negation and empty values") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"Альфа","opportunity":100,"isManualOpportunity":"Y"})");
    add_deal(kit, R"({"title":"Beta","opportunity":200,"isManualOpportunity":"Y","companyId":5})");
    add_deal(kit, R"({"title":"Gamma","categoryId":9,"comments":"c"})");
    const auto ids = [&](const std::string& filter) {
        const auto answer = kit.call(
            "crm.item.list", R"({"entityTypeId":2,"select":["id"],"filter":)" + filter + "}");
        return answer.root()["result"]["items"].dump();
    };
    CHECK(ids(R"({"0":{"logic":"OR","0":{"title":"Beta"},"1":{"categoryId":9}}})") ==
          R"([{"id":2},{"id":3}])");
    CHECK(ids(R"({"%title":"льф"})") == R"([{"id":1}])");
    CHECK(ids(R"({"=%title":"%a"})") == R"([{"id":2},{"id":3}])");
    CHECK(ids(R"({"!=comments":""})") == R"([{"id":3}])");
    CHECK(ids(R"({"!companyId":5})") == R"([{"id":1},{"id":3}])");
    CHECK(ids(R"({">opportunity":"99.5","<=opportunity":150})") == R"([{"id":1}])");
    CHECK(ids(R"({"@categoryId":[9,11],"stageSemanticId":"P"})") == R"([{"id":3}])");
    CHECK(ids(R"({">=updatedTime":"2026-03-31T12:00:00+03:00",">id":1,"<id":3})") ==
          R"([{"id":2}])");
}

TEST_CASE("stages belong to their funnel and move with their semantics and history") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"x","categoryId":9})");
    CHECK(deal(kit, "stageId") == "\"C9:NEW\"");
    const auto update = [](const std::string& fields) {
        return R"({"entityTypeId":2,"id":1,"fields":)" + fields + "}";
    };
    CHECK(kit.failure("crm.item.update", update(R"({"stageId":"WON"})"))
              .starts_with("400 \"CRM_FIELD_ERROR_VALUE_NOT_VALID\""));
    kit.call("crm.item.update", update(R"({"stageId":"C9:WON"})"));
    CHECK(deal(kit, "stageSemanticId") == "\"S\"");
    CHECK(deal(kit, "closed") == "\"Y\"");
    kit.call("crm.item.update", update(R"({"categoryId":0})"));
    CHECK(deal(kit, "stageId") == "\"NEW\"");
    CHECK(deal(kit, "closed") == "\"N\"");
    const auto history =
        kit.call("crm.stagehistory.list", R"({"entityTypeId":2,"filter":{">ID":0}})");
    std::string types;
    for (const auto row : history.root()["result"]["items"]) types += row["TYPE_ID"].dump();
    CHECK(types == "135");
}

TEST_CASE("an update that changes nothing saves nothing") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"x"})");
    kit.clock.advance(std::chrono::hours{1});
    kit.call("crm.item.update", R"({"entityTypeId":2,"id":1,"fields":{"title":"x"}})");
    CHECK(deal(kit, "updatedTime") == "\"2026-03-31T12:00:00+03:00\"");
    kit.call("crm.item.update", R"({"entityTypeId":2,"id":1,"fields":{"title":"y"}})");
    CHECK(deal(kit, "updatedTime") == "\"2026-03-31T13:00:00+03:00\"");
}

TEST_CASE("a row's derived prices are rounded step by step") {
    const auto row = [](const char* price, const char* tax, const char* discount) {
        ProductRow out;
        out.price = *read_decimal(price);
        if (*tax != '\0') out.tax_rate = *read_decimal(tax);
        out.discount_rate = *read_decimal(discount);
        derive(out, kMicro);
        return write_number(out.exclusive) + " " + write_number(out.netto) + " " +
               write_number(out.brutto) + " " + write_number(out.discount_sum);
    };
    CHECK(row("80000", "20", "20") == "66666.67 83333.34 100000.01 16666.67");
    CHECK(row("90000", "10", "10") == "81818.18 90909.09 100000 9090.91");
    CHECK(row("99.5", "20", "0") == "82.92 82.92 99.5 0");
    CHECK(row("5550", "", "0") == "5550 5550 5550 0");
}

TEST_CASE("rows move the amount of a deal only while it is not manual") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"x","currencyId":"BYN"})");
    const std::string rows =
        R"({"ownerType":"D","ownerId":1,"productRows":[
            {"productName":"layout","price":99.5,"quantity":2.5,"taxRate":20,"taxIncluded":"Y"},
            {"productName":"call","price":"33.33","quantity":"0.3333"}]})";
    const auto set = kit.call("crm.item.productrow.set", rows);
    CHECK(set.root()["result"]["productRows"].size() == 2);
    CHECK(deal(kit, "opportunity") == "259.86"); // 248.75 + 11.11
    kit.call("crm.item.update", R"({"entityTypeId":2,"id":1,"fields":{"isManualOpportunity":"Y",
                                   "opportunity":300}})");
    kit.call("crm.item.productrow.set", rows);
    CHECK(deal(kit, "opportunity") == "300");
    kit.call("crm.item.update",
             R"({"entityTypeId":2,"id":1,"fields":{"isManualOpportunity":"N"}})");
    CHECK(deal(kit, "opportunity") == "259.86");
    kit.call("crm.item.productrow.set", R"({"ownerType":"D","ownerId":1,"productRows":[]})");
    CHECK(deal(kit, "opportunity") == "0");
    kit.call("crm.item.update", R"({"entityTypeId":2,"id":1,"fields":{"opportunity":10000}})");
    CHECK(deal(kit, "opportunity") == "10000");
    CHECK(kit.failure("crm.item.productrow.set",
                      R"({"ownerType":"D","ownerId":7,"productRows":[]})") ==
          "400 \"OWNER_NOT_FOUND\": Owner was not found");
}

TEST_CASE("setting rows replaces all of them under new ids, and both dialects read them") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"x"})");
    const std::string rows =
        R"({"ownerType":"D","ownerId":1,"productRows":[{"productName":"a","price":10}]})";
    kit.call("crm.item.productrow.set", rows);
    kit.call("crm.item.productrow.set", rows);
    const auto list =
        kit.call("crm.item.productrow.list", R"({"filter":{"=ownerType":"D","=ownerId":1}})");
    CHECK(list.root()["total"].dump() == "1");
    CHECK(list.root()["result"]["productRows"][std::size_t{0}]["id"].dump() == "2");
    const auto classic = kit.call("crm.deal.productrows.get", R"({"id":1})");
    CHECK(classic.root()["result"][std::size_t{0}]["PRICE_ACCOUNT"].dump() == "\"10.00\"");
    CHECK(classic.root()["result"][std::size_t{0}]["PRICE"].dump() == "10");
}

TEST_CASE("an invoice knows its deal, its first own company and its paid stage") {
    AgencyKit kit;
    const auto added =
        kit.call("crm.item.add",
                 R"({"entityTypeId":31,"fields":{"parentId2":101,"companyId":5,"xmlId":"hb-2"}})");
    const std::string id = added.root()["result"]["item"]["id"].dump();
    CHECK(item(kit, 31, id, "title") == "\"Invoice #" + id + "\"");
    CHECK(item(kit, 31, id, "mycompanyId") == "3");
    CHECK(item(kit, 31, id, "stageId") == "\"DT31_3:N\"");
    const auto found =
        kit.call("crm.item.list", R"({"entityTypeId":31,"filter":{"parentId2":101}})");
    CHECK(found.root()["total"].dump() == "1");
    CHECK(kit.control("invoices/" + id + "/stage", R"({"stage":"DT31_3:P"})").status == 200);
    CHECK(item(kit, 31, id, "stageSemanticId") == "\"S\"");
}

TEST_CASE("payments start empty, are paid and unpaid, and fail with the number 0") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"x","currencyId":"RUB"})");
    CHECK(kit.call("crm.item.payment.add", R"({"entityTypeId":2,"entityId":1})")
              .root()["result"]
              .dump() == "1");
    kit.call("crm.item.payment.pay", R"({"id":1})");
    const auto paid = kit.call("crm.item.payment.list", R"({"entityTypeId":2,"entityId":1})");
    const auto one = paid.root()["result"][std::size_t{0}];
    CHECK(one["paid"].dump() == "\"Y\"");
    CHECK(one["sum"].dump() == "0");
    CHECK(one["datePaid"].dump() == "\"2026-03-31T12:00:00+03:00\"");
    CHECK(paid.root()["total"].missing());
    kit.call("crm.item.payment.unpay", R"({"id":1})");
    CHECK(kit.call("crm.item.payment.get", R"({"id":1})").root()["result"]["datePaid"].null());
    CHECK(kit.failure("crm.item.payment.pay", R"({"id":77})").starts_with("400 0: "));
    CHECK(kit.control("payments", R"({"entityTypeId":2,"entityId":1,"sum":"120.50","paid":"Y"})")
              .body == "{\"id\":2}");
    CHECK(kit.call("crm.item.payment.get", R"({"id":2})").root()["result"]["sum"].dump() ==
          "120.5");
}

TEST_CASE("a comment is found again by its object, and wants lower-case fields") {
    EmptyKit kit;
    add_deal(kit, R"({"title":"x"})");
    const std::string fields = R"({"ENTITY_ID":1,"ENTITY_TYPE":"deal","COMMENT":"marker hb-7"})";
    kit.call("crm.timeline.comment.add", R"({"fields":)" + fields + "}");
    CHECK(kit.failure("crm.timeline.comment.add", R"({"FIELDS":)" + fields + "}")
              .starts_with("400 \"100\""));
    const auto list = kit.call("crm.timeline.comment.list",
                               R"({"filter":{"ENTITY_ID":1,"ENTITY_TYPE":"deal"},
                                   "select":["ID","COMMENT"],"order":{"ID":"DESC"}})");
    CHECK(list.root()["result"].dump() == R"([{"ID":"1","COMMENT":"marker hb-7"}])");
    CHECK(kit.failure("crm.timeline.comment.add",
                      R"({"fields":{"ENTITY_ID":9,"ENTITY_TYPE":"deal","COMMENT":"x"}})") ==
          "400 \"NOT_FOUND\": Not found.");
}

TEST_CASE("an equal tag of a webhook replaces nothing") {
    EmptyKit kit;
    const auto notify = [&](const std::string& rest) {
        return kit.call("im.notify.system.add", R"({"USER_ID":3,"MESSAGE":"m")" + rest + "}")
            .root()["result"]
            .dump();
    };
    CHECK(notify(R"(,"TAG":"r-17","CLIENT_ID":"hb")") == "1");
    CHECK(notify(R"(,"TAG":"r-17","CLIENT_ID":"hb")") == "2");
    CHECK(notify("") == "3");
    kit.portal.edit([](State& state) { CHECK(state.notices.size() == 3); });
    CHECK(kit.failure("im.notify.system.add", R"({"MESSAGE":"m"})") ==
          "400 \"USER_ID_EMPTY\": User ID can't be empty");
    CHECK(kit.call("im.notify.personal.add", R"({"USER_ID":77,"MESSAGE":"m"})")
              .root()["result"]
              .dump() == "false");
}

TEST_CASE("custom names of items follow the portal's odd conversion") {
    CHECK(universal_custom_name("UF_CRM_2_1639669411830") == "ufCrm2_1639669411830");
    CHECK(universal_custom_name("UF_CRM_1747309727") == "ufCrm_1747309727");
    CHECK(universal_custom_name("UF_CRM_3_DIGIT") == "ufCrm3Digit");
}
