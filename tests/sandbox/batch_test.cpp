#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

std::string part(const json::Document& answer, const char* map) {
    return answer.root()["result"][map].dump();
}

} // namespace

TEST_CASE("a batch command may quote the result of an earlier one") {
    AgencyKit kit;
    const auto answer = kit.call("batch", R"({"halt":0,"cmd":{"u":"user.current",
        "d":"department.get?ID=$result[u][UF_DEPARTMENT][0]",
        "e":"department.get?ID=%24result%5Bu%5D%5BUF_DEPARTMENT%5D%5B0%5D"}})");
    const auto result = answer.root()["result"];
    CHECK(result["result"]["d"][std::size_t{0}]["ID"].dump() == "\"1\"");
    CHECK(result["result"]["e"].dump() == result["result"]["d"].dump());
    CHECK(part(answer, "result_error") == "[]");
    CHECK(part(answer, "result_next") == "[]");
    CHECK(part(answer, "result_total") == R"({"d":1,"e":1})");
    CHECK(result["result_time"]["u"]["operating"].is_number());
}

TEST_CASE("failures stand under their commands while the batch answers 200") {
    AgencyKit kit;
    kit.portal.add_token({"few", 1, {"crm"}, Token::CrmRights::All});
    const std::string commands =
        R"("cmd":{"get_user":"user.current","get_department":"department.get?ID=1"}})";
    const auto all = kit.call("batch", R"({"halt":0,)" + commands, "1/few");
    CHECK(part(all, "result") == "[]");
    CHECK(all.root()["result"]["result_error"].size() == 2);
    CHECK(*all.root()["result"]["result_error"]["get_user"]["error"].string() ==
          "insufficient_scope");
    const auto halted = kit.call("batch", R"({"halt":1,)" + commands, "1/few");
    CHECK(halted.root()["result"]["result_error"].size() == 1);
    CHECK(part(halted, "result_time") == "[]");
}

TEST_CASE("maps of a batch are lists when their keys count from zero") {
    AgencyKit kit;
    const auto lists = kit.call("batch", R"({"cmd":["user.admin","server.time"]})");
    CHECK(lists.root()["result"]["result"].is_array());
    CHECK(part(lists, "result") == R"([true,"2026-03-31T12:00:00+03:00"])");
    const auto holes = kit.call("batch", R"({"cmd":["user.admin","no.such.method","scope"]})");
    CHECK(holes.root()["result"]["result"].is_object());
    CHECK(part(holes, "result_error") ==
          R"({"1":{"error":"ERROR_METHOD_NOT_FOUND","error_description":"Method not found!"}})");
}

TEST_CASE("a batch holds 50 commands and no batch") {
    AgencyKit kit;
    std::string commands;
    for (int i = 0; i < 52; ++i) commands += (i > 0 ? "," : "") + std::string{"\"user.admin\""};
    const auto answer = kit.call("batch", "{\"cmd\":[" + commands + "]}");
    CHECK(answer.root()["result"]["result"].size() == 50);
    CHECK(answer.root()["result"]["result_error"].size() == 2);
    CHECK(*answer.root()["result"]["result_error"]["51"]["error"].string() ==
          "ERROR_BATCH_LENGTH_EXCEEDED");
    const auto nested = kit.call("batch", R"({"cmd":{"b":"batch?cmd[0]=user.admin"}})");
    CHECK(*nested.root()["result"]["result_error"]["b"]["error"].string() ==
          "ERROR_BATCH_METHOD_NOT_ALLOWED");
}

TEST_CASE("a chain of pages walks by id, and starts again where its reference is empty") {
    AgencyKit kit;
    std::string commands =
        R"("c0":"task.elapseditem.getlist?0[ID]=ASC&1[>ID]=6350&2[]=*&3[NAV_PARAMS][nPageSize]=50")";
    for (int i = 1; i < 5; ++i) {
        const std::string before = "c" + std::to_string(i - 1);
        commands += ",\"c" + std::to_string(i) +
                    "\":\"task.elapseditem.getlist?0[ID]=ASC&1[>ID]=$result[" + before +
                    "][49][ID]&2[]=*&3[NAV_PARAMS][nPageSize]=50\"";
    }
    const auto answer = kit.call("batch", "{\"halt\":0,\"cmd\":{" + commands + "}}");
    const auto pages = answer.root()["result"]["result"];
    REQUIRE(pages.size() == 5);
    const auto first = [&](const char* key) {
        return pages[key][std::size_t{0}]["ID"].integer().value();
    };
    CHECK(first("c1") > pages["c0"][49]["ID"].integer().value());
    // 6481 is the last id: c2 is short, so c3 filters by nothing and begins from the first row.
    CHECK(pages["c2"].size() < 50);
    CHECK(first("c3") == 21);
}
