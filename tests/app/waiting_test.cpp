#include <catch2/catch.hpp>

#include "app/serving.h"

// What an operator sees of writes that wait, and of limits.
namespace hb::test {

TEST_CASE(
    "a write that backs off is told by kind since when it is wanted, also while nothing is due, "
    "and by 0 once it is done") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::Error;
    fault.method = "crm.item.add";
    fault.count = -1;
    fault.status = 503;
    fault.code = "INTERNAL_SERVER_ERROR";
    fault.description = "Internal server error";
    agency.portal->add_fault(fault);
    Serving service(agency, Serving::AsItStands{});
    const std::string series =
        R"(hourbridge_op_oldest_unfinished_timestamp_seconds{remote="bitrix24",kind="deal.create"})";
    CHECK(soon([&] { return service.metric(series) == 0; }));
    const auto before = to_epoch_seconds(agency.clock.now());
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    const auto after = to_epoch_seconds(agency.clock.now());
    // Tried, and put off: nothing is due.
    REQUIRE(soon([&] {
        const auto document = json::Document::parse(service.get("/readyz").body);
        if (!document) return false;
        const auto ops = document->root()["remotes"][0]["ops"];
        return ops["oldest_due"].null() && !ops["oldest_unfinished"].null() &&
               number(ops["waiting"]) > 0;
    }));
    const auto since = service.metric(series);
    CHECK(since >= before);
    CHECK(since <= after);
    INFO(service.get("/readyz").body);
    agency.portal->clear_faults();
    CHECK(soon([&] { return service.metric(series) == 0; }));
    service.stop();
}

} // namespace hb::test
