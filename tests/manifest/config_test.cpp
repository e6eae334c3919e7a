#include <catch2/catch.hpp>

#include "app/config_support.h"
#include "app/planner_options.h"

// A planner among the remotes of a configuration: what is taken, and what is said of each mistake.
namespace hb::app::test {
namespace {

std::string with(const std::string& remote) {
    return R"({"remotes": {
"b24": {"connector": "bitrix24", "webhook_url": "http://127.0.0.1:1/rest/1/token/"},
"ws": )" + remote +
           "\n}}\n";
}

} // namespace

TEST_CASE("a planner is configured by the names of its manifest") {
    const Folder folder;
    const Variable key("HB_TEST_WS_KEY", "s3cr3tt0ken");
    const auto config = must_load(folder, with(R"({"connector": "worksection",
"base_url": "https://acme.worksection.com", "settings": {"api_key": {"env": "HB_TEST_WS_KEY"},
"time_zone": "Europe/Kyiv", "requests_per_second": 2}, "pull": {"every_minutes": 15}})"));
    REQUIRE(config.remotes.size() == 2);
    const auto& remote = config.remotes[1];
    REQUIRE(remote.planner.has_value());
    CHECK(remote.planner->settings.at("api_key").reveal() == "s3cr3tt0ken");
    CHECK(remote.planner->settings.at("requests_per_second").reveal() == "2");
    CHECK(remote.poll_minutes == 15);
    CHECK(connector::account_of(remote.planner->plan, planner_options(remote)) ==
          "acme.worksection.com");
}

TEST_CASE("each mistake in a planner's remote is told at its place, and never its secret") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {R"({"connector": "worksection", "settings": {"api_key": "s3cr3tt0ken"}})",
         "the settings do not make an address"},
        {R"({"connector": "worksection", "base_url": "http://acme.example", "settings": {"api_key": "s3cr3tt0ken"}})",
         "/remotes/ws/base_url: this is no address that may be asked"},
        {R"({"connector": "worksection", "base_url": "https://acme.worksection.com", "settings": {}})",
         "no way to prove who we are is set. set api_key; or query_key; or"},
        {R"({"connector": "worksection", "base_url": "https://acme.worksection.com", "settings": {"apikey": "s3cr3tt0ken", "api_key": "x"}})",
         "/remotes/ws/settings/apikey: there is no such setting of Worksection. did you mean "
         "\"api_key\"?"},
        {R"({"connector": "worksection", "base_url": "https://acme.worksection.com", "settings": {"api_key": "s3cr3tt0ken", "time_zone": "Europe/Kijev"}})",
         "/remotes/ws/settings/time_zone: unknown time zone"},
        {R"({"connector": "worksection", "base_url": "https://acme.worksection.com", "settings": {"api_key": "s3cr3tt0ken", "oldest": "yesterday"}})",
         "/remotes/ws/settings/oldest: this is not a date"},
        {R"({"connector": "worksection", "base_url": "https://acme.worksection.com", "settings": {"api_key": "s3cr3tt0ken"}, "limits": {"burst": 5}})",
         "/remotes/ws/limits: the connector worksection has no such setting"},
        {R"({"connector": "worksection", "base_url": "https://acme.worksection.com", "settings": {"api_key": "s3cr3tt0ken"}, "hook_secret": "short"})",
         "/remotes/ws/hook_secret: shorter than 16 characters"},
        {R"({"connector": "worksection", "base_url": "https://acme.worksection.com", "settings": {"api_key": "s3cr3tt0ken"}, "pull": {"reconcile_at": "25:00"}})",
         "/remotes/ws/pull/reconcile_at: this is not a time of day"},
        {R"({"connector": "toggl", "settings": {"token": "s3cr3tt0ken"}})",
         "missing setting \"workspace\""},
        {R"({"connector": "mine", "manifest": "nowhere/manifest.json"})",
         "/remotes/ws/manifest: can't read the manifest"},
        {R"({"connector": "kimai", "settings": {"token": "s3cr3tt0ken"}})",
         "/remotes/ws/base_url: missing: every Kimai has its own address"},
    };
    for (const auto& [remote, said] : rows) {
        INFO(remote);
        const std::string problems = problems_of(with(remote));
        INFO(problems);
        CHECK(problems.find(said) != std::string::npos);
        CHECK(problems.find("s3cr3tt0ken") == std::string::npos);
    }
}

TEST_CASE("one account under two names is refused: its hours would be counted twice (G17)") {
    const std::string one =
        R"({"connector": "worksection", "base_url": "https://acme.worksection.com",
"settings": {"api_key": "s3cr3tt0ken"}},
"ws2": {"connector": "worksection", "base_url": "https://ACME.worksection.com",
"settings": {"api_key": "s3cr3tt0ken"}})";
    CHECK(problems_of(with(one)).find("under a second name") != std::string::npos);
}

TEST_CASE("planners of two kinds on one host are two accounts (G17)") {
    const std::string both =
        R"({"connector": "kimai", "base_url": "https://tools.example.com/kimai",
"settings": {"token": "s3cr3tt0ken"}},
"redmine": {"connector": "redmine", "base_url": "https://tools.example.com/redmine",
"settings": {"key": "s3cr3tt0ken"}})";
    CHECK(problems_of(with(both)).find("under a second name") == std::string::npos);
}

} // namespace hb::app::test
