#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

TEST_CASE("the agency has the promised size and is the same each time") {
    AgencyKit one;
    AgencyKit two;
    const std::string state = one.control("state", "", "GET").body;
    CHECK(state == two.control("state", "", "GET").body);
    const auto document = json::Document::parse(state);
    REQUIRE(document.ok());
    CHECK(document->root()["tasks"].dump() == "1200");
    CHECK(document->root()["entries"].dump() == "6000");
    CHECK(document->root()["groups"].dump() == "18");
    CHECK(document->root()["companies"].dump() == "9");
    const std::string page = R"([{"ID":"ASC"},{">ID":3000},["*"],{"NAV_PARAMS":{"nPageSize":50}}])";
    CHECK(one.raw("task.elapseditem.getlist", page).body ==
          two.raw("task.elapseditem.getlist", page).body);
}
