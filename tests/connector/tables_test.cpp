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
          "(section 1.4)") {
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
    CHECK(wire::decode(query_of(table("deals"), ask)).find("filter[>=DATE_MODIFY]=") !=
          std::string::npos);
    CHECK(wire::decode(query_of(table("companies"), ask)).find("filter[>=DATE_MODIFY]=") !=
          std::string::npos);
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
