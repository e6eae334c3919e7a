#include <catch2/catch.hpp>

#include "wire.h"

using namespace hb;

namespace {

Result<std::unique_ptr<connector::Connector>> make(const std::string& url) {
    static ManualClock clock(wire::kNow);
    static wire::Wire nothing;
    connector::Bitrix24Options options;
    options.webhook_url = Secret(url);
    return connector::make_bitrix24(options, std::make_unique<wire::WireClient>(nothing), clock);
}

} // namespace

TEST_CASE("a webhook URL of the documented form is taken, with or without its last slash") {
    struct Row {
        const char* url;
        const char* account;
    };
    const Row rows[] = {
        {"https://portal.bitrix24.com/rest/1/abc123/", "portal.bitrix24.com"},
        {"https://portal.bitrix24.com/rest/1/abc123", "portal.bitrix24.com"},
        {" https://Portal.Bitrix24.COM/rest/17/abc123/\n", "portal.bitrix24.com"},
        {"https://crm.firma.by:8443/rest/1/abc123/", "crm.firma.by:8443"},
        {"http://127.0.0.1:8081/rest/1/abc123/", "127.0.0.1:8081"},
        {"http://localhost:8081/rest/1/abc123/", "localhost:8081"},
        {"http://[::1]/rest/1/abc123/", "[::1]"},
    };
    for (const auto& row : rows) {
        INFO(row.url);
        const auto made = make(row.url);
        REQUIRE(made.ok());
        CHECK((*made)->account() == row.account);
    }
}

TEST_CASE("any other webhook URL is refused at once, and the error does not quote it") {
    for (const char* url : {"",
                            "portal",
                            "ftp://portal.example/rest/1/SECRETTOKEN/",
                            "http://portal.example/rest/1/SECRETTOKEN/",
                            "http://127.0.0.1.evil.example/rest/1/SECRETTOKEN/",
                            "http://127.evil.0.1/rest/1/SECRETTOKEN/",
                            "https://portal.example/rest/SECRETTOKEN/",
                            "https://portal.example/rest/1/",
                            "https://portal.example/rest/x/SECRETTOKEN/",
                            "https://portal.example/rest/1/SECRETTOKEN/profile.json",
                            "https://portal.example/rest/1/SECRETTOKEN/?auth=1",
                            "https://portal?.example/rest/1/SECRETTOKEN/",
                            "https://portal#.example/rest/1/SECRETTOKEN/",
                            "https://portal.example/rest/1/SECRETTOKEN#/",
                            "https://user@portal.example/rest/1/SECRETTOKEN/",
                            "https://user:SECRETTOKEN@portal.example/rest/1/abc/",
                            "https:///rest/1/SECRETTOKEN/",
                            "https://portal.example:port/rest/1/SECRETTOKEN/",
                            "https://portal.example/rest/1/SECRET TOKEN/",
                            "https://portal.example\\@evil/rest/1/SECRETTOKEN/"}) {
        INFO(url);
        const auto made = make(url);
        REQUIRE_FALSE(made.ok());
        CHECK(made.error().code == Code::Usage);
        CHECK(to_string(made.error()).find("SECRET") == std::string::npos);
        CHECK(made.error().hint.find("https://PORTAL/rest/USER/TOKEN/") != std::string::npos);
    }
}

TEST_CASE("a task's page is in its group, else with its person, else unknown") {
    const auto portal = make("https://portal.example/rest/1/abc/");
    REQUIRE(portal.ok());
    CHECK((*portal)->task_url("691", "7", "5") ==
          "https://portal.example/workgroups/group/7/tasks/task/view/691/");
    CHECK((*portal)->task_url("691", "0", "5") ==
          "https://portal.example/company/personal/user/5/tasks/task/view/691/");
    CHECK((*portal)->task_url("691", "", "5") ==
          "https://portal.example/company/personal/user/5/tasks/task/view/691/");
    CHECK((*portal)->task_url("691", "", "") == "");
    CHECK((*portal)->task_url("../x", "7", "5") == "");
}
