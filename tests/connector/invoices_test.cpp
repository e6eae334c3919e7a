#include <catch2/catch.hpp>

#include "wire.h"

using namespace hb;
using namespace wire;
using domain::Outcome;
using domain::WriteOp;

namespace {

WriteOp op(const char* kind, const char* target, std::string fields) {
    WriteOp out;
    out.kind = domain::parse_op_kind(kind).value();
    out.key = "hb-0a1b";
    out.target = target;
    out.fields = std::move(fields);
    return out;
}

WriteOp invoice() {
    return op("invoice.create", "",
              R"({"title":"HB2026-0001","parentId2":"342","companyId":"5","mycompanyId":"1",)"
              R"("currencyId":"EUR","isManualOpportunity":"Y","opportunity":"2501.00",)"
              R"("xmlId":"hb-0a1b"})");
}

const char* kRows = R"({"rows":[{"productName":"Design","price":"100.00","quantity":"1",)"
                    R"("taxRate":"20","taxIncluded":"Y","sort":10}]})";

} // namespace

TEST_CASE("an invoice is created on a fresh connection with its links as numbers (G18)") {
    Rig rig([](const Seen&) { return ok(R"({"item":{"id":"77","stageId":"DT31_1:N"}})"); });
    const auto result = rig.portal->write(invoice());
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.id == "77");
    REQUIRE(rig.wire.seen.size() == 1);
    CHECK(rig.wire.seen[0].method == "crm.item.add");
    CHECK(rig.wire.seen[0].fresh);
    CHECK(rig.wire.seen[0].body ==
          R"({"entityTypeId":31,"fields":{"title":"HB2026-0001","parentId2":342,"companyId":5,)"
          R"("mycompanyId":1,"currencyId":"EUR","isManualOpportunity":"Y","opportunity":2501.00,)"
          R"("xmlId":"hb-0a1b"},"useOriginalUfNames":"Y"})");
    WriteOp other = invoice();
    other.key = "hb-other";
    CHECK(rig.portal->write(other).outcome == Outcome::Rejected);
    CHECK(rig.wire.seen.size() == 1);
}

TEST_CASE("a lost invoice is looked up by its xmlId, lowest id first (G18, G21)") {
    Rig rig([](const Seen&) {
        return ok(R"({"items":[{"id":77,"xmlId":"hb-0a1b"},{"id":"78","xmlId":"hb-0a1b"},
                     {"id":79,"xmlId":"hb-other"}]})");
    });
    CHECK(*rig.portal->find(invoice()) == std::vector<std::string>{"77", "78"});
    const Seen& seen = rig.wire.seen.at(0);
    CHECK(seen.body.find(R"("entityTypeId":31,)") != std::string::npos);
    CHECK(seen.body.find(R"("filter":{"xmlId":"hb-0a1b"})") != std::string::npos);
    CHECK(seen.body.find(R"("order":{"id":"ASC"})") != std::string::npos);
    rig.wire.answer = [](const Seen&) { return ok("[]"); };
    CHECK_FALSE(rig.portal->find(invoice()).ok());
}

TEST_CASE("an invoice's rows go under the owner SI and read back as the op's own text (G5)") {
    const std::string answer =
        R"({"productRows":[{"id":9,"productName":"Design","price":100,"quantity":1,"taxRate":20,
            "taxIncluded":"Y","sort":10}]})";
    Rig rig([&](const Seen&) { return ok(answer); });
    const WriteOp rows = op("invoice.rows", "77", kRows);
    CHECK(rig.portal->write(rows).answer == rows.fields);
    CHECK(rig.wire.seen.at(0).body.rfind(R"({"ownerType":"SI","ownerId":77,)", 0) == 0);
    BatchAnswer batch;
    batch.results["invoice"] = R"({"item":{"id":77}})";
    batch.results["r0"] = answer;
    for (const char* key : {"r1", "r2", "r3", "r4"}) batch.results[key] = R"({"productRows":[]})";
    rig.wire.answer = [&](const Seen& seen) {
        CHECK(value_in(calls_of(seen).at(1).query, "filter[=ownerType]") == "SI");
        return batch.response();
    };
    CHECK(*rig.portal->read_back(rows) == rows.fields);
}

TEST_CASE("an invoice is read in the words of a deal: key, payer, rows, payments (G3)") {
    Rig rig([](const Seen& seen) {
        for (const auto& call : calls_of(seen))
            if (call.method != "crm.item.productrow.list")
                CHECK(value_in(call.query, "entityTypeId") == "31");
        BatchAnswer answer;
        answer.results["invoice"] =
            R"({"item":{"id":77,"stageId":"DT31_1:P","stageSemanticId":"S","opportunity":2501.50,
                "currencyId":"EUR","companyId":5,"xmlId":"hb-0a1b"}})";
        answer.results["r0"] =
            R"({"productRows":[{"productName":"Design","price":"2501.50","quantity":1}]})";
        for (const char* key : {"r1", "r2", "r3", "r4"})
            answer.results[key] = R"({"productRows":[]})";
        answer.results["payments"] =
            R"([{"id":1036,"paid":"Y","datePaid":null,"sum":2501.5,"currency":"EUR"}])";
        return answer.response();
    });
    const auto invoice = rig.portal->read_invoice("77");
    REQUIRE(invoice.ok());
    CHECK(invoice->exists);
    CHECK(invoice->semantics == "S");
    CHECK(invoice->opportunity == "2501.50");
    CHECK(invoice->origin_id == "hb-0a1b");
    CHECK(invoice->company == "5");
    CHECK(invoice->rows.at(0).price == "2501.50");
    CHECK(invoice->payments.at(0).paid);
    CHECK_FALSE(rig.portal->read_invoice("0").ok());
}

TEST_CASE("an invoice's stage is found by meaning in the default category (G4)") {
    std::string categories =
        R"({"categories":[{"id":3,"sort":100,"isDefault":"N"},{"id":1,"sort":200,"isDefault":"Y"}]})";
    Rig rig([&](const Seen& seen) {
        if (seen.method == "crm.category.list") return ok(categories);
        const auto body = json::Document::parse(seen.body);
        const auto entity = body->root()["filter"]["ENTITY_ID"].text();
        return ok(R"([{"ENTITY_ID":")" + *entity +
                  R"(","STATUS_ID":"DT31:B","SORT":"60","SEMANTICS":"F"},{"ENTITY_ID":")" +
                  *entity + R"(","STATUS_ID":"DT31:A","SORT":50,"SEMANTICS":"F"},{"ENTITY_ID":")" +
                  *entity + R"(","STATUS_ID":"DT31:N","SORT":"10","SEMANTICS":null}])");
    });
    CHECK(*rig.portal->invoice_stage("F") == "DT31:A");
    CHECK(rig.wire.seen.at(0).body == R"({"entityTypeId":31})");
    CHECK(rig.wire.seen.at(1).body.find("SMART_INVOICE_STAGE_1\"") != std::string::npos);
    CHECK(*rig.portal->invoice_stage("P") == "DT31:N");
    CHECK(rig.portal->invoice_stage("S").error().code == Code::NotFound);
    // Without a default the first in order.
    categories = R"({"categories":[{"id":"8","sort":"200"},{"id":"9","sort":"100"}]})";
    rig.wire.seen.clear();
    CHECK(rig.portal->invoice_stage("F").ok());
    CHECK(rig.wire.seen.at(1).body.find("SMART_INVOICE_STAGE_9\"") != std::string::npos);
    categories = R"({"categories":[]})";
    CHECK(rig.portal->invoice_stage("F").error().code == Code::NotFound);
    categories = R"([])";
    CHECK_FALSE(rig.portal->invoice_stage("F").ok());
}

TEST_CASE("members of a deal are set and read back in the op's shape, links and amounts by value") {
    Rig rig([](const Seen& seen) {
        CHECK(seen.method == "crm.item.update");
        return ok(R"({"item":{"id":342,"parentId1044":7,"opportunity":2501,"title":"x"}})");
    });
    const WriteOp link =
        op("deal.update", "342", R"({ "parentId1044":"7", "opportunity":"2501.00" })");
    const auto result = rig.portal->write(link);
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.answer == link.fields);
    CHECK(rig.wire.seen.at(0).body ==
          R"({"entityTypeId":2,"id":342,"fields":{"parentId1044":7,"opportunity":2501.00},)"
          R"("useOriginalUfNames":"Y"})");
    // An empty link goes out as 0 and comes back as null.
    const WriteOp none = op("deal.update", "342", R"({"parentId1044":""})");
    rig.wire.answer = [](const Seen&) { return ok(R"({"item":{"id":342,"parentId1044":null}})"); };
    CHECK(rig.portal->write(none).answer == none.fields);
    CHECK(rig.wire.seen.at(1).body.find(R"("parentId1044":0)") != std::string::npos);
    CHECK(*rig.portal->read_back(none) == none.fields);
    CHECK(*rig.portal->read_back(link) == R"({"parentId1044":"","opportunity":""})");
    rig.wire.answer = [](const Seen&) { return failed(400, "NOT_FOUND", "Item not found"); };
    CHECK(*rig.portal->read_back(link) == "");
    rig.wire.answer = [](const Seen&) { return ok("[]"); };
    CHECK_FALSE(rig.portal->read_back(link).ok());
    CHECK(rig.portal->write(op("deal.update", "x", "{}")).outcome == Outcome::Rejected);
    CHECK(rig.portal->write(op("deal.update", "342", R"({"parentId2":"a"})")).outcome ==
          Outcome::Rejected);
}

TEST_CASE("a stage of an invoice that is gone is rejected; a portal that fails leaves it unknown") {
    const WriteOp stage = op("invoice.stage", "77", R"({"stageId":"DT31_1:P"})");
    Rig rig([](const Seen&) {
        return failed(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Stage is not valid");
    });
    CHECK(rig.portal->write(stage).outcome == Outcome::Rejected);
    rig.wire.answer = [](const Seen&) { return failed(500, "INTERNAL_SERVER_ERROR"); };
    CHECK(rig.portal->write(stage).outcome == Outcome::Unknown);
    rig.wire.answer = [](const Seen&) { return failed(503, "QUERY_LIMIT_EXCEEDED"); };
    CHECK(rig.portal->write(stage).outcome == Outcome::Refused);
    rig.wait();
    CHECK(rig.portal->write(op("invoice.stage", "77", "{}")).outcome == Outcome::Rejected);
}
