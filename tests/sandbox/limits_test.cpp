#include "kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;
using namespace std::chrono_literals;

namespace {

PortalOptions with_costs(std::int64_t cost_ms) {
    PortalOptions options;
    options.limits.requests = false;
    options.limits.cost_ms = cost_ms;
    return options;
}

} // namespace

TEST_CASE("the request bucket holds 50 and leaks two a second") {
    EmptyKit kit{PortalOptions{}};
    for (int i = 0; i < 50; ++i) CHECK(kit.raw("user.admin", "").status == 200);
    const HttpAnswer refused = kit.raw("user.admin", "");
    CHECK(refused.status == 503);
    CHECK(refused.body ==
          R"({"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"})");
    kit.clock.advance(1000ms);
    CHECK(kit.raw("user.admin", "").status == 200);
    CHECK(kit.raw("user.admin", "").status == 200);
    CHECK(kit.raw("user.admin", "").status == 503);
}

TEST_CASE("a batch is one request, and another source has its own bucket") {
    PortalOptions options;
    options.limits.capacity = 1;
    EmptyKit kit{options};
    const std::string ten =
        R"({"cmd":["scope","scope","scope","scope","scope","scope","scope","scope","scope","scope"]})";
    CHECK(kit.raw("batch", ten).status == 200);
    CHECK(kit.raw("scope", "").status == 503);
    HttpRequest other;
    other.path = "/rest/1/sandbox/scope";
    other.source = "10.0.0.7";
    CHECK(kit.portal.handle(other).status == 200);
}

TEST_CASE("a method's run time counts for ten minutes, and the call that crosses the limit ends") {
    EmptyKit kit{with_costs(100'000)};
    for (int i = 0; i < 5; ++i) {
        const auto answer = kit.call("user.admin");
        CHECK(answer.root()["time"]["operating"].dump() == std::to_string((i + 1) * 100) + ".000");
        kit.clock.advance(60s);
    }
    CHECK(kit.failure("user.admin") ==
          "429 \"OPERATION_TIME_LIMIT\": Method is blocked due to operation time limit.");
    // Other methods and other tokens have their own.
    CHECK(kit.raw("scope", "").status == 200);
    CHECK(kit.raw("user.admin", "", "3/plain").status == 200);
    // The first basket leaves ten minutes after its first call, the others stay.
    kit.clock.advance(300s - 1ms);
    CHECK(kit.raw("user.admin", "").status == 429);
    kit.clock.advance(1ms);
    const auto again = kit.call("user.admin");
    CHECK(again.root()["time"]["operating"].dump() == "500.000");
    CHECK(again.root()["time"]["operating_reset_at"].integer().value() ==
          to_epoch_seconds(some_noon()) + 60 + 600);
}

TEST_CASE("inside a batch the limit shows only under its command") {
    EmptyKit kit{with_costs(240'000)};
    const auto answer = kit.call("batch", R"({"cmd":["scope","scope","scope"]})");
    CHECK(answer.root()["result"]["result"].size() == 2);
    CHECK(*answer.root()["result"]["result_error"]["2"]["error"].string() ==
          "OPERATION_TIME_LIMIT");
    CHECK(answer.root()["time"]["operating"].dump() == "0.000");
}

TEST_CASE("the time block has the forms of old and new portals") {
    EmptyKit kit;
    const auto form = [&](TimeForm wanted) {
        kit.portal.change_options([&](PortalOptions& o) { o.time_form = wanted; });
        const auto answer = kit.call("scope");
        const auto time = answer.root()["time"];
        return std::pair{time["start"].dump(), time["operating"].missing()};
    };
    CHECK(form(TimeForm::Full) == std::pair<std::string, bool>{"1774947600.000", false});
    CHECK(form(TimeForm::WithoutOperating).second);
    CHECK(form(TimeForm::WholeSeconds).first == "1774947600");
    CHECK(form(TimeForm::None).first == "null");
}
