#include <catch2/catch.hpp>

#include "wire.h"

using namespace hb;
using namespace wire;
using domain::Outcome;
using domain::WriteOp;

namespace {

WriteOp op(const char* kind, const char* target, std::string fields, const char* key = "hb-0a1b") {
    WriteOp out;
    out.kind = domain::parse_op_kind(kind).value();
    out.key = key;
    out.target = target;
    out.fields = std::move(fields);
    return out;
}

WriteOp deal() {
    return op("deal.create", "",
              R"({"title":"HB2026-0001","categoryId":0,"stageId":"NEW","companyId":"5",
                  "currencyId":"BYN","isManualOpportunity":"Y","opportunity":"12345678901234.50",
                  "originatorId":"hourbridge","originId":"hb-0a1b"})");
}

WriteOp rows() {
    return op("deal.rows", "342",
              R"({"rows":[{"productName":"Design \"A\"","price":"100.00","quantity":"1",)"
              R"("taxRate":"20","taxIncluded":"Y","sort":10},{"productName":"Bug","price":"0.00",)"
              R"("quantity":"1","taxRate":null,"taxIncluded":"Y","sort":20}]})");
}

WriteOp mark() {
    return op("task.mark", "691", R"({"UF_HB_PAID":"100","UF_HB_REPORT":"HB2026-0001"})");
}

WriteOp comment() {
    return op("comment.create", "342",
              R"({"entityType":"deal","comment":"Report sent. [hb-0a1b]"})");
}

WriteOp field() {
    return op("task.field", "", R"({"name":"UF_HB_PAID","label":"Paid, %"})");
}

net::Response marks(const Seen& seen, const std::string& update, const std::string& get) {
    BatchAnswer answer;
    for (const auto& call : calls_of(seen)) {
        const std::string& text = call.method == "tasks.task.update" ? update : get;
        if (text.find("\"error\"") != std::string::npos)
            answer.errors[call.key] = text;
        else
            answer.results[call.key] = text;
    }
    return answer.response();
}

} // namespace

TEST_CASE("a deal is created on a fresh connection, its amount as a number of the same digits") {
    Rig rig([](const Seen&) {
        return ok(R"({"item":{"id":342,"stageId":"NEW","opportunity":12345678901234.50,
                     "originId":"hb-0a1b"}})");
    });
    const auto result = rig.portal->write(deal());
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.id == "342");
    CHECK(result.answer.find(R"("opportunity":12345678901234.50)") != std::string::npos);
    const Seen& seen = rig.wire.seen.at(0);
    CHECK(seen.method == "crm.item.add");
    CHECK(seen.fresh);
    CHECK(seen.body ==
          R"({"entityTypeId":2,"fields":{"title":"HB2026-0001","categoryId":0,"stageId":"NEW",)"
          R"("companyId":5,"currencyId":"BYN","isManualOpportunity":"Y",)"
          R"("opportunity":12345678901234.50,"originatorId":"hourbridge","originId":"hb-0a1b"},)"
          R"("useOriginalUfNames":"Y"})");
}

TEST_CASE("a deal that does not carry the op's key is never sent: it could not be found again") {
    Rig rig([](const Seen&) { return ok("{}"); });
    WriteOp wrong = deal();
    wrong.key = "hb-other";
    CHECK(rig.portal->write(wrong).outcome == Outcome::Rejected);
    WriteOp amount = deal();
    amount.fields.replace(amount.fields.find("12345678901234.50"), 17, "12 345,00");
    CHECK(rig.portal->write(amount).outcome == Outcome::Rejected);
    WriteOp json = deal();
    json.fields = "{";
    CHECK(rig.portal->write(json).outcome == Outcome::Rejected);
    CHECK(rig.portal->write(op("entry.mark", "1", "{}")).outcome == Outcome::Rejected);
    CHECK(rig.portal->write(op("deal.stage", "1 OR 1", R"({"stageId":"WON"})")).outcome ==
          Outcome::Rejected);
    CHECK(rig.wire.seen.empty());
}

TEST_CASE("a create whose answer names no id may have run") {
    for (const char* result :
         {"[]", "{}", R"({"item":{}})", R"({"item":{"id":0}})", "true", "null"}) {
        Rig rig([&](const Seen&) { return ok(result); });
        INFO(result);
        CHECK(rig.portal->write(deal()).outcome == Outcome::Unknown);
        if (std::string(result) != "true")
            CHECK(rig.portal->write(comment()).outcome == Outcome::Unknown);
    }
}

TEST_CASE(
    "a lost deal is looked up by originator and key; an empty list proves its absence (G18)") {
    Rig rig([](const Seen&) {
        return ok(R"({"items":[{"id":342,"originId":"hb-0a1b"},{"id":350,"originId":"hb-0a1b"}]})");
    });
    CHECK(*rig.portal->find(deal()) == std::vector<std::string>{"342", "350"});
    const Seen& seen = rig.wire.seen.at(0);
    CHECK(seen.method == "crm.item.list");
    CHECK(seen.body.find(R"("filter":{"originatorId":"hourbridge","originId":"hb-0a1b"})") !=
          std::string::npos);
    CHECK(seen.body.find(R"("order":{"id":"ASC"})") != std::string::npos);
    rig.wire.answer = [](const Seen&) { return ok(R"({"items":[]})"); };
    CHECK(rig.portal->find(deal())->empty());
    // What is no list proves nothing.
    for (const char* result : {"[]", "{}", "null", R"({"items":null})", R"({"items":{}})"}) {
        rig.wire.answer = [&](const Seen&) { return ok(result); };
        INFO(result);
        CHECK_FALSE(rig.portal->find(deal()).ok());
    }
    rig.wire.answer = [](const Seen&) { return lost(); };
    CHECK_FALSE(rig.portal->find(deal()).ok());
}

TEST_CASE("rows replace all rows, with prices as written, and read back as the op's own text") {
    const std::string answer = R"({"productRows":[
        {"id":9,"productName":"Design \"A\"","price":100,"quantity":1,"taxRate":20,"taxIncluded":"Y",
         "sort":10,"priceNetto":83.33},
        {"id":10,"productName":"Bug","price":0,"quantity":1,"taxRate":null,"taxIncluded":"Y",
         "sort":20}]})";
    Rig rig([&](const Seen&) { return ok(answer); });
    const auto result = rig.portal->write(rows());
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.answer == rows().fields);
    CHECK(rig.wire.seen.at(0).body ==
          R"({"ownerType":"D","ownerId":342,"productRows":[{"productName":"Design \"A\"",)"
          R"("price":100.00,"quantity":1,"taxRate":20,"taxIncluded":"Y","sort":10},)"
          R"({"productName":"Bug","price":0.00,"quantity":1,"taxRate":null,"taxIncluded":"Y",)"
          R"("sort":20}]})");
    BatchAnswer batch;
    batch.results["deal"] = R"({"item":{"id":342}})";
    batch.results["r0"] = answer;
    for (const char* key : {"r1", "r2", "r3", "r4"}) batch.results[key] = R"({"productRows":[]})";
    rig.wire.answer = [&](const Seen&) { return batch.response(); };
    CHECK(*rig.portal->read_back(rows()) == rows().fields);
    const auto price = batch.results["r0"].find("\"price\":100");
    batch.results["r0"].replace(price, 11, "\"price\":101");
    const auto changed = rig.portal->read_back(rows());
    REQUIRE(changed.ok());
    CHECK(*changed != rows().fields);
    CHECK(changed->find(R"("price":"101")") != std::string::npos);
    batch.results.erase("deal");
    batch.errors["deal"] = R"({"error":"NOT_FOUND","error_description":"x"})";
    CHECK(*rig.portal->read_back(rows()) == "");
}

TEST_CASE("a stage is set and read back") {
    Rig rig([](const Seen& seen) {
        CHECK(seen.body.find("\"id\":42") != std::string::npos);
        return ok(R"({"item":{"id":42,"stageId":"C9:WON"}})");
    });
    const WriteOp set = op("deal.stage", "42", R"({ "stageId": "C9:WON" })");
    CHECK(rig.portal->write(set).answer == set.fields);
    CHECK(*rig.portal->read_back(set) == set.fields);
    const WriteOp other = op("deal.stage", "42", R"({"stageId":"C9:LOSE"})");
    CHECK(*rig.portal->read_back(other) == R"({"stageId":"C9:WON"})");
    rig.wire.answer = [](const Seen&) { return failed(400, "NOT_FOUND", "Item not found"); };
    CHECK(*rig.portal->read_back(set) == "");
    CHECK(rig.portal->write(set).outcome == Outcome::Rejected);
}

TEST_CASE("a comment carries its marker and is found by it, newest first, on whatever page (G20)") {
    Rig rig([](const Seen&) { return ok("999"); });
    const auto made = rig.portal->write(comment());
    CHECK(made.outcome == Outcome::Done);
    CHECK(made.id == "999");
    CHECK(rig.wire.seen.at(0).fresh);
    CHECK(
        rig.wire.seen.at(0).body ==
        R"({"fields":{"ENTITY_ID":342,"ENTITY_TYPE":"deal","COMMENT":"Report sent. [hb-0a1b]"}})");
    CHECK(rig.portal->write(op("comment.create", "342", R"({"comment":"no marker"})")).outcome ==
          Outcome::Rejected);

    // 120 comments; the marker stands on the third page, twice.
    rig.wire.answer = [](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen)) {
            const int start = std::stoi(value_in(call.query, "start"));
            json::Writer out;
            out.begin_array();
            for (int i = start; i < std::min(start + 50, 120); ++i)
                out.begin_object()
                    .member("ID", std::to_string(1000 - i))
                    .member("COMMENT", i == 101 || i == 103 ? "x [hb-0a1b]" : "other")
                    .end_object();
            out.end_array();
            answer.results[call.key] = out.take();
        }
        return answer.response();
    };
    rig.wire.seen.clear();
    CHECK(*rig.portal->find(comment()) == std::vector<std::string>{"897", "899"});
    CHECK(rig.wire.seen.size() == 2);
    rig.wire.answer = [](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen)) answer.results[call.key] = "[]";
        return answer.response();
    };
    CHECK(rig.portal->find(comment())->empty());
}

TEST_CASE("a paid mark is written and read back in one request, only our two fields (G26)") {
    Rig rig([](const Seen& seen) {
        return marks(seen, R"({"task":{"id":"691"}})",
                     R"({"task":{"id":"691","ufHbPaid":"100","ufHbReport":"HB2026-0001"}})");
    });
    const auto result = rig.portal->write(mark());
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.answer == mark().fields);
    REQUIRE(rig.wire.seen.size() == 1);
    const auto calls = calls_of(rig.wire.seen[0]);
    CHECK(calls.at(0).query ==
          "taskId=691&fields[UF_HB_PAID]=100&fields[UF_HB_REPORT]=HB2026-0001");
    CHECK(calls.at(1).query ==
          "taskId=691&select[0]=ID&select[1]=UF_HB_PAID&select[2]=UF_HB_REPORT");
    CHECK(*rig.portal->read_back(mark()) == mark().fields);
    const WriteOp foreign = op("task.mark", "691", R"({"UF_CRM_TASK":"CO_1"})");
    CHECK(rig.portal->write(foreign).outcome == Outcome::Rejected);
}

TEST_CASE("a mark is emptied with an empty text, and null reads as empty") {
    const WriteOp empty =
        op("task.mark", "691", R"({"UF_HB_PAID":"","UF_HB_REPORT":"HB2026-0001"})");
    Rig rig([](const Seen& seen) {
        return marks(seen, R"({"task":{"id":"691"}})",
                     R"({"task":{"id":"691","ufHbPaid":null,"ufHbReport":"HB2026-0001"}})");
    });
    CHECK(rig.portal->write(empty).answer == empty.fields);
    CHECK(calls_of(rig.wire.seen.at(0)).at(0).query.find("fields[UF_HB_PAID]=&") !=
          std::string::npos);
}

TEST_CASE("a task that is gone settles its mark (G26)") {
    Rig rig([](const Seen& seen) {
        return marks(
            seen, R"({"error":"0","error_description":"Action on the task is not allowed"})", "[]");
    });
    const auto result = rig.portal->write(mark());
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.gone);
    CHECK(result.answer.empty());
    CHECK(*rig.portal->read_back(mark()) == "");
}

TEST_CASE("a task that may not be changed, and a field that does not exist, are rejected") {
    Rig rig([](const Seen& seen) {
        return marks(seen,
                     R"({"error":"0","error_description":"Action on the task is not allowed"})",
                     R"({"task":{"id":"691","ufHbPaid":"50","ufHbReport":null}})");
    });
    CHECK(rig.portal->write(mark()).outcome == Outcome::Rejected);
    CHECK(*rig.portal->read_back(mark()) == R"({"UF_HB_PAID":"50","UF_HB_REPORT":""})");
    rig.wire.answer = [](const Seen& seen) {
        return marks(seen, R"({"task":{"id":"691"}})", R"({"task":{"id":"691"}})");
    };
    const auto silent = rig.portal->write(mark());
    CHECK(silent.outcome == Outcome::Rejected);
    CHECK(silent.error.message.find("field") != std::string::npos);
    rig.wire.answer = [](const Seen& seen) {
        return marks(seen, R"({"error":"OPERATION_TIME_LIMIT","error_description":""})",
                     R"({"task":{"id":"691","ufHbPaid":"50","ufHbReport":null}})");
    };
    CHECK(rig.portal->write(mark()).outcome == Outcome::Refused);
}

TEST_CASE("a task field is looked for first, made when missing, and there already is done") {
    int adds = 0;
    std::string list = "[]";
    net::Response add = ok("1325");
    Rig rig([&](const Seen& seen) {
        if (seen.method == "task.item.userfield.getlist") return ok(list);
        ++adds;
        return add;
    });
    const auto made = rig.portal->write(field());
    CHECK(made.outcome == Outcome::Done);
    CHECK(made.id == "1325");
    CHECK(adds == 1);
    CHECK(rig.wire.seen.at(1).body.find(R"("FIELD_NAME":"UF_HB_PAID")") != std::string::npos);
    list = R"([{"ID":"1325","FIELD_NAME":"UF_HB_PAID","USER_TYPE_ID":"string"}])";
    CHECK(rig.portal->write(field()).outcome == Outcome::Done);
    CHECK(adds == 1);
    list = R"([{"ID":"1325","FIELD_NAME":"UF_HB_PAID","USER_TYPE_ID":"boolean"}])";
    CHECK(rig.portal->write(field()).outcome == Outcome::Rejected);
}

TEST_CASE("a field that somebody made in the same moment is done; a missing right is named") {
    bool there = false;
    Rig rig([&](const Seen& seen) {
        if (seen.method == "task.item.userfield.getlist")
            return ok(there ? R"([{"ID":"7","FIELD_NAME":"UF_HB_PAID","USER_TYPE_ID":"string"}])"
                            : "[]");
        there = true;
        return failed(400, "ERROR_CORE",
                      "The field UF_HB_PAID for the object TASKS_TASK already exists.");
    });
    CHECK(rig.portal->write(field()).outcome == Outcome::Done);
    rig.wire.answer = [](const Seen& seen) {
        if (seen.method == "task.item.userfield.getlist") return ok("[]");
        return failed(400, "ERROR_CORE", "Access denied");
    };
    const auto denied = rig.portal->write(field());
    CHECK(denied.outcome == Outcome::Rejected);
    CHECK(denied.error.hint.find("administrator") != std::string::npos);
}
