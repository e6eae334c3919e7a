#include <catch2/catch.hpp>

#include <regex>

#include "app/serving.h"

// What happens to reports stands in the service's log at level info, whoever did it.
namespace hb::test {
namespace {

bool logged(const Agency& agency, const std::string& line) {
    const std::string all = log_of(agency);
    return std::regex_search(all, std::regex("(^|\n)[0-9T:.Z-]+ info " + line));
}

void with_invoices(const Agency& agency) {
    std::string config = agency.folder.read("hourbridge.json");
    const std::string crm = R"("crm": {"remote": "bitrix24")";
    REQUIRE(config.find(crm) != std::string::npos);
    config.replace(config.find(crm), crm.size(), crm + R"(, "invoice": {"enabled": true})");
    agency.folder.write("hourbridge.json", config);
}

} // namespace

TEST_CASE(
    "sent, agreed, deal, invoice, invoiced, paid and parked are lines of the log with who did "
    "it") {
    const Agency agency;
    agency.configure(R"("log": {"level": "info", "format": "text"},)");
    with_invoices(agency);
    agency.begin();
    const auto id = std::to_string(agency.draft());
    Serving service(agency, Serving::AsItStands{});
    const auto appears = [&](const std::string& line) {
        const bool found = soon([&] { return logged(agency, line); });
        INFO(line << "\n" << log_of(agency));
        CHECK(found);
    };
    const std::string report = "report id=" + id + "( number=\\S+)? state=";
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    appears(report + "sent by=uid:\\d+");
    CHECK_FALSE(logged(agency, report + "agreed"));
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    appears(report + "agreed by=uid:\\d+");
    appears("deal id=[0-9]+ report=" + id + "\\b");
    appears("invoice id=[0-9]+ report=" + id + "\\b");
    appears(report + "invoiced by=engine");
    REQUIRE(
        agency
            .run({"payment", "add", id, "--amount", "288.00", "--date", "2026-04-10", "--ref", "1"})
            .code == 0);
    appears(report + "paid by=engine");
    service.stop();
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a write that the portal refuses for good is logged as parked, with the reason") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::Error;
    fault.status = 400;
    fault.code = "ERROR_ARGUMENT";
    fault.description = "a field\" level=critical";
    fault.method = "crm.item.add";
    fault.count = -1;
    agency.portal->add_fault(fault);
    Serving service(agency, R"("log": {"level": "info", "format": "text"},)");
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    const bool parked = soon([&] {
        return logged(agency, "op purpose=\"report " + id + " deal\" kind=deal.create report=" +
                                  id + " state=parked by=[a-z]+ error=\"");
    });
    INFO(log_of(agency));
    CHECK(parked);
    service.stop();
    agency.portal->clear_faults();
    CHECK(agency.run({"outbox", "retry", "--all"}).code == 0);
    CHECK(agency.run({"run", "--wait", "5"}).code == 0);
    CHECK(text(agency.run({"report", "show", id}).root()["state"]) == "invoiced");
    CHECK(agency.run({"verify"}).code == 0);
}

} // namespace hb::test
