#include <catch2/catch.hpp>

#include "mapping/plain_text.h"
#include "support.h"
#include "json/writer.h"

using namespace hb;

namespace {

std::string entry(std::string_view changes) {
    return map_row("entries", R"({"ID":"7","TASK_ID":"691","USER_ID":"3","COMMENT_TEXT":"x",)"
                              R"("SECONDS":"60","CREATED_DATE":"2026-03-05T10:00:00+03:00",)" +
                                  std::string(changes) + "}");
}
std::string task(std::string_view changes) {
    return map_row("tasks", R"({"id":"8","title":"T","status":"2",)" + std::string(changes) + "}");
}

const std::string kAt = " at=2026-03-05T07:00:00Z \"x\"";

} // namespace

TEST_CASE("numbers as text and text as numbers are one (26.2)") {
    CHECK(map_row("entries", R"({"ID":7,"TASK_ID":691,"USER_ID":3,"SECONDS":3600,)"
                             R"("COMMENT_TEXT":42,"CREATED_DATE":"2026-03-05T10:00:00Z"})") ==
          "entry 7 task=691 person=3 seconds=3600 at=2026-03-05T10:00:00Z \"42\"");
    CHECK(map_row("tasks", R"({"id":8,"title":15,"status":5,"groupId":125,"parentId":0,)"
                           R"("timeSpentInLogs":69963})") ==
          "task 8 \"15\" project=125 status=5 total=69963");
    CHECK(map_row("users", R"({"ID":5,"ACTIVE":"N","NAME":7,"LAST_NAME":"x"})") ==
          "person 5 \"7 x\" dismissed");
}

TEST_CASE("null, empty text, missing, [] and {} all mean that nothing is there (26.2)") {
    const std::string bare = "task 8 \"task #8\" status=2";
    for (const char* nothing : {"null", "\"\"", "[]", "{}", "false"}) {
        INFO(nothing);
        std::string row = R"({"id":"8","status":"2")";
        for (const char* key :
             {"title", "parentId", "groupId", "group", "responsibleId", "tags", "ufCrmTask",
              "createdDate", "closedDate", "deadline", "timeSpentInLogs", "ufHbPaid", "ufHbReport"})
            row += ",\"" + std::string(key) + "\":" + nothing;
        CHECK(map_row("tasks", row + "}") == bare);
    }
    CHECK(map_row("tasks", R"({"id":"8","status":"2"})") == bare);
}

TEST_CASE(
    "keys that nobody expects are passed over, and of a key that comes twice the last counts") {
    CHECK(entry(R"("NEW_THING":{"deep":[1,2,{"x":null}]},"SECONDS":"120","MINUTES":"90")") ==
          "entry 7 task=691 person=3 seconds=120" + kAt);
}

TEST_CASE("Cyrillic and emoji come through as they are (26.2)") {
    CHECK(map_row("groups", R"({"id":"5","name":"Сайт 🚀 «Ёлка»","closed":"Y"})") ==
          "project 5 \"Сайт 🚀 «Ёлка»\" closed");
    CHECK(task(R"("tags":{"3":{"id":3,"title":"баг 🐛"}})") == "task 8 \"T\" status=2 tags=баг 🐛");
}

TEST_CASE("seconds are whole, not negative and at most 31 days; 0 is fine") {
    CHECK(entry(R"("SECONDS":"0")") == "entry 7 task=691 person=3 seconds=0" + kAt);
    CHECK(entry(R"("SECONDS":86400)") == "entry 7 task=691 person=3 seconds=86400" + kAt);
    CHECK(entry(R"("SECONDS":"1.5h")") ==
          "at /SECONDS: expected a whole number of seconds, got \"1.5h\"");
    CHECK(entry(R"("SECONDS":1.5)") == "at /SECONDS: expected a whole number of seconds, got 1.5");
    CHECK(entry(R"("SECONDS":"-5")") ==
          "at /SECONDS: expected seconds that are not negative, got \"-5\"");
    CHECK(entry(R"("SECONDS":2678400)") == "entry 7 task=691 person=3 seconds=2678400" + kAt);
    CHECK(entry(R"("SECONDS":2678401)") ==
          "at /SECONDS: expected at most 2678400 seconds, 31 days, in one record, got 2678401");
    CHECK(entry(R"("SECONDS":99999999999999999999)") ==
          "at /SECONDS: expected a whole number of seconds, got 99999999999999999999");
    CHECK(entry(R"("SECONDS":true)") ==
          "at /SECONDS: expected a whole number of seconds, got true");
    CHECK(entry(R"("SECONDS":null)") == "nothing at /SECONDS, but \"seconds\" must have a value");
}

TEST_CASE("a task's own sum may be longer than a day") {
    CHECK(task(R"("timeSpentInLogs":"699630")") == "task 8 \"T\" status=2 total=699630");
    CHECK(task(R"("timeSpentInLogs":"-1")") ==
          "at /timeSpentInLogs: expected a whole number, 0 or more, got \"-1\"");
}

TEST_CASE("times keep their moment whatever their offset, and lie between 1970 and 2100") {
    const auto at = [](const char* time) {
        return entry(R"("CREATED_DATE":")" + std::string(time) + "\"");
    };
    const std::string start = "entry 7 task=691 person=3 seconds=60 at=";
    CHECK(at("2026-03-05T23:30:00+03:00") == start + "2026-03-05T20:30:00Z \"x\"");
    CHECK(at("2026-03-05T23:30:00Z") == start + "2026-03-05T23:30:00Z \"x\"");
    CHECK(at("2026-03-05T23:30:00-11:00") == start + "2026-03-06T10:30:00Z \"x\"");
    CHECK(at("1970-01-01T00:00:00Z") == start + "1970-01-01T00:00:00Z \"x\"");
    CHECK(at("2100-12-31T23:59:59Z") == start + "2100-12-31T23:59:59Z \"x\"");
    const std::string where = "at /CREATED_DATE: expected a time ";
    CHECK(at("1969-12-31T23:59:59Z") == where + "from 1970 to 2100, got \"1969-12-31T23:59:59Z\"");
    CHECK(at("2101-01-01T00:00:00Z") == where + "from 1970 to 2100, got \"2101-01-01T00:00:00Z\"");
    for (const char* bad : {"2026-03-05", "2026-03-05 10:00:00", "05.03.2026 10:00:00",
                            "2026-02-30T10:00:00Z", "2026-03-05T10:00:00", "yesterday"}) {
        INFO(bad);
        CHECK(at(bad) ==
              where + "with its offset like 2026-03-05T16:41:59+03:00, got \"" + bad + "\"");
    }
    CHECK(entry(R"("CREATED_DATE":1772694000)") ==
          where + "with its offset like 2026-03-05T16:41:59+03:00, got 1772694000");
}

TEST_CASE(
    "an unknown status is a problem of the task that says what to add, never a guess (26.2)") {
    CHECK(map_row("tasks", R"({"id":"8","title":"T","status":"9"})") ==
          "at /status: expected a status of this mapping's table, got \"9\"; add the code to the "
          "table");
    CHECK(map_row("tasks", R"({"id":"8","title":"T","status":-1})") ==
          "at /status: expected a status of this mapping's table, got -1; add the code to the "
          "table");
    CHECK(map_row("tasks", R"({"id":"8","title":"T","status":["2"]})") ==
          "at /status: expected a status code, got an array of 1");
}

TEST_CASE("tags come as an object keyed by id, as a list, or as []") {
    CHECK(task(R"("tags":{"35":{"id":35,"title":"bug"},"7":{"id":7,"title":"Design"}})") ==
          "task 8 \"T\" status=2 tags=bug|Design");
    CHECK(task(R"("tags":["bug"," design ","","bug"])") == "task 8 \"T\" status=2 tags=bug|design");
    CHECK(task(R"("tags":[{"id":1,"name":"bug"}])") == "task 8 \"T\" status=2 tags=bug");
    CHECK(task(R"("tags":[])") == "task 8 \"T\" status=2");
    CHECK(task(R"("tags":"bug")") == "at /tags: expected a list of tags, got \"bug\"");
    CHECK(task(R"("tags":[5])") == "at /tags/0: expected a tag, got 5");
    CHECK(task(R"("tags":{"5":{"id":5}})") == "at /tags/5/name: expected a string, got nothing");
}

TEST_CASE("links keep their order; prefixes compare without case, and other kinds are ignored") {
    CHECK(task(R"("ufCrmTask":["C_627","CO_591","L_1177","T88_3","D_1723","co_12"])") ==
          "task 8 \"T\" status=2 company=591 deal=1723 company=12");
    CHECK(task(R"("ufCrmTask":"D_5")") == "task 8 \"T\" status=2 deal=5");
    CHECK(task(R"("ufCrmTask":["CO_0","",null])") == "task 8 \"T\" status=2");
    CHECK(task(R"("ufCrmTask":["591"])") ==
          "at /ufCrmTask/0: expected a link like CO_591, got \"591\"");
    CHECK(task(R"("ufCrmTask":["CO_x"])") ==
          "at /ufCrmTask/0: expected a link like CO_591, got \"CO_x\"");
    CHECK(task(R"("ufCrmTask":7)") == "at /ufCrmTask: expected a list of links, got 7");
}

TEST_CASE("an id of 0 means none; an id is one word") {
    CHECK(task(R"("groupId":"0","group":{"id":"9"})") == "task 8 \"T\" status=2");
    CHECK(task(R"("groupId":null,"group":{"id":"9"})") == "task 8 \"T\" project=9 status=2");
    CHECK(entry(R"("TASK_ID":"0")") == "entry 7 person=3 seconds=60" + kAt);
    CHECK(entry(R"("USER_ID":"0")") == "nothing at /USER_ID, but \"person\" must have a value");
    CHECK(entry(R"("TASK_ID":"6 91")") == "at /TASK_ID: expected an id, got \"6 91\"");
    CHECK(entry(R"("TASK_ID":6.5)") == "at /TASK_ID: expected an id, got 6.5");
    CHECK(entry(R"("TASK_ID":-6)") == "at /TASK_ID: expected an id, got -6");
    CHECK(entry(R"("TASK_ID":{"id":6})") == "at /TASK_ID: expected an id, got an object of 1");
}

TEST_CASE("flags are Y or N, true or false, 1 or 0") {
    for (const char* yes : {"true", "1", "\"1\"", "\"Y\"", "\"y\"", "\"true\""})
        CHECK(map_row("groups", R"({"ID":"5","NAME":"G","CLOSED":)" + std::string(yes) + "}") ==
              "project 5 \"G\" closed");
    for (const char* no :
         {"false", "0", "\"0\"", "\"N\"", "\"n\"", "\"false\"", "null", "\"\"", "[]"})
        CHECK(map_row("groups", R"({"ID":"5","NAME":"G","CLOSED":)" + std::string(no) + "}") ==
              "project 5 \"G\"");
    CHECK(map_row("groups", R"({"ID":"5","NAME":"G","CLOSED":"maybe"})") ==
          "at /CLOSED: expected a yes or no (true, 1, \"Y\" / false, 0, \"N\"), got \"maybe\"");
    CHECK(map_row("companies", R"({"ID":"1","TITLE":"We","IS_MY_COMPANY":"Y"})") ==
          "company 1 \"We\" own");
    // Who is not said to be dismissed is at work.
    CHECK(map_row("users", R"({"ID":"1","NAME":"A"})") == "person 1 \"A\"");
    CHECK(map_row("users", R"({"ID":"1","NAME":"A","ACTIVE":false})") ==
          "person 1 \"A\" dismissed");
}

TEST_CASE("a name is joined from its parts; who has none is called by number") {
    CHECK(map_row("users", R"({"ID":"1","NAME":" Ann ","LAST_NAME":"Lee"})") ==
          "person 1 \"Ann Lee\"");
    CHECK(map_row("users", R"({"ID":"1","NAME":"","LAST_NAME":"Lee"})") == "person 1 \"Lee\"");
    CHECK(map_row("users", R"({"ID":"1","NAME":null,"LAST_NAME":" "})") == "person 1 \"user #1\"");
    CHECK(show(shipped().apply({"users", "1", R"({"ID":"1"})", ""})) == "person 1 \"user #1\"");
}

TEST_CASE("comments lose their mark-up and keep what only looks like it") {
    using hb::mapping::plain_text;
    CHECK(plain_text("[b]Fix[/b]ed [URL=https://x.by/a]the page[/URL]") == "Fixed the page");
    CHECK(plain_text("<p>one</p><br/>two &lt;3 &amp;amp; &quot;x&quot;") ==
          "one two <3 &amp; \"x\"");
    CHECK(plain_text("[list][*]one[*]two[/list]") == "one two");
    CHECK(plain_text("[A] Deal, a < b, [] and <none> &unknown;") ==
          "[A] Deal, a < b, [] and <none> &unknown;");
    CHECK(plain_text(" a\r\n\tb  ") == "a b");
    CHECK(plain_text("[B] Deal: [b]x[/b]") == "Deal: x");
    CHECK(plain_text("[B] Deal") == "[B] Deal");
    CHECK(plain_text("[b") == "[b");
    CHECK(plain_text(std::string(200'000, '[')).size() == 200'000);
    CHECK(plain_text("&lt;b&gt;") == "<b>");
    CHECK(plain_text("") == "");
}

TEST_CASE("text that is not JSON or not an object is a problem, never a crash") {
    CHECK(map_row("entries", "") == "not JSON: line 1, column 1: the text is empty");
    CHECK(map_row("entries", "[1]") == "at the top: expected an object, got an array of 1");
    CHECK(map_row("entries", "null") == "at the top: expected an object, got null");
    CHECK(map_row("entries", "{\"ID\":") == "not JSON: line 1, column 7: expected a value");
}

TEST_CASE("a stream without rules is a problem of its records") {
    CHECK(map_row("invoices", "{}") == "the mapping has no rules for the stream \"invoices\"");
}

TEST_CASE("a record that was read under another id is a problem") {
    CHECK(show(shipped().apply({"users", "2", R"({"ID":"1","NAME":"A"})", ""})) ==
          "the record was read as \"2\", but its \"id\" says \"1\"");
    CHECK(show(shipped().apply({"users", "1", R"({"ID":1,"NAME":"A"})", ""})) == "person 1 \"A\"");
}

TEST_CASE("all problems of a record are told at once, and nothing of it is taken") {
    const auto mapped = shipped().apply(
        {"entries", "7", R"({"ID":"7","SECONDS":"1h","CREATED_DATE":"today"})", ""});
    CHECK_FALSE(mapped.fact);
    CHECK(show(mapped) ==
          "at /SECONDS: expected a whole number of seconds, got \"1h\" | "
          "at /CREATED_DATE: expected a time with its offset like 2026-03-05T16:41:59+03:00, got "
          "\"today\" | "
          "nothing at /USER_ID, but \"person\" must have a value");
}

TEST_CASE("a NUL inside a text can't cut it short later") {
    CHECK(map_row("groups", "{\"id\":\"5\",\"name\":\"a\\u0000b\"}") == "project 5 \"a\xEF\xBF\xBD"
                                                                        "b\"");
}
