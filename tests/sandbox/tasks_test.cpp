#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

std::string ids(Kit& kit, const std::string& params, const std::string& token = "1/sandbox") {
    const auto answer = kit.call("tasks.task.list", params, token);
    std::string out;
    for (const auto task : answer.root()["result"]["tasks"]) out += *task["id"].string() + " ";
    return out;
}

json::Document task(Kit& kit, const std::string& select) {
    return kit.call("tasks.task.get", R"({"taskId":1,"select":)" + select + "}");
}

} // namespace

TEST_CASE("an answer holds what select names, and custom fields only when they are named") {
    EmptyKit kit;
    kit.call(
        "tasks.task.add",
        R"({"fields":{"TITLE":"T","RESPONSIBLE_ID":3,"UF_CRM_TASK":["CO_5"],"TAGS":["bug"]}})");
    const auto some = task(kit, R"(["ID","TITLE","TAGS","UF_CRM_TASK"])");
    const auto one = some.root()["result"]["task"];
    CHECK(one["ufCrmTask"].dump() == R"(["CO_5"])");
    CHECK(one["tags"].dump() == R"({"1":{"id":1,"title":"bug"}})");
    CHECK(one["groupId"].missing());
    CHECK(one["responsible"].missing());
    const auto all = task(kit, R"(["*"])");
    CHECK(all.root()["result"]["task"]["ufCrmTask"].missing());
    CHECK(all.root()["result"]["task"]["groupId"].dump() == "\"0\"");
}

TEST_CASE("a missing or forbidden task is an empty list with 200") {
    EmptyKit kit;
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"T","RESPONSIBLE_ID":1}})");
    CHECK(kit.call("tasks.task.get", R"({"taskId":77})").root()["result"].dump() == "[]");
    CHECK(kit.call("tasks.task.get", R"({"taskId":1})", "3/plain").root()["result"].dump() == "[]");
    CHECK(
        kit.failure("tasks.task.get", R"({"taskId":"x"})").starts_with("400 \"0\": wrong task id"));
    CHECK(kit.failure("tasks.task.get").starts_with("400 \"100\""));
    CHECK(
        kit.failure("tasks.task.get", R"({"taskId":1,"select":"ID"})").starts_with("400 \"100\""));
}

TEST_CASE("a misspelled order or a wrong value fails; a misspelled filter key lists everything") {
    AgencyKit kit;
    CHECK(kit.call("tasks.task.list", R"({"filter":{">=CHANGED":"2026-01-01"}})")
              .root()["total"]
              .dump() == "1200");
    CHECK(kit.failure("tasks.task.list", R"({"order":{"CREATED_BY":"asc"}})") ==
          "400 \"0\": Invalid sorting key (internal error)");
    CHECK(kit.failure("tasks.task.list", R"({"filter":{"ID":"abc"}})").starts_with("400 \"100\""));
}

TEST_CASE("pages of tasks: 50 rows, next and total, and neither with start -1") {
    AgencyKit kit;
    const auto first = kit.call("tasks.task.list", R"({"order":{"ID":"ASC"},"select":["ID"]})");
    CHECK(first.root()["result"]["tasks"].size() == 50);
    CHECK(first.root()["total"].dump() == "1200");
    CHECK(first.root()["next"].dump() == "50");
    const auto last = kit.call("tasks.task.list", R"({"select":["ID"],"start":1150})");
    CHECK(last.root()["result"]["tasks"].size() == 50);
    CHECK(last.root()["next"].missing());
    const auto uncounted = kit.call("tasks.task.list", R"({"select":["ID"],"start":-1})");
    CHECK(uncounted.root()["total"].missing());
    CHECK(uncounted.root()["next"].missing());
}

TEST_CASE("a keyset walk visits each task once, also by what it filters") {
    AgencyKit kit;
    std::int64_t last = 0;
    std::size_t seen = 0;
    for (int page = 0; page < 40; ++page) {
        const auto answer =
            kit.call("tasks.task.list", R"({"order":{"ID":"ASC"},"select":["ID"],"start":-1,
                     "filter":{"GROUP_ID":[2,3,4],">ID":)" +
                                            std::to_string(last) + "}}");
        const auto rows = answer.root()["result"]["tasks"];
        for (const auto row : rows) {
            CHECK(row["id"].integer().value() > last);
            last = row["id"].integer().value();
        }
        seen += rows.size();
        if (rows.size() < 50) break;
    }
    const auto counted =
        kit.call("tasks.task.list", R"({"filter":{"GROUP_ID":[2,3,4]},"select":["ID"]})");
    CHECK(std::to_string(seen) == counted.root()["total"].dump());
}

TEST_CASE("filters know prefixes, lists, patterns, links and both statuses") {
    EmptyKit kit;
    const auto add = [&](const std::string& fields) {
        kit.call("tasks.task.add", R"({"fields":{"RESPONSIBLE_ID":3,)" + fields + "}}");
    };
    add(R"("TITLE":"Баннер","UF_CRM_TASK":["D_10","CO_5"],"DEADLINE":"2026-03-01T10:00:00+03:00")");
    add(R"("TITLE":"Landing","TAGS":["bug","design"],"PARENT_ID":1)");
    add(R"("TITLE":"Лендинг","PRIORITY":2)");
    CHECK(ids(kit, R"({"filter":{"UF_CRM_TASK":"D_10"}})") == "1 ");
    CHECK(ids(kit, R"({"filter":{"UF_CRM_TASK":["D_11","CO_5"]}})") == "1 ");
    CHECK(ids(kit, R"({"filter":{"TITLE":"%лен%"}})") == "3 ");
    CHECK(ids(kit, R"({"filter":{"TAG":"BUG"}})") == "2 ");
    CHECK(ids(kit, R"({"filter":{"!ID":2}})") == "1 3 ");
    CHECK(ids(kit, R"({"filter":{"ID":[3,1,9]},"order":{"ID":"DESC"}})") == "3 1 ");
    CHECK(ids(kit, R"({"filter":{"STATUS":-1}})") == "1 ");
    CHECK(ids(kit, R"({"filter":{"STATUS":2}})") == "2 3 ");
    CHECK(ids(kit, R"({"filter":{"REAL_STATUS":2}})") == "1 2 3 ");
    CHECK(ids(kit, R"({"filter":{"PARENT_ID":1}})") == "2 ");
    CHECK(ids(kit, R"({"filter":{"ONLY_ROOT_TASKS":"Y"}})") == "1 3 ");
    CHECK(ids(kit, R"({"order":{"PRIORITY":"desc","TITLE":"asc"}})") == "3 2 1 ");
    CHECK(ids(kit, R"({"filter":{">=CHANGED_DATE":"2026-03-31T12:00:01+03:00"}})") == "");
    CHECK(ids(kit, R"({"filter":{">=CHANGED_DATE":"2026-03-31T09:00:00Z"}})") == "1 2 3 ");
}

TEST_CASE("completing and renewing set the dates, and control asks the creator") {
    EmptyKit kit;
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"T","RESPONSIBLE_ID":3,"TASK_CONTROL":"Y"}})");
    const auto status = [](const json::Document& answer) {
        const auto one = answer.root()["result"]["task"];
        return one["status"].dump() + one["closedDate"].dump() + one["closedBy"].dump();
    };
    CHECK(status(kit.call("tasks.task.complete", R"({"taskId":1})", "3/plain")) ==
          "\"4\"null\"0\"");
    CHECK(status(kit.call("tasks.task.complete", R"({"taskId":1})")) ==
          "\"5\"\"2026-03-31T12:00:00+03:00\"\"1\"");
    CHECK(kit.failure("tasks.task.complete", R"({"taskId":1})") ==
          "400 \"0\": Action on the task is not allowed");
    CHECK(status(kit.call("tasks.task.renew", R"({"taskId":1})")) == "\"2\"null\"0\"");
    CHECK(kit.failure("tasks.task.renew", R"({"taskId":1})") ==
          "400 \"1048582\": Action on the task is not allowed");
    CHECK(kit.failure("tasks.task.delete", R"({"taskId":9})") ==
          "400 \"1048582\": No access to delete the task");
}

TEST_CASE("an update changes what it names and moves CHANGED_DATE") {
    EmptyKit kit;
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"T","RESPONSIBLE_ID":3,"TAGS":["bug"]}})");
    kit.clock.advance(std::chrono::hours{1});
    kit.call("tasks.task.update", R"({"taskId":1,"fields":{"DESCRIPTION":"d"}})");
    const auto now = task(kit, R"(["ID","TITLE","TAGS","CHANGED_DATE","DESCRIPTION"])");
    const auto one = now.root()["result"]["task"];
    CHECK(*one["title"].string() == "T");
    CHECK(*one["description"].string() == "d");
    CHECK(*one["changedDate"].string() == "2026-03-31T13:00:00+03:00");
    CHECK(kit.failure("tasks.task.update", R"({"taskId":1,"fields":{"PARENT_ID":1}})") ==
          "400 \"ERROR_CORE\": Cannot bind the node to itself<br>");
    CHECK(kit.failure("tasks.task.add", R"({"fields":{"TITLE":" ","RESPONSIBLE_ID":3}})") ==
          "400 \"ERROR_CORE\": Task title is not specified<br>");
}

TEST_CASE("custom fields exist once they are defined, and leave with their definition") {
    EmptyKit kit;
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"T","RESPONSIBLE_ID":3,"UF_HB_PAID":"50"}})");
    const std::string field =
        R"({"PARAMS":{"USER_TYPE_ID":"string","FIELD_NAME":"HB_PAID","LABEL":"Paid"}})";
    CHECK(kit.failure("task.item.userfield.add", field, "3/plain") ==
          "400 \"ERROR_CORE\": Access denied");
    const std::string id = kit.call("task.item.userfield.add", field).root()["result"].dump();
    CHECK(kit.failure("task.item.userfield.add", field) ==
          "400 \"ERROR_CORE\": The field UF_HB_PAID for the object TASKS_TASK already exists.");
    const auto value = [&] {
        const auto answer = task(kit, R"(["ID","UF_HB_PAID"])");
        const auto one = answer.root()["result"]["task"]["ufHbPaid"];
        return one.missing() ? std::string{"missing"} : one.dump();
    };
    CHECK(value() == "null");
    kit.call("tasks.task.update", R"({"taskId":1,"fields":{"UF_HB_PAID":"50"}})");
    CHECK(value() == "\"50\"");
    CHECK(ids(kit, R"({"filter":{"UF_HB_PAID":"50"}})") == "1 ");
    const auto list =
        kit.call("task.item.userfield.getlist", R"([{"SORT":"ASC"},{"FIELD_NAME":"UF_HB_PAID"}])");
    CHECK(list.root()["result"].size() == 1);
    CHECK(list.root()["total"].dump() == "0");
    kit.call("task.item.userfield.delete", "[" + id + "]");
    CHECK(value() == "missing");
}

TEST_CASE("a plain person sees what he takes part in") {
    EmptyKit kit;
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"a","RESPONSIBLE_ID":1}})");
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"b","RESPONSIBLE_ID":1,"AUDITORS":[3]}})");
    kit.call("tasks.task.add", R"({"fields":{"TITLE":"c","RESPONSIBLE_ID":3}})");
    CHECK(ids(kit, "{}") == "1 2 3 ");
    CHECK(ids(kit, "{}", "3/plain") == "2 3 ");
    CHECK(kit.call("tasks.task.list", "{}", "3/plain").root()["total"].dump() == "2");
}
