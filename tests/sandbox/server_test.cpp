#include "kit.h"
#include "sandbox/server.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

TEST_CASE("a server starts on any free port, says which, and stops") {
    AgencyKit kit;
    Server server{kit.portal};
    const auto port = server.start();
    REQUIRE(port.ok());
    CHECK(*port > 0);
    CHECK(server.webhook("sandbox") ==
          "http://127.0.0.1:" + std::to_string(*port) + "/rest/1/sandbox/");
    server.stop();
}
