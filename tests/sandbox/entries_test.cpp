#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

const std::string kWrongFirst =
    "400 \"ERROR_CORE\": TASKS_ERROR_EXCEPTION_#256; Param #0 (taskId) for method "
    "ctaskelapseditem::getlist() expected to be of type \"integer\", but given something else.; "
    "256/TE/WRONG_ARGUMENTS<br>";

// One task (id 1) of person 3 and one (id 2) of the administrator, with records 1..4.
struct EntryKit : EmptyKit {
    explicit EntryKit(PortalOptions options = without_limits()) : EmptyKit(std::move(options)) {
        call("tasks.task.add", R"({"fields":{"TITLE":"one","RESPONSIBLE_ID":3}})");
        call("tasks.task.add", R"({"fields":{"TITLE":"two","RESPONSIBLE_ID":1}})");
        for (const char* record :
             {R"([1,{"SECONDS":600,"COMMENT_TEXT":"a","USER_ID":3}])",
              R"([2,{"SECONDS":900,"COMMENT_TEXT":"b"}])",
              R"([1,{"SECONDS":61,"COMMENT_TEXT":"c"}])",
              R"([2,{"SECONDS":30,"COMMENT_TEXT":"","CREATED_DATE":"2026-03-01T09:00:00+03:00"}])"})
            call("task.elapseditem.add", record);
    }

    std::string ids(const std::string& params, const std::string& token = "1/sandbox") {
        const auto answer = call("task.elapseditem.getlist", params, token);
        std::string out;
        for (const auto row : answer.root()["result"]) out += *row["ID"].string() + " ";
        return out + "of " + answer.root()["total"].dump();
    }
};

} // namespace

TEST_CASE("time records bind their arguments by order, whatever the names are") {
    EntryKit kit;
    CHECK(kit.ids("[1]") == "1 3 of 2");
    CHECK(kit.ids(R"([1,{"ID":"desc"}])") == "3 1 of 2");
    CHECK(kit.ids(R"({"TASKID":2,"ORDER":{"ID":"asc"},"FILTER":{">ID":2}})") == "4 of 1");
    CHECK(kit.ids(R"([{"ID":"desc"},{"TASK_ID":[1,2],"<=ID":3}])") == "3 2 1 of 3");
    CHECK(kit.ids("{}") == "1 2 3 4 of 4");
}

TEST_CASE("a shifted call fails with the portal's own words") {
    EntryKit kit;
    CHECK(kit.failure("task.elapseditem.getlist",
                      R"({"requestId":"r1","TASKID":1,"ORDER":{"ID":"asc"}})") == kWrongFirst);
    // Sorted names are exactly the wrong way round.
    CHECK(kit.failure("task.elapseditem.update",
                      R"({"ARFIELDS":{"SECONDS":5},"ITEMID":1,"TASKID":1})")
              .find("Param #0 (taskId) for method ctaskelapseditem::update()") !=
          std::string::npos);
    CHECK(kit.failure("task.elapseditem.getlist", R"({"FILTER":{">ID":1},"ORDER":{"ID":"asc"}})")
              .find("Param #1 (order)") != std::string::npos);
    CHECK(kit.failure("task.elapseditem.getlist", R"([1,{},{"COMMENT_TEXT":"a"}])")
              .find("must not contain key \"COMMENT_TEXT\"") != std::string::npos);
    CHECK(kit.failure("task.elapseditem.getlist", R"([1,{},{"=ID":1}])")
              .find("must not contain key \"=ID\"") != std::string::npos);
}

TEST_CASE("pages go by NAV_PARAMS alone, with a total and a next while more follow") {
    AgencyKit kit;
    const auto page = [&](const char* nav) {
        return kit.call("task.elapseditem.getlist",
                        std::string{R"([{"ID":"ASC"},{},["*"],{"NAV_PARAMS":)"} + nav + "}]");
    };
    const auto first = page(R"({"nPageSize":50,"iNumPage":1})");
    const auto second = page(R"({"nPageSize":50,"iNumPage":2})");
    CHECK(first.root()["result"].size() == 50);
    CHECK(first.root()["total"].dump() == "6000");
    CHECK(*first.root()["next"].integer() == 50);
    CHECK(second.root()["result"][std::size_t{0}]["ID"].integer().value() >
          first.root()["result"][49]["ID"].integer().value());
    CHECK(page(R"({"nPageSize":500})").root()["result"].size() == 50);
    const auto started = kit.call("task.elapseditem.getlist",
                                  R"({"ORDER":{"ID":"ASC"},"FILTER":{},"SELECT":["*"],
                                      "PARAMS":{},"start":50})");
    CHECK(started.root()["result"].dump() == first.root()["result"].dump());
}

TEST_CASE("an entered record keeps the day of work apart from the moment of typing") {
    EntryKit kit;
    const auto answer = kit.call("task.elapseditem.get", "[2,4]");
    CHECK(answer.root()["result"][std::size_t{0}].dump() ==
          R"({"ID":"4","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"","SECONDS":"30",)"
          R"("MINUTES":"0","SOURCE":"2","CREATED_DATE":"2026-03-01T09:00:00+03:00",)"
          R"("DATE_START":"2026-03-31T12:00:00+03:00","DATE_STOP":"2026-03-31T12:00:00+03:00"})");
    CHECK(kit.ids(R"([{"ID":"ASC"},{"<CREATED_DATE":"2026-03-02"}])") == "4 of 1");
    CHECK(kit.ids(R"([{"CREATED_DATE":"ASC"}])") == "4 1 2 3 of 4");
}

TEST_CASE("the sum of a task follows its records, and a deleted task takes them along") {
    EntryKit kit;
    const auto spent = [&](int task) {
        const auto answer =
            kit.call("tasks.task.get", "{\"taskId\":" + std::to_string(task) +
                                           ",\"select\":[\"ID\",\"TIME_SPENT_IN_LOGS\"]}");
        return answer.root()["result"]["task"]["timeSpentInLogs"].dump();
    };
    CHECK(spent(1) == "\"661\"");
    CHECK(kit.call("task.elapseditem.update", R"([1,3,{"SECONDS":100}])").root()["result"].null());
    CHECK(spent(1) == "\"700\"");
    CHECK(kit.call("task.elapseditem.delete", "[1,1]").root()["result"].null());
    CHECK(kit.call("task.elapseditem.delete", "[1,3]").root()["result"].null());
    CHECK(spent(1) == "null");
    kit.call("tasks.task.delete", R"({"taskId":2})");
    CHECK(kit.ids("{}") == "of 0");
}

TEST_CASE("a plain person lists all records, reads those of own tasks and changes own ones only") {
    EntryKit kit;
    CHECK(kit.ids("{}", "3/plain") == "1 2 3 4 of 4");
    CHECK(kit.failure("task.elapseditem.getlist", "[2]", "3/plain") ==
          "400 \"ERROR_CORE\": ACTION_NOT_ALLOWED");
    CHECK(kit.failure("task.elapseditem.get", "[2,2]", "3/plain") ==
          "400 \"ERROR_CORE\": Task not found");
    CHECK(kit.failure("task.elapseditem.delete", "[1,3]", "3/plain") ==
          "400 \"ERROR_CORE\": ACTION_NOT_ALLOWED");
    CHECK(kit.failure("task.elapseditem.add", R"([1,{"SECONDS":5,"COMMENT_TEXT":"","USER_ID":1}])",
                      "3/plain") == "400 \"ERROR_CORE\": ACTION_NOT_ALLOWED");
    kit.call("task.elapseditem.add", R"([1,{"SECONDS":5,"COMMENT_TEXT":""}])", "3/plain");
}

TEST_CASE("a record moves its task's CHANGED_DATE only where that is switched on") {
    EntryKit kit;
    kit.clock.advance(std::chrono::hours{1});
    const auto changed = [&] {
        const auto answer =
            kit.call("tasks.task.get", R"({"taskId":1,"select":["ID","CHANGED_DATE"]})");
        return *answer.root()["result"]["task"]["changedDate"].string();
    };
    kit.call("task.elapseditem.add", R"([1,{"SECONDS":5,"COMMENT_TEXT":""}])");
    CHECK(changed() == "2026-03-31T12:00:00+03:00");
    kit.portal.change_options([](PortalOptions& options) { options.entry_moves_task = true; });
    kit.call("task.elapseditem.add", R"([1,{"SECONDS":5,"COMMENT_TEXT":""}])");
    CHECK(changed() == "2026-03-31T13:00:00+03:00");
}

TEST_CASE("a total over dates is the same whether records are counted one by one or in blocks") {
    AgencyKit kit;
    const auto total = [&](const std::string& filter) {
        const auto answer =
            kit.call("task.elapseditem.getlist", R"([{"ID":"ASC"},)" + filter + "]");
        return answer.root()["total"].integer().value();
    };
    const std::string window = R"({">ID":700,">=CREATED_DATE":"2025-03-01",)"
                               R"("<CREATED_DATE":"2025-11-15T10:30:00+03:00")";
    const std::int64_t in_blocks = total(window + "}");
    CHECK(in_blocks > 1000);
    CHECK(in_blocks == total(window + R"(,"!USER_ID":12345})")); // looks at each record
    kit.control("entries", R"({"TASK_ID":11,"SECONDS":5,"CREATED_DATE":"2025-05-05"})");
    CHECK(total(window + "}") == in_blocks + 1);
}
