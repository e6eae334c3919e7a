#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

TEST_CASE("a batch command may quote the result of an earlier one") {
    AgencyKit kit;
    const auto answer = kit.call(
        "batch",
        R"({"halt":0,"cmd":{"u":"user.current","d":"department.get?ID=$result[u][UF_DEPARTMENT][0]"}})");
    const auto result = answer.root()["result"];
    CHECK(result["result"]["d"][std::size_t{0}]["ID"].dump() == "\"1\"");
    CHECK(result["result_error"].dump() == "[]");
    CHECK(result["result_total"].dump() == R"({"d":1})");
}
