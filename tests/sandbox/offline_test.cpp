#include "app_kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

struct OfflineKit : AppKit {
    OfflineKit() {
        by_app("event.bind", R"({"event":"ONCRMDEALUPDATE","event_type":"offline",
                                 "auth_connector":"hourbridge"})");
        call("crm.deal.add", R"({"fields":{"TITLE":"d"}})");
    }
    void change(const std::string& title, const std::string& more = "") {
        call("crm.item.update",
             R"({"entityTypeId":2,"id":1,"fields":{"title":")" + title + "\"}" + more + "}");
    }
    json::Document get(const std::string& more = "") {
        return by_app("event.offline.get", R"({"auth_connector":"hourbridge")" + more + "}");
    }
    static std::size_t count(const json::Document& answer) {
        return answer.root()["result"]["events"].size();
    }
};

} // namespace

TEST_CASE(
    "a repeated change keeps one record, a reserved one gets a successor (protocol section 22)") {
    OfflineKit kit;
    kit.change("a");
    kit.clock.advance(std::chrono::seconds{10});
    kit.change("b");
    const auto first = kit.get(R"(,"clear":0)");
    REQUIRE(OfflineKit::count(first) == 1);
    const auto record = first.root()["result"]["events"][std::size_t{0}];
    CHECK(record["EVENT_NAME"].dump() == "\"ONCRMDEALUPDATE\"");
    CHECK(record["EVENT_DATA"]["FIELDS"]["ID"].dump() == "\"1\"");
    CHECK(record["TIMESTAMP_X"].dump() == "\"2026-03-31T12:00:10+03:00\"");
    const std::string process = first.root()["result"]["process_id"].dump();
    CHECK(process.size() == 34);
    CHECK(OfflineKit::count(kit.get(R"(,"clear":0)")) == 0);
    kit.change("c");
    CHECK(OfflineKit::count(kit.get(R"(,"clear":0)")) == 1);
    CHECK(OfflineKit::count(kit.get(R"(,"clear":0,"process_id":)" + process)) == 1);
    kit.by_app("event.offline.clear", R"({"process_id":)" + process + R"(,"message_id":[)" +
                                          record["MESSAGE_ID"].dump() + "]}");
    const auto left = kit.by_app("event.offline.list", R"({"auth_connector":"hourbridge"})");
    CHECK(left.root()["total"].dump() == "1");
}

TEST_CASE("clear=1 forgets at once and gives no process") {
    OfflineKit kit;
    kit.change("a");
    const auto taken = kit.get();
    CHECK(OfflineKit::count(taken) == 1);
    CHECK(taken.root()["result"]["process_id"].null());
    CHECK(OfflineKit::count(kit.get()) == 0);
}

TEST_CASE("what a connector wrote is not queued for it, and what others wrote is") {
    OfflineKit kit;
    kit.change("a", R"(,"auth_connector":"hourbridge")");
    CHECK(OfflineKit::count(kit.get()) == 0);
    kit.change("b", R"(,"auth_connector":"other")");
    CHECK(OfflineKit::count(kit.get()) == 1);
    kit.change("c");
    const auto sourceless = kit.by_app("event.offline.get");
    CHECK(OfflineKit::count(sourceless) == 0);
}

TEST_CASE("failed records are read again with error, and a wrong process loses them") {
    OfflineKit kit;
    kit.change("a");
    auto taken = kit.get(R"(,"clear":0)");
    const std::string message =
        taken.root()["result"]["events"][std::size_t{0}]["MESSAGE_ID"].dump();
    kit.by_app("event.offline.error", R"({"process_id":)" +
                                          taken.root()["result"]["process_id"].dump() +
                                          R"(,"message_id":[)" + message + "]}");
    CHECK(OfflineKit::count(kit.get(R"(,"clear":0)")) == 0);
    CHECK(OfflineKit::count(kit.get(R"(,"clear":0,"error":1)")) == 1);
    kit.by_app("event.offline.error", R"({"process_id":"wrong","message_id":[)" + message + "]}");
    const auto left = kit.by_app("event.offline.list", R"({"auth_connector":"hourbridge"})");
    CHECK(left.root()["total"].dump() == "0");
}

TEST_CASE("offline events want an administrator, an application and the plan") {
    OfflineKit kit;
    CHECK(kit.failure("event.offline.get").starts_with("403 \"WRONG_AUTH_TYPE\""));
    CHECK(kit.by_app("feature.get", R"({"CODE":"rest_offline_extended"})")
              .root()["result"]["value"]
              .dump() == "\"Y\"");
    kit.control("options", R"({"offline_extended":false})");
    CHECK(kit.by_app("feature.get", R"({"CODE":"rest_offline_extended"})")
              .root()["result"]["value"]
              .dump() == "\"N\"");
    CHECK(kit.app_failure("event.offline.get", R"({"clear":0})") == "403 WRONG_LICENSE");
    CHECK(kit.by_app_raw("event.offline.get", R"({"clear":1})").status == 200);
    kit.control("options", R"({"auth_connector":false})");
    CHECK(kit.app_failure("event.offline.get", R"({"auth_connector":"hourbridge"})") ==
          "403 WRONG_LICENSE");
    kit.control("users/1", R"({"admin":false})");
    CHECK(kit.app_failure("event.offline.get") == "403 ACCESS_DENIED");
    CHECK(kit.app_failure("event.bind", R"({"event":"ONCRMDEALADD","event_type":"offline"})") ==
          "403 ACCESS_DENIED");
}

TEST_CASE("an older portal's records say neither what changed nor who did it") {
    OfflineKit kit;
    kit.control("options", R"({"offline_without_data":true})");
    kit.change("a");
    const auto taken = kit.get();
    const auto record = taken.root()["result"]["events"][std::size_t{0}];
    CHECK(record["EVENT_DATA"].dump() == "false");
    CHECK(record["EVENT_ADDITIONAL"].dump() == "false");
    CHECK(record["MESSAGE_ID"].dump() == "\"1\"");
}

TEST_CASE("ONOFFLINEEVENT tells that the queue has news, at most once a second") {
    OfflineKit kit;
    kit.by_app("event.bind", R"({"event":"ONOFFLINEEVENT","handler":"http://127.0.0.1:9/o"})");
    kit.change("a");
    kit.change("b");
    CHECK(kit.heard() == Heard{"ONOFFLINEEVENT "});
    kit.clock.advance(std::chrono::seconds{1});
    kit.change("c");
    CHECK(kit.heard() == Heard{"ONOFFLINEEVENT "});
}
