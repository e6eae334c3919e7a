#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>

#include "app/serving.h"
#include "base/files.h"

// P18, P24: what many installations on one host ask of each.
namespace hb::test {
namespace {

constexpr const char* kSafe = R"("backup": {"at": "00:00", "folder": "safe"},)";

std::int64_t standbys(const Serving& service, const std::string& result) {
    return std::max<std::int64_t>(
        0, service.metric("hourbridge_standby_total{result=\"" + result + "\"}"));
}

bool followed(const Serving& service, const std::string& how) {
    return soon([&] { return standbys(service, how) == 1; });
}

} // namespace

TEST_CASE("a service that starts again goes on with its standby copy, also after a kill, and makes "
          "a new one where that is not the books (R15)") {
    const Agency agency;
    agency.begin();
    {
        Serving service(agency, kSafe);
        REQUIRE(followed(service, "begun"));
        service.stop();
    }
    {
        Serving service(agency, kSafe);
        REQUIRE(followed(service, "resumed"));
        CHECK(standbys(service, "begun") == 0);
        agency.add_entry(agency.first, 900, "2026-03-22");
        REQUIRE(agency.run({"sync"}).code == 0);
        service.running->signal(SIGKILL);
        (void)service.running->wait();
    }
    {
        Serving service(agency, kSafe);
        REQUIRE(followed(service, "resumed"));
        service.stop();
    }
    const auto copy = agency.folder.path("safe/hourbridge-latest.db");
    std::fstream(copy, std::ios::in | std::ios::out | std::ios::binary).seekp(5000).put('?');
    {
        Serving service(agency, kSafe);
        REQUIRE(followed(service, "begun"));
        CHECK(standbys(service, "resumed") == 0);
        service.stop();
    }
    const auto restored = agency.run({"restore", copy});
    INFO(restored.out << restored.err);
    CHECK(restored.code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("night work begins at a time of the installation's own, the same each night, and check "
          "says when") {
    const Agency agency;
    agency.begin();
    const auto night = [&](const std::string& more) {
        agency.configure(more);
        return text(agency.run({"check"}).root()["night"]);
    };
    CHECK(night(R"("public_url": "https://reports.acme.example",)") ==
          "night work begins 25 min after its time: bitrix24 03:55 (night_spread_minutes)");
    CHECK(night(R"("public_url": "https://reports.third.example", "backup": {"at": "23:50"},)") ==
          "night work begins 35 min after its time: backup 00:25, bitrix24 04:05 "
          "(night_spread_minutes)");
    CHECK(night(R"("public_url": "https://reports.acme.example", "night_spread_minutes": 0,)")
              .empty());
}

} // namespace hb::test
