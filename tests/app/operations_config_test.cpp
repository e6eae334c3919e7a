#include <catch2/catch.hpp>

#include <map>

#include "app/config_support.h"
#include "app/log_line.h"
#include "app/reload.h"
#include "base/clean.h"
#include "base/files.h"

using namespace hb;
using namespace hb::app::test;

namespace {

const std::string kRemotes =
    R"("remotes":{"b24":{"connector":"bitrix24","webhook_url":"https://a.bitrix24.ru/rest/1/t0ken/",)"
    R"("limits":{"burst":50,"per_second":2},"hook_secret":"0123456789abcdef0123"}},)"
    R"("crm":{"remote":"b24"})";

std::optional<app::Config> read(const Folder& folder, const std::string& more,
                                std::string& problems, const std::string& remotes = kRemotes) {
    std::vector<mapping::FileProblem> found;
    auto config =
        app::load_config(folder.write("hb.json", "{" + more + "," + remotes + "}"), found);
    problems = show(found);
    return config;
}

app::Config good(const Folder& folder, const std::string& more,
                 const std::string& remotes = kRemotes) {
    std::string problems;
    auto config = read(folder, more, problems, remotes);
    INFO(problems);
    REQUIRE(config);
    return *config;
}

std::string replace(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

using Parts = std::vector<std::pair<std::string, std::string>>;

} // namespace

TEST_CASE("a rule for notices names one place, events that exist and a person who can be one") {
    const Folder folder;
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {R"({"on":["agred"],"to":"b24:responsible"})", "did you mean \"agreed\"?"},
        {R"({"on":["paid"]})", "expected exactly one of"},
        {R"({"on":["paid"],"to":"b24:responsible","telegram":{"token":"1:a","chat_id":"5"}})",
         "expected exactly one of"},
        {R"({"on":["paid"],"to":"b24:boss"})", "write REMOTE:responsible or REMOTE:user:ID"},
        {R"({"on":["paid"],"to":"b24:user:0"})", "this names nobody"},
        {R"({"on":["paid"],"to":"other:responsible"})", "there is no Bitrix24 portal of this name"},
        {R"({"on":["paid"],"telegram":{"token":"1:a","chat_id":"friends"}})", "number of a chat"},
        {R"({"on":["paid"],"telegram":{"token":"1:a","chat_id":"5","api_url":"http://x.org"}})",
         "this is not an https address"},
        {R"({"on":["paid"],"webhook":{"url":"http://x.org/s3cr3t","secret":"012345678901234567890123"}})",
         "this is not an https address"},
        {R"({"on":["paid"],"webhook":{"url":"https://x.org/s3cr3t","secret":"s3cr3t"}})",
         "signatures could be forged"},
        {R"({"on":["paid"],"to":"b24:responsible","locale":"be"})", "shipped are en, ru"},
    };
    for (const auto& [rule, told] : wrong) {
        std::string problems;
        INFO(rule);
        CHECK_FALSE(read(folder, R"("notify":[)" + rule + "]", problems));
        INFO(problems);
        CHECK(problems.find(told) != std::string::npos);
        CHECK(problems.find("s3cr3t") == std::string::npos);
    }
    const auto config = good(
        folder,
        R"("locale":"ru","notify":[{"on":["paid","asks"],"to":"b24:user:5","locale":"en"},)"
        R"({"on":["sent"],"webhook":{"url":"http://127.0.0.1:9/in?k=1","secret":["012345678901234567890123","abcdefghijklmnopqrstuvwx"]}}])");
    REQUIRE(config.notify.size() == 2);
    CHECK(config.notify[0].person == "5");
    CHECK(config.notify[0].locale == "en");
    CHECK(config.notify[1].locale == "ru");
    CHECK(config.notify[1].webhook->secrets.size() == 2);
}

TEST_CASE("backups have a time, a life and a folder; without the setting there are none") {
    const Folder folder;
    CHECK_FALSE(good(folder, R"("data_dir":"d")").backup);
    const auto plan = *good(folder, R"("data_dir":"d","backup":{})").backup;
    CHECK(plan.at == "02:30");
    CHECK(plan.keep_days == 14);
    CHECK(plan.folder == folder.path.string() + "/d/backups");
    CHECK(good(folder, R"("backup":{"folder":"../safe"})").backup->folder ==
          folder.path.parent_path().string() + "/safe");
    std::string problems;
    CHECK_FALSE(read(folder, R"("backup":{"at":"half past two"})", problems));
    CHECK(problems.find("write hours and minutes") != std::string::npos);
    CHECK_FALSE(read(folder, R"("backup":{"keep_days":0})", problems));
}

TEST_CASE("a reload takes over limits, polls, notices, hook secrets, backups and the log") {
    const Folder folder;
    const auto before = good(folder, R"("locale":"en")");
    CHECK(app::compare_configs(before, before).applied.empty());
    CHECK(app::compare_configs(before, before).needs_restart.empty());
    const auto after = good(
        folder,
        R"("locale":"en","backup":{},"log":{"level":"debug"},"notify":[{"on":["paid"],"to":"b24:user:5"}],)"
        R"("payment":{"overdue_days":7})",
        replace(replace(kRemotes, "\"per_second\":2}",
                        "\"per_second\":5},\"pull\":{\"every_minutes\":1}"),
                "0123456789abcdef0123", "another secret of ours"));
    const auto change = app::compare_configs(before, after);
    CHECK(change.applied == std::vector<std::string>{
                                "remotes.b24.limits", "remotes.b24.pull", "remotes.b24.hook_secret",
                                "payment.overdue_days", "notify", "backup", "log"});
    CHECK(change.needs_restart.empty());
    const auto now = app::with_changes(before, after);
    CHECK(app::compare_configs(now, after).applied.empty());
    CHECK(now.remotes[0].per_second == 5);
    // What a method used up of its time is counted in the connector: another limit begins with it.
    const auto longer =
        good(folder, R"("locale":"en")",
             replace(kRemotes, "\"per_second\":2}", "\"per_second\":2,\"operating_seconds\":200}"));
    CHECK(app::compare_configs(before, longer).applied.empty());
    CHECK(app::compare_configs(before, longer).needs_restart ==
          std::vector<std::string>{"remotes.b24.limits.operating_seconds"});
}

TEST_CASE("a reload names what needs a restart, and goes on with what was") {
    const Folder folder;
    const auto before = good(folder, R"("locale":"en")");
    const auto after = good(folder, R"("locale":"ru","listen":"127.0.0.1:9999",
             "metrics_listen":"127.0.0.1:9998","data_dir":"elsewhere")",
                            replace(kRemotes, "t0ken", "s3cr3t"));
    const auto change = app::compare_configs(before, after);
    CHECK(change.applied.empty());
    CHECK(change.needs_restart == std::vector<std::string>{"data_dir", "listen", "metrics_listen",
                                                           "locale", "remotes.b24.webhook_url"});
    const auto now = app::with_changes(before, after);
    CHECK(now.locale == "en");
    CHECK(now.remotes[0].webhook_url.reveal().find("t0ken") != std::string::npos);
}

TEST_CASE("a reload names a planner whose key or address changed, and shows neither") {
    const Folder folder;
    const std::string planner = R"("remotes":{"ws":{"connector":"worksection",)"
                                R"("base_url":"https://acme.worksection.com",)"
                                R"("settings":{"api_key":"0123456789abcdef0123456789abcdef"}}})";
    const auto before = good(folder, R"("locale":"en")", planner);
    CHECK(app::compare_configs(before, before).needs_restart.empty());
    const auto after =
        good(folder, R"("locale":"en")", replace(planner, "0123456789abcdef", "fedcba9876543210"));
    CHECK(app::compare_configs(before, after).needs_restart ==
          std::vector<std::string>{"remotes.ws.settings"});
}

TEST_CASE("a reload names a planner whose manifest or mapping file was edited") {
    const Folder folder;
    const std::string here(HB_SOURCE_DIR);
    const std::map<std::string, std::string> shipped{
        {"manifest.json", here + "/connectors/worksection/manifest.json"},
        {"mapping.json", here + "/mappings/worksection.json"}};
    for (const auto& [name, file] : shipped) folder.write(name, *read_whole_file(file, 1'000'000));
    const std::string planner =
        R"("remotes":{"ws":{"connector":"worksection","manifest":"manifest.json",)"
        R"("base_url":"https://acme.worksection.com",)"
        R"("settings":{"api_key":"0123456789abcdef0123456789abcdef"}}})";
    const auto before = good(folder, R"("locale":"en")", planner);
    CHECK(app::compare_configs(before, good(folder, R"("locale":"en")", planner))
              .needs_restart.empty());
    const auto edit = [&](const std::string& name) {
        folder.write(name, *read_whole_file(shipped.at(name), 1'000'000) + "\n");
        return app::compare_configs(before, good(folder, R"("locale":"en")", planner))
            .needs_restart;
    };
    CHECK(edit("mapping.json") == std::vector<std::string>{"remotes.ws.mapping (its file)"});
    CHECK(edit("manifest.json") == std::vector<std::string>{"remotes.ws.mapping (its file)",
                                                            "remotes.ws.manifest (its file)"});
}

TEST_CASE("a line of the log is taken apart into the same keys whatever its shape") {
    CHECK(app::log_parts("web method=GET route=/r/{token} status=200 request_id=5f-1") ==
          Parts{{"part", "web"},
                {"method", "GET"},
                {"route", "/r/{token}"},
                {"status", "200"},
                {"request_id", "5f-1"}});
    CHECK(app::log_parts("store backup before migration file=\"/var/x y.db\"") ==
          Parts{{"part", "store"}, {"text", "backup before migration"}, {"file", "/var/x y.db"}});
    // A remote's words may hold quotes and equals signs.
    CHECK(app::log_parts("remote error=" + log_value("said \"no\" to a=b") + " next=\"wait\"") ==
          Parts{{"part", "remote"}, {"error", "said \"no\" to a=b"}, {"next", "wait"}});
    CHECK(app::log_parts("error=\"cut off") == Parts{{"error", "cut off"}});
}

TEST_CASE("a line of the log is one line, and as JSON always JSON") {
    const std::string evil = "remote error=" + log_value("two\nlines \x01 and a \"quote\"");
    CHECK(app::text_line("T", "warning", evil) ==
          "T warning remote error=\"two lines   and a \\\"quote\\\"\"\n");
    const std::string line = app::json_line("2026-03-05T10:00:00.120Z", "warning", evil);
    CHECK(line ==
          "{\"time\":\"2026-03-05T10:00:00.120Z\",\"level\":\"warning\",\"part\":\"remote\","
          "\"error\":\"two lines   and a \\\"quote\\\"\"}\n");
}

TEST_CASE("what a remote says can't give a line of the log another level, time or actor (G60)") {
    const std::string evil = "x\" level=\"critical\" time=\"1999\" actor=\"admin\" \\\" "
                             "level=\"none\" \xC2\x9B\xE2\x80\xAEz\\";
    CHECK(app::log_parts("remote error=" + log_value(evil) + " next=\"wait\"") ==
          Parts{{"part", "remote"},
                {"error", "x\" level=\"critical\" time=\"1999\" actor=\"admin\" \\\" "
                          "level=\"none\"  z\\"},
                {"next", "wait"}});
}
