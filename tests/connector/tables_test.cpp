#include <catch2/catch.hpp>

#include "connector/bitrix24/tables.h"
#include "wire.h"

using namespace hb;
using namespace hb::connector;
using namespace hb::connector::bitrix24;

namespace {

Table table(const char* stream) {
    return *table_of(stream, Bitrix24Options{});
}

std::string hash(const Table& t, const std::string& row) {
    const auto document = json::Document::parse(row);
    REQUIRE(document.ok());
    return content_hash(t, document->root());
}

} // namespace

TEST_CASE("streams are read in the order in which they refer to each other") {
    CHECK(stream_names() ==
          std::vector<std::string>{"users", "groups", "companies", "deals", "tasks", "entries"});
    CHECK_FALSE(table_of("invoices", Bitrix24Options{}).has_value());
}

TEST_CASE("calls with positional arguments keep ORDER, FILTER, SELECT, PARAMS and never lose one "
          "(protocol section 1.4)") {
    Ask everything;
    const std::string query = wire::decode(query_of(table("entries"), everything));
    CHECK(query == "0[ID]=ASC&1[>ID]=0&2[0]=ID&2[1]=TASK_ID&2[2]=USER_ID&2[3]=SECONDS"
                   "&2[4]=CREATED_DATE&2[5]=COMMENT_TEXT"
                   "&3[NAV_PARAMS][nPageSize]=50&3[NAV_PARAMS][iNumPage]=1");
    Ask some;
    some.ids = {"5", "7"};
    CHECK(wire::decode(query_of(table("entries"), some)).find("&1[ID][0]=5&1[ID][1]=7&2[0]=ID") !=
          std::string::npos);
}

TEST_CASE("each stream asks by keyset, without counting, for the fields that are needed") {
    Ask ask;
    ask.after = 10;
    ask.up_to = 60;
    const std::string tasks = wire::decode(query_of(table("tasks"), ask));
    CHECK(tasks.rfind("order[ID]=ASC&filter[>ID]=10&filter[<=ID]=60&select[0]=ID", 0) == 0);
    CHECK(tasks.find("=UF_CRM_TASK") != std::string::npos);
    CHECK(tasks.find("=UF_HB_PAID") != std::string::npos);
    CHECK(tasks.find("=DESCRIPTION") == std::string::npos);
    CHECK(tasks.find("&start=-1") != std::string::npos);
    const std::string users = wire::decode(query_of(table("users"), ask));
    CHECK(users.find("ACTIVE]") == std::string::npos); // dismissed people too
    CHECK(users.find("sort=ID&order=ASC") != std::string::npos);
    // Without it people from outside and those in no department are left out.
    CHECK(users.find("&ADMIN_MODE=Y&start=-1") != std::string::npos);
    const std::string groups = wire::decode(query_of(table("groups"), ask));
    CHECK(groups.find("IS_ADMIN=Y") != std::string::npos);
    CHECK(groups.find("start") == std::string::npos);
    CHECK(groups.find("CLOSED") == std::string::npos); // archived ones too
}

TEST_CASE("filter keys are among those that the portal documents") {
    // An unknown key may be ignored, and everything returned.
    Ask ask;
    ask.changed_since = "2026-01-01T00:00:00+00:00";
    CHECK(wire::decode(query_of(table("tasks"), ask)).find("filter[>=CHANGED_DATE]=") !=
          std::string::npos);
    CHECK(wire::decode(query_of(table("deals"), ask)) ==
          "entityTypeId=2&order[id]=ASC&filter[>id]=0"
          "&filter[>=updatedTime]=2026-01-01T00:00:00+00:00&select[0]=id&select[1]=title"
          "&select[2]=companyId&select[3]=stageId&select[4]=categoryId&select[5]=originatorId"
          "&select[6]=originId&start=-1");
    ask.changed_since.clear();
    ask.ids = {"5", "7"};
    CHECK(wire::decode(query_of(table("companies"), ask)) ==
          "entityTypeId=4&order[id]=ASC&filter[@id][0]=5&filter[@id][1]=7&select[0]=id"
          "&select[1]=title&select[2]=isMyCompany&select[3]=categoryId&select[4]=assignedById"
          "&start=-1");
    CHECK(last_row_of(table("deals"), "w0") == "$result[w0][items][49][id]");
    Bitrix24Options older;
    older.classic_lists = true;
    CHECK(table_of("deals", older)->method == "crm.deal.list");
    CHECK(wire::decode(query_of(*table_of("companies", older), ask))
              .find("filter[@ID][0]=5&filter[@ID][1]=7&select[0]=ID") != std::string::npos);
}

TEST_CASE("neither the paid mark nor a change stamp is part of a task's content hash (G26)") {
    const Table t = table("tasks");
    const std::string base = hash(t, R"({"id":"1","title":"A","status":"2","tags":[]})");
    CHECK(hash(t, R"({"id":"1","title":"A","status":"2","tags":[],"ufHbPaid":"100",
        "ufHbReport":"HB2026-0001","changedDate":"2026-01-01T00:00:00+03:00",
        "activityDate":"x","subStatus":"-1","responsible":{"id":"5","name":"N"}})") == base);
    CHECK(hash(t, R"({"id":"1","title":"B","status":"2","tags":[]})") != base);
    CHECK(hash(t, R"({"id":"1","title":"A","status":"5","tags":[]})") != base);
    CHECK(hash(t, R"({"id":"1","title":"A","status":"2","timeSpentInLogs":"60"})") != base);
}

TEST_CASE("a number and its text, and the ways to say nothing, hash alike; other values differ") {
    const Table t = table("tasks");
    CHECK(hash(t, R"({"id":1,"parentId":null,"ufCrmTask":[]})") ==
          hash(t, R"({"id":"1","parentId":"","ufCrmTask":{}})"));
    CHECK(hash(t, R"({"id":1,"tags":{"35":{"id":35,"title":"x"},"36":{"id":36,"title":"y"}}})") ==
          hash(t, R"({"id":1,"tags":{"36":{"id":36,"title":"y"},"35":{"id":35,"title":"x"}}})"));
    CHECK(hash(t, R"({"id":1,"tags":["x"]})") == hash(t, R"({"id":1,"tags":{"3":{"title":"x"}}})"));
    CHECK(hash(t, R"({"id":1,"tags":["x","y"]})") != hash(t, R"({"id":1,"tags":["x,y"]})"));
    CHECK(hash(t, R"({"id":1,"ufCrmTask":["CO_1","CO_2"]})") !=
          hash(t, R"({"id":1,"ufCrmTask":["CO_2","CO_1"]})"));
    CHECK(hash(t, R"({"id":1,"title":"a\nparentId=1"})") !=
          hash(t, R"({"id":1,"title":"a","parentId":"1"})"));
}

TEST_CASE("rows without ids, and what is no list, are errors and not empty pages") {
    const Table t = table("tasks");
    for (const char* text : {"[]", "null", "5", R"({"tasks":5})", R"({"tasks":[5]})",
                             R"({"tasks":[{"title":"x"}]})", R"({"tasks":[{"id":"x"}]})", "{}"}) {
        const auto document = json::Document::parse(text);
        INFO(text);
        CHECK_FALSE(rows_of(t, document->root()).ok());
    }
    const auto keyed = json::Document::parse(R"({"tasks":{"7":{"id":"7"},"9":{"id":9}}})");
    const auto rows = rows_of(t, keyed->root());
    REQUIRE(rows.ok());
    CHECK(rows->size() == 2);
    CHECK(rows->at(1).id == 9);
}

TEST_CASE("a record keeps the row as it came") {
    const Table t = table("entries");
    const std::string text =
        R"({"ID":"7","TASK_ID":"691","SECONDS":"3600","COMMENT_TEXT":"Вёрстка 🙂","X":1.50})";
    const auto document = json::Document::parse(text);
    const auto record = record_of(t, Row{7, document->root()});
    CHECK(record.stream == "entries");
    CHECK(record.id == "7");
    CHECK(record.text == text);
    CHECK(record.hash.size() == 64);
}

namespace {

const char* const kDeal = R"({"id":120,"title":"Site","companyId":7,"stageId":"C9:NEW",)"
                          R"("categoryId":9,"originatorId":"hourbridge","originId":"hb-1"})";
const char* const kCompany = R"({"id":7,"title":"Acme","isMyCompany":"N","categoryId":0,)"
                             R"("assignedById":5})";

Result<std::vector<Row>> rows_in(const Table& t, const std::string& item,
                                 std::vector<json::Document>& kept) {
    kept.push_back(std::move(*json::Document::parse("{\"items\":[" + item + "]}")));
    return rows_of(t, kept.back().root());
}

std::string record_text(const Table& t, const std::string& item) {
    std::vector<json::Document> kept;
    const auto rows = rows_in(t, item, kept);
    REQUIRE(rows.ok());
    return record_of(t, rows->at(0)).text;
}

} // namespace

TEST_CASE("deals and companies of the universal list keep the keys that mappings know") {
    CHECK(record_text(table("deals"), kDeal) ==
          R"({"ID":"120","TITLE":"Site","COMPANY_ID":"7","STAGE_ID":"C9:NEW","CATEGORY_ID":"9",)"
          R"("ORIGINATOR_ID":"hourbridge","ORIGIN_ID":"hb-1"})");
    CHECK(record_text(table("deals"),
                      R"({"id":"120","title":null,"companyId":null,"stageId":"NEW",)"
                      R"("categoryId":0,"originatorId":null,"originId":""})") ==
          R"({"ID":"120","TITLE":null,"COMPANY_ID":"0","STAGE_ID":"NEW","CATEGORY_ID":"0",)"
          R"("ORIGINATOR_ID":null,"ORIGIN_ID":""})");
    CHECK(
        record_text(table("companies"), kCompany) ==
        R"({"ID":"7","TITLE":"Acme","IS_MY_COMPANY":"N","CATEGORY_ID":"0","ASSIGNED_BY_ID":"5"})");
    // By either list a row has one hash: nothing is changed by going over to the other.
    Bitrix24Options older;
    older.classic_lists = true;
    std::vector<json::Document> kept;
    const auto rows = rows_in(table("deals"), kDeal, kept);
    CHECK(record_of(table("deals"), rows->at(0)).hash ==
          hash(*table_of("deals", older),
               R"({"ID":"120","TITLE":"Site","COMPANY_ID":"7","STAGE_ID":"C9:NEW","CATEGORY_ID":"9",
                   "ORIGINATOR_ID":"hourbridge","ORIGIN_ID":"hb-1"})"));
}

TEST_CASE(
    "a member of a universal row that does not come is not told, and a wrong one stays wrong") {
    const auto with = [](const char* row, std::string_view name, const char* value) {
        const auto whole = json::Document::parse(row);
        std::string out;
        for (const auto member : whole->root()) {
            if (member.key() == name && value == nullptr) continue;
            out += (out.empty() ? "{" : ",") + json::quote(member.key()) + ":" +
                   (member.key() == name ? value : member.dump());
        }
        return out + "}";
    };
    for (const char* stream : {"deals", "companies"}) {
        const char* row = stream == std::string("deals") ? kDeal : kCompany;
        const Table t = table(stream);
        const std::string good = record_text(t, row);
        for (const auto& member : t.members) {
            if (member.wire == "id") continue;
            INFO(stream << " " << member.wire);
            const auto lacking =
                json::Document::parse(record_text(t, with(row, member.wire, nullptr)));
            CHECK(lacking->root()[member.classic].missing());
            CHECK(lacking->root().size() == t.members.size() - 1);
            const auto wrong = json::Document::parse(record_text(t, with(row, member.wire, "[5]")));
            CHECK(wrong->root()[member.classic].dump() == "[5]");
        }
        std::vector<json::Document> kept;
        for (const char* id : {"null", "\"a\"", "[]", "1.5"})
            CHECK_FALSE(rows_in(t, with(row, "id", id), kept).ok());
        CHECK_FALSE(rows_in(t, with(row, "id", nullptr), kept).ok());
        CHECK_FALSE(rows_in(t, "[]", kept).ok()); // of custom fields alone, none
    }
}
