#include <catch2/catch.hpp>

#include "wire.h"

using namespace hb;
using namespace wire;
using domain::Outcome;
using domain::WriteOp;

namespace {

const char* kLayout = R"({"entityTypeId":1044,"typeId":7,"category":"12",)"
                      R"("fields":{"from":"UF_CRM_7_HB_FROM","hours":"UF_CRM_7_HB_HOURS",)"
                      R"("projects":"UF_CRM_7_HB_PROJECTS","files":"UF_CRM_7_HB_FILES"},)"
                      R"("states":{"draft":"DT1044_12:NEW","sent":"DT1044_12:HB_SENT"}})";

WriteOp op(const char* kind, const char* target, std::string fields) {
    WriteOp out;
    out.kind = domain::parse_op_kind(kind).value();
    out.key = "hb-0a1b";
    out.target = target;
    out.fields = std::move(fields);
    return out;
}

WriteOp card() {
    return op(
        "card.create", "",
        R"({"key":"hb-0a1b","title":"HB2026-0001","company":"12","deal":"342","state":"sent",)"
        R"("fields":{"from":"2026-03-01","hours":"12:30"}})");
}

WriteOp update() {
    return op("card.update", "7",
              R"({"state":"sent","company":"","fields":{"from":"2026-03-01","hours":""}})");
}

WriteOp files(const std::string& list) {
    return op("card.files", "7", R"({"files":)" + list + "}");
}

const char* kItem =
    R"({"id":7,"title":"March","xmlId":"hb-0a1b","stageId":"DT1044_12:HB_SENT","companyId":0,
        "parentId2":342,"updatedBy":5,"assignedById":"6","updatedTime":"2026-03-03T10:00:00+03:00",
        "UF_CRM_7_HB_FROM":"2026-03-01T03:00:00+03:00","UF_CRM_7_HB_HOURS":null,
        "UF_CRM_7_HB_PROJECTS":"Site\r\nShop","UF_CRM_7_HB_FILES":[]})";

// As a list shows one.
std::string listed(std::int64_t id, const std::string& changed) {
    std::string out(kItem);
    out.replace(out.find("\"id\":7"), 6, "\"id\":" + std::to_string(id));
    const std::string known = "2026-03-03T10:00:00+03:00";
    return out.replace(out.find(known), known.size(), changed);
}

struct CardRig : Rig {
    explicit CardRig(std::function<net::Response(const Seen&)> answer) : Rig(std::move(answer)) {
        portal->use_cards(kLayout);
    }
};

net::Response item(const std::string& text) {
    return ok("{\"item\":" + text + "}");
}

} // namespace

TEST_CASE("a card is created on a fresh connection under the names of its portal (G18, G36)") {
    CardRig rig([](const Seen&) { return item(R"({"id":7})"); });
    const auto result = rig.portal->write(card());
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.id == "7");
    CHECK(rig.wire.seen.at(0).method == "crm.item.add");
    CHECK(rig.wire.seen.at(0).fresh);
    CHECK(rig.wire.seen.at(0).body ==
          R"({"entityTypeId":1044,"fields":{"categoryId":12,"xmlId":"hb-0a1b",)"
          R"("title":"HB2026-0001","companyId":12,"parentId2":342,"stageId":"DT1044_12:HB_SENT",)"
          R"("UF_CRM_7_HB_FROM":"2026-03-01","UF_CRM_7_HB_HOURS":"12:30"},)"
          R"("useOriginalUfNames":"Y"})");
}

TEST_CASE("a lost card is looked up by its xmlId in its own type (G21)") {
    CardRig rig([](const Seen&) {
        return ok(R"({"items":[{"id":7,"xmlId":"hb-0a1b"},{"id":9,"xmlId":"hb-0a1b"}]})");
    });
    CHECK(*rig.portal->find(card()) == std::vector<std::string>{"7", "9"});
    CHECK(rig.wire.seen.at(0).body.rfind(R"({"entityTypeId":1044,)", 0) == 0);
    CHECK(rig.wire.seen.at(0).body.find(R"("filter":{"xmlId":"hb-0a1b"})") != std::string::npos);
    rig.wire.answer = [](const Seen&) { return lost(); };
    CHECK_FALSE(rig.portal->find(card()).ok());
}

TEST_CASE("a state or field that the layout lacks is rejected before a call, and names the setup") {
    CardRig rig([](const Seen&) { return item("{}"); });
    for (const char* fields :
         {R"({"state":"agreed"})", R"({"fields":{"total":"1"}})", R"({"fields":{"files":"x"}})",
          R"({"title":5})", R"({"company":"x"})", R"({"stageId":"A"})"}) {
        const auto result = rig.portal->write(op("card.update", "7", fields));
        INFO(fields);
        CHECK(result.outcome == Outcome::Rejected);
    }
    CHECK(rig.portal->write(op("card.update", "7", R"({"state":"agreed"})"))
              .error.hint.find("portal setup") != std::string::npos);
    Rig none([](const Seen&) { return item("{}"); });
    for (const char* layout : {"", "{", R"({"entityTypeId":0})", "[]"}) {
        none.portal->use_cards(layout);
        const auto result = none.portal->write(card());
        CHECK(result.outcome == Outcome::Rejected);
        CHECK(result.error.hint.find("portal setup") != std::string::npos);
        CHECK_FALSE(none.portal->read_cards("").ok());
        CHECK_FALSE(none.portal->read_card("7").ok());
        CHECK_FALSE(none.portal->find(card()).ok());
    }
    CHECK(rig.wire.seen.empty());
    CHECK(none.wire.seen.empty());
}

TEST_CASE("a card's values are set and read back in the op's shape, dates as days") {
    CardRig rig([](const Seen&) { return item(kItem); });
    const auto result = rig.portal->write(update());
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.answer == update().fields);
    CHECK(rig.wire.seen.at(0).body ==
          R"({"entityTypeId":1044,"id":7,"fields":{"stageId":"DT1044_12:HB_SENT","companyId":0,)"
          R"("UF_CRM_7_HB_FROM":"2026-03-01","UF_CRM_7_HB_HOURS":""},"useOriginalUfNames":"Y"})");
    CHECK(*rig.portal->read_back(update()) == update().fields);
    // Somebody moved the card to a stage of their own and changed the hours.
    rig.wire.answer = [](const Seen&) {
        return item(R"({"id":7,"stageId":"DT1044_12:UC_X","companyId":"5","UF_CRM_7_HB_FROM":[],
                        "UF_CRM_7_HB_HOURS":12})");
    };
    CHECK(*rig.portal->read_back(update()) ==
          R"({"state":"DT1044_12:UC_X","company":"5","fields":{"from":"","hours":"12"}})");
    rig.wire.answer = [](const Seen&) { return failed(400, "NOT_FOUND", "Item not found"); };
    CHECK(*rig.portal->read_back(update()) == "");
    rig.wire.answer = [](const Seen&) {
        return failed(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Stage");
    };
    const auto gone = rig.portal->write(update());
    CHECK(gone.outcome == Outcome::Rejected);
    CHECK(gone.error.hint.find("portal setup") != std::string::npos);
}

TEST_CASE("errors of cards are judged: rights and plan reject, the portal's trouble is unknown") {
    struct Row {
        int status;
        const char* code;
        const char* text;
        Outcome outcome;
    };
    const Row rows[] = {
        {400, "ACCESS_DENIED", "Access denied", Outcome::Rejected},
        {400, "CREATE_DYNAMIC_ITEM_RESTRICTED", "plan", Outcome::Rejected},
        {400, "UPDATE_DYNAMIC_ITEM_RESTRICTED", "plan", Outcome::Rejected},
        {400, "-", "no right to change the stage", Outcome::Rejected},
        {400, "100", "Invalid value for a multiple field", Outcome::Rejected},
        {400, "NOT_FOUND", "Smart process not found", Outcome::Rejected},
        {400, "INVALID_ARG_VALUE", "x", Outcome::Rejected},
        {429, "OPERATION_TIME_LIMIT", "", Outcome::Refused},
        {500, "INTERNAL_SERVER_ERROR", "", Outcome::Unknown},
        {502, "", "", Outcome::Unknown},
    };
    for (const auto& row : rows) {
        CardRig rig([&](const Seen&) { return failed(row.status, row.code, row.text); });
        INFO(row.code);
        CHECK(rig.portal->write(card()).outcome == row.outcome);
        rig.wait();
        CHECK(rig.portal->write(update()).outcome == row.outcome);
    }
    CardRig plan([](const Seen&) { return failed(400, "CREATE_DYNAMIC_ITEM_RESTRICTED"); });
    CHECK(plan.portal->write(card()).error.hint.find("plan") != std::string::npos);
}

TEST_CASE("a manager's card is adopted by its external code; another report's never (G36)") {
    const WriteOp adopt = op("card.adopt", "7", R"({"key":"hb-0a1b"})");
    std::string there = "null";
    CardRig rig([&](const Seen& seen) {
        if (seen.method == "crm.item.update") there = "\"hb-0a1b\"";
        return item(R"({"id":7,"xmlId":)" + there + "}");
    });
    CHECK(rig.portal->write(adopt).answer == adopt.fields);
    REQUIRE(rig.wire.seen.size() == 2);
    CHECK(rig.wire.seen[1].body.find(R"("fields":{"xmlId":"hb-0a1b"})") != std::string::npos);
    CHECK(*rig.portal->read_back(adopt) == adopt.fields);
    // A second time: nothing to write.
    CHECK(rig.portal->write(adopt).outcome == Outcome::Done);
    CHECK(rig.wire.seen.back().method == "crm.item.get");
    there = "\"hb-ffff\"";
    const auto taken = rig.portal->write(adopt);
    CHECK(taken.outcome == Outcome::Rejected);
    CHECK(taken.error.code == Code::Conflict);
    CHECK(rig.wire.seen.back().method == "crm.item.get");
    CHECK(*rig.portal->read_back(adopt) == R"({"key":"hb-ffff"})");
    // Nothing was written while the first look failed.
    rig.wire.answer = [](const Seen&) { return lost(); };
    CHECK(rig.portal->write(adopt).outcome == Outcome::Refused);
    CHECK(rig.portal->write(op("card.adopt", "7", R"({"key":"mine"})")).outcome ==
          Outcome::Rejected);
}

TEST_CASE("files go out as the complete list and are read back by name, or by number (G36)") {
    const WriteOp two = files(R"([{"name":"Act 7.pdf","base64":"JVBERg=="},)"
                              R"({"name":"Bill.pdf","base64":"JVBERi0x"}])");
    std::string value = R"([{"id":77,"url":"u","urlMachine":"m"},{"id":"78"}])";
    CardRig rig([&](const Seen&) { return item(R"({"id":7,"UF_CRM_7_HB_FILES":)" + value + "}"); });
    CHECK(rig.portal->write(two).answer == two.fields);
    CHECK(rig.wire.seen.at(0).body ==
          R"({"entityTypeId":1044,"id":7,"fields":{"UF_CRM_7_HB_FILES":[["Act 7.pdf","JVBERg=="],)"
          R"(["Bill.pdf","JVBERi0x"]]},"useOriginalUfNames":"Y"})");
    value = R"([{"id":77,"name":"Act 7.pdf"},{"id":78,"name":"Bill.pdf"}])";
    CHECK(*rig.portal->read_back(two) == two.fields);
    value = R"([{"id":77,"name":"Act 7.pdf"},{"id":78,"name":"Other.pdf"}])";
    CHECK(*rig.portal->read_back(two) ==
          R"({"files":[{"name":"Act 7.pdf"},{"name":"Other.pdf"}]})");
    value = R"({"0":{"id":77}})"; // one was removed
    CHECK(*rig.portal->read_back(two) == R"({"files":[{"name":"#77"}]})");
    const WriteOp none = files("[]");
    for (const char* empty : {"[]", "null", "\"\"", "{}"}) {
        value = empty;
        CHECK(rig.portal->write(none).answer == none.fields);
    }
    CHECK(rig.wire.seen.back().body.find(R"("UF_CRM_7_HB_FILES":[])") != std::string::npos);
    // A broken text becomes a broken file without a word.
    const auto sent = rig.wire.seen.size();
    for (const char* bad :
         {"data:application/pdf;base64,JVBERg==", "JVBE\\nRg==", "JVB", "=", "A==="})
        CHECK(rig.portal->write(files(R"([{"name":"a.pdf","base64":")" + std::string(bad) + "\"}]"))
                  .outcome == Outcome::Rejected);
    CHECK(rig.wire.seen.size() == sent);
}

TEST_CASE("a card is read with what it holds, in logical names") {
    CardRig rig([](const Seen&) { return item(kItem); });
    const auto read = rig.portal->read_card("7");
    REQUIRE(read.ok());
    CHECK(read->exists);
    CHECK(read->title == "March");
    CHECK(read->key == "hb-0a1b");
    CHECK(read->state == "sent");
    CHECK(read->stage == "DT1044_12:HB_SENT");
    CHECK(read->company.empty());
    CHECK(read->deal == "342");
    CHECK(read->updated_by == "5");
    CHECK(read->responsible == "6");
    CHECK(read->fields ==
          std::map<std::string, std::string>{{"from", "2026-03-01"}, {"projects", "Site\nShop"}});
    CHECK(read->files.empty());
    CHECK(rig.wire.seen.at(0).body == R"({"entityTypeId":1044,"id":7,"useOriginalUfNames":"Y"})");
    rig.wire.answer = [](const Seen&) { return failed(400, "NOT_FOUND", "Item not found"); };
    const auto gone = rig.portal->read_card("7");
    REQUIRE(gone.ok());
    CHECK_FALSE(gone->exists);
    for (const char* odd : {"[]", "null", "5", R"({"id":0})", R"({"title":"x"})"}) {
        rig.wire.answer = [&](const Seen&) { return item(odd); };
        INFO(odd);
        CHECK_FALSE(rig.portal->read_card("7").ok());
    }
    CHECK_FALSE(rig.portal->read_card("7;8").ok());
}

TEST_CASE(
    "changed cards are read by id since ten minutes before the last walk (protocol section 23)") {
    int total = 60;
    CardRig rig([&](const Seen& seen) {
        const auto body = json::Document::parse(seen.body);
        const auto after = *body->root()["filter"][">id"].integer();
        std::string items;
        for (std::int64_t id = after + 1; id <= std::min<std::int64_t>(after + 50, total); ++id)
            items +=
                (items.empty() ? "" : ",") +
                listed(id, id % 2 == 0 ? "2026-03-01T10:00:00+03:00" : "2026-03-02T10:00:00+03:00");
        return ok("{\"items\":[" + items + "]}");
    });
    const auto first = rig.portal->read_cards("");
    REQUIRE(first.ok());
    CHECK(first->cards.size() == 50);
    CHECK_FALSE(first->complete);
    CHECK(first->cards.front().id == "2"); // the older change first
    CHECK(rig.wire.seen.at(0).body.find("updatedTime\":") == std::string::npos);
    CHECK(rig.wire.seen.at(0).body.find(R"("start":-1)") != std::string::npos);
    const auto second = rig.portal->read_cards(first->cursor);
    REQUIRE(second.ok());
    CHECK(second->cards.size() == 10);
    CHECK(second->complete);
    total = 0;
    const auto third = rig.portal->read_cards(second->cursor);
    REQUIRE(third.ok());
    CHECK(third->complete);
    // The portal said 04:06:40+03:00 when the first walk began.
    CHECK(rig.wire.seen.at(2).body.find(R"(">id":0,">=updatedTime":"2026-03-03T00:56:40+00:00")") !=
          std::string::npos);
    // Rows that a filter should have kept out mean that it was ignored.
    rig.wire.answer = [](const Seen&) {
        return ok("{\"items\":[" + listed(3, "2026-03-01T10:00:00+03:00") + "]}");
    };
    CHECK_FALSE(rig.portal->read_cards(first->cursor).ok());
    for (const char* odd : {"[]", "{}", R"({"items":{}})", R"({"items":[{"title":"x"}]})"}) {
        rig.wire.answer = [&](const Seen&) { return ok(odd); };
        INFO(odd);
        CHECK_FALSE(rig.portal->read_cards("").ok());
    }
    // A type made anew begins from the beginning.
    rig.wire.answer = [](const Seen&) { return ok(R"({"items":[]})"); };
    std::string other(kLayout);
    other.replace(other.find("1044"), 4, "1046");
    rig.portal->use_cards(other);
    CHECK(rig.portal->read_cards(second->cursor).ok());
    CHECK(rig.wire.seen.back().body.find("updatedTime\":") == std::string::npos);
}

TEST_CASE("deals, invoices, companies and cards have pages that people can open") {
    CardRig rig([](const Seen&) { return ok("{}"); });
    const std::string site = "https://" + rig.portal->account();
    CHECK(rig.portal->object_url("deal", "342") == site + "/crm/deal/details/342/");
    CHECK(rig.portal->object_url("invoice", "7") == site + "/crm/type/31/details/7/");
    CHECK(rig.portal->object_url("card", "7") == site + "/crm/type/1044/details/7/");
    CHECK(rig.portal->object_url("company", "5") == site + "/crm/company/details/5/");
    CHECK(rig.portal->object_url("card", "x").empty());
    CHECK(rig.portal->object_url("moon", "1").empty());
    rig.portal->use_cards("");
    CHECK(rig.portal->object_url("card", "7").empty());
}

// bitrix24 sources 26.250: with useOriginalUfNames a select of names gives custom fields alone.
TEST_CASE("cards are polled by a select of everything, and what comes without ids is refused") {
    CardRig rig([](const Seen&) {
        return ok("{\"items\":[" + listed(7, "2026-03-01T10:00:00+03:00") + "]}");
    });
    const auto page = rig.portal->read_cards("");
    REQUIRE(page.ok());
    CHECK(page->cards.at(0).state == "sent");
    CHECK(rig.wire.seen.at(0).body.find(R"("select":["*"])") != std::string::npos);
    for (const char* item : {"[]", R"({"UF_CRM_7_HB_HOURS":"1:00"})"}) {
        rig.wire.answer = [&](const Seen&) {
            return ok("{\"items\":[" + std::string(item) + "]}");
        };
        const auto refused = rig.portal->read_cards("");
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().detail.find("a card without its id") != std::string::npos);
    }
}

TEST_CASE("a card of which one member is wrong or missing is refused, and the member is named") {
    const std::string good = listed(7, "2026-03-01T10:00:00+03:00");
    const auto whole = json::Document::parse(good);
    struct Row {
        const char* member;
        const char* wrong;
    };
    const Row rows[] = {{"id", "\"x\""},
                        {"title", "5"},
                        {"xmlId", "{}"},
                        {"stageId", "null"},
                        {"stageId", "\"\""},
                        {"companyId", "\"acme\""},
                        {"companyId", "-1"},
                        {"parentId2", "[1]"},
                        {"updatedBy", "true"},
                        {"assignedById", "\"\""},
                        {"updatedTime", "\"?\""},
                        {"updatedTime", "null"},
                        {"UF_CRM_7_HB_FROM", "\"soon\""},
                        {"UF_CRM_7_HB_FROM", "7"},
                        {"UF_CRM_7_HB_HOURS", R"({"a":1})"},
                        {"UF_CRM_7_HB_FILES", "\"a.pdf\""}};
    const auto with = [&](std::string_view name, const std::string& value) {
        std::string out;
        for (const auto member : whole->root()) {
            const bool it = member.key() == name;
            if (it && value.empty()) continue;
            out += (out.empty() ? "{" : ",") + json::quote(member.key()) + ":" +
                   (it ? value : member.dump());
        }
        return out + "}";
    };
    std::string item_text;
    CardRig rig([&](const Seen& seen) {
        return seen.method == "crm.item.get" ? item(item_text)
                                             : ok("{\"items\":[" + item_text + "]}");
    });
    const auto refused = [&](const std::string& text, const std::string& member) {
        item_text = text;
        rig.wait();
        const auto listed_ones = rig.portal->read_cards("");
        rig.wait();
        const auto one = rig.portal->read_card("7");
        INFO(text);
        REQUIRE_FALSE(listed_ones.ok());
        REQUIRE_FALSE(one.ok());
        for (const auto& error : {listed_ones.error(), one.error()}) {
            CHECK(error.detail.find(member == "id" ? "without its id" : member) !=
                  std::string::npos);
            CHECK(error.hint.find("portal setup") != std::string::npos);
        }
    };
    for (const auto& row : rows) refused(with(row.member, row.wrong), row.member);
    for (const auto member : whole->root())
        if (member.key() != "parentId2") refused(with(member.key(), ""), std::string(member.key()));
    item_text = good;
    rig.clock.advance(std::chrono::minutes{1});
    CHECK(rig.portal->read_cards("").ok());
    item_text = with("parentId2", ""); // cards that are not linked to deals
    CHECK(rig.portal->read_cards("").ok());
    CHECK_FALSE(rig.portal->read_card("8").ok()); // another card came
}

TEST_CASE("a date of a card is the day that it has in UTC, east and west of Greenwich") {
    std::string from;
    CardRig rig([&](const Seen&) {
        std::string text = listed(7, "2026-03-01T10:00:00+03:00");
        const std::string known = "2026-03-01T03:00:00+03:00";
        return item(text.replace(text.find(known), known.size(), from));
    });
    for (const char* text :
         {"2026-03-01T03:00:00+03:00", "2026-02-28T19:00:00-05:00", "2026-03-01T00:00:00+00:00",
          "2026-03-01T13:00:00+13:00", "2026-02-28T12:00:00-12:00", "2026-03-01"}) {
        from = text;
        INFO(text);
        CHECK(rig.portal->read_card("7")->fields.at("from") == "2026-03-01");
        CHECK(
            *rig.portal->read_back(op("card.update", "7", R"({"fields":{"from":"2026-03-01"}})")) ==
            R"({"fields":{"from":"2026-03-01"}})");
    }
}
