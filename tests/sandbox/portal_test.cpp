#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

TEST_CASE("a portal tells who the token is and what time it has") {
    AgencyKit kit;
    CHECK(kit.call("profile").root()["result"]["ADMIN"].dump() == "true");
    CHECK(*kit.call("server.time").root()["result"].string() == "2026-03-31T12:00:00+03:00");
    CHECK(kit.call("user.get", "{}", "3/plain").root()["total"].dump() == "25");
}
