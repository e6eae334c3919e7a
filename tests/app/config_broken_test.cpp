#include <filesystem>
#include <set>

#include "config_support.h"

using namespace hb;
using namespace hb::app::test;

namespace {

// The folders with a manifest, as people see them: a new one needs no new text here.
std::string shipped_planners() {
    std::set<std::string> names;
    for (const auto& folder :
         std::filesystem::directory_iterator(std::string(HB_SOURCE_DIR) + "/connectors"))
        if (std::filesystem::exists(folder.path() / "manifest.json"))
            names.insert(folder.path().filename().string());
    std::string listed;
    for (const auto& name : names) listed += (listed.empty() ? "" : ", ") + name;
    return listed;
}

} // namespace

TEST_CASE("a broken configuration is told with its line, its place and the way out") {
    const Variable empty("HB_TEST_EMPTY", "");
    const Variable level("HB_TEST_LEVEL", "loud");
    unsetenv("HB_TEST_UNSET");
    struct Broken {
        const char* from;
        const char* to;
        const char* said;
    };
    const Broken table[] = {
        {"\"remotes\"", "\"remots\"",
         "DIR/hb.json:1: missing key \"remotes\"\n"
         "DIR/hb.json:7: /remots: unknown key \"remots\". did you mean \"remotes\"?\n"},
        {"\"data_dir\": \"data\"", "\"data_dir\": 5",
         "DIR/hb.json:2: /data_dir: expected a string or an object; got 5\n"},
        {"\"data_dir\": \"data\"", "\"data_dir\": {\"env\": \"HB_TEST_UNSET\"}",
         "DIR/hb.json:2: /data_dir/env: the environment variable HB_TEST_UNSET is not set. set it "
         "where hourbridge is started (for systemd: EnvironmentFile), or leave this setting out\n"},
        {"\"data_dir\": \"data\"", "\"data_dir\": {\"env\": \"HB_TEST_EMPTY\"}",
         "DIR/hb.json:2: /data_dir/env: the environment variable HB_TEST_EMPTY is empty. set it "
         "where hourbridge is started (for systemd: EnvironmentFile), or leave this setting out\n"},
        {"\"data_dir\": \"data\"", "\"data_dir\": {\"env\": \"A\", \"file\": \"b\"}",
         "DIR/hb.json:2: /data_dir: expected exactly one of \"env\" and \"file\". write {\"env\": "
         "\"NAME\"} or {\"file\": \"PATH\"}\n"},
        {"\"data_dir\": \"data\"", "\"data_dir\": {\"file\": \"nowhere\"}",
         "DIR/hb.json:2: /data_dir/file: can't read the file DIR/nowhere: No such file or "
         "directory. relative paths begin where the configuration stands\n"},
        {"\"data_dir\": \"data\"", "\"data_dir\": {\"evn\": \"A\"}",
         "DIR/hb.json:2: /data_dir/evn: unknown key \"evn\". did you mean \"env\"?\n"},
        {"127.0.0.1:8480", "0.0.0.0:8480",
         "DIR/hb.json:3: /listen: other machines reach \"0.0.0.0:8480\" without a proxy that "
         "speaks "
         "https. listen on 127.0.0.1, or add \"allow_direct\": true\n"},
        {"127.0.0.1:8480", "localhost",
         "DIR/hb.json:3: /listen: this is not ADDRESS:PORT: \"localhost\". write 127.0.0.1:8480 or "
         "unix:/run/hourbridge/http.sock\n"},
        {"127.0.0.1:8480", "127.0.0.1:99999",
         "DIR/hb.json:3: /listen: this is not ADDRESS:PORT: \"127.0.0.1:99999\". write "
         "127.0.0.1:8480 or unix:/run/hourbridge/http.sock\n"},
        {"127.0.0.1:8480", "unix:",
         "DIR/hb.json:3: /listen: the path of the socket is missing: \"unix:\". write "
         "127.0.0.1:8480 or unix:/run/hourbridge/http.sock\n"},
        {"\"127.0.0.1:8480\"", "\"127.0.0.1:8480\", \"metrics_listen\": \"9100\"",
         "DIR/hb.json:3: /metrics_listen: this is not ADDRESS:PORT: \"9100\". write "
         "127.0.0.1:8481 or the address of the network from which Prometheus comes\n"},
        {"\"127.0.0.1:8480\"", "\"127.0.0.1:8480\", \"metrics_listen\": \"127.0.0.1:8480\"",
         "DIR/hb.json:3: /metrics_listen: this is where the pages are: \"127.0.0.1:8480\". give it "
         "another port, or leave it out\n"},
        {"https://reports.example.com/", "reports.example.com",
         "DIR/hb.json:4: /public_url: this is not an address: \"reports.example.com\". write it "
         "like https://reports.example.com\n"},
        {"Europe/Minsk", "Europe/Misnk",
         "DIR/hb.json:5: /time_zone: unknown time zone \"Europe/Misnk\". did you mean "
         "\"Europe/Minsk\"?\n"},
        {"\"ru\"", "\"russian\"",
         "DIR/hb.json:6: /locale: there are no texts in this language: \"russian\". shipped are "
         "en, "
         "ru\n"},
        {"\"ru\"", "\"be\"",
         "DIR/hb.json:6: /locale: there are no texts in this language: \"be\". shipped are en, "
         "ru\n"},
        {"\"bitrix24\"", "\"bitrix\"",
         "DIR/hb.json:8: /remotes/b24/connector: there is no connector \"bitrix\"; this version "
         "knows bitrix24, CONNECTORS. did you mean \"bitrix24\"?\n"},
        {"\"bitrix24\"", "\"basecamp\"",
         "DIR/hb.json:8: /remotes/b24/connector: there is no connector \"basecamp\"; this version "
         "knows bitrix24, CONNECTORS. write a manifest of your own (hourbridge connector new) and "
         "name "
         "it under \"manifest\"\n"},
        {"\"b24\": {", "\"b 24\": {",
         "DIR/hb.json:8: /remotes/b 24: only letters, digits, dots, _ and - are allowed in the "
         "name of a remote. it is part of references such as bitrix24:task:691\n"
         "DIR/hb.json:17: /crm/remote: there is no remote \"b24\". did you mean \"b 24\"?\n"},
        {"\"webhook_url\"", "\"webhok_url\"",
         "DIR/hb.json:8: /remotes/b24/webhook_url: missing key \"webhook_url\". copy it from "
         "Bitrix24: Developer resources, Other, Inbound webhook; it looks like "
         "https://PORTAL/rest/USER/TOKEN/\n"
         "DIR/hb.json:9: /remotes/b24/webhok_url: unknown key \"webhok_url\". did you mean "
         "\"webhook_url\"?\n"},
        {"\"webhook_url\": \"https://acme.bitrix24.by/rest/1/s3cr3tt0ken/\"",
         "\"oauth\": {\"portal\": \"acme.bitrix24.by\"}",
         "DIR/hb.json:9: /remotes/b24/oauth/client_id: missing key \"client_id\". copy it from the "
         "card of your local application in Bitrix24 (Developer resources)\n"
         "DIR/hb.json:9: /remotes/b24/oauth/client_secret: missing key \"client_secret\". copy it "
         "from the card of your local application in Bitrix24 (Developer resources)\n"},
        {"\"webhook_url\": \"https://acme.bitrix24.by/rest/1/s3cr3tt0ken/\"",
         "\"oauth\": {\"portal\": \"http://acme.bitrix24.by\", \"client_id\": \"app.1\", "
         "\"client_secret\": \"s3cr3tt0ken\", \"oauth_url\": \"http://oauth.example/\"}",
         "DIR/hb.json:9: /remotes/b24/oauth/portal: this is not the address of a portal: "
         "\"http://acme.bitrix24.by\". write its host, for example \"acme.bitrix24.com\"\n"
         "DIR/hb.json:9: /remotes/b24/oauth/oauth_url: this is not the https address of an OAuth "
         "server. leave it out, or write https://oauth.bitrix.info/oauth/token/\n"},
        {"https://acme.bitrix24.by/rest/1/s3cr3tt0ken/",
         "http://acme.bitrix24.by/rest/1/s3cr3tt0ken/",
         "DIR/hb.json:9: /remotes/b24/webhook_url: webhook_url must use https; plain http is for "
         "this machine only. copy it from Bitrix24: Developer resources, Other, Inbound webhook; "
         "it looks like https://PORTAL/rest/USER/TOKEN/\n"},
        {"https://acme.bitrix24.by/rest/1/s3cr3tt0ken/",
         "https://acme.bitrix24.by/rest/1/s3cr3tt0ken/profile.json",
         "DIR/hb.json:9: /remotes/b24/webhook_url: webhook_url must end after the token, as in "
         "/rest/USER/TOKEN/. copy it from Bitrix24: Developer resources, Other, Inbound webhook; "
         "it looks like https://PORTAL/rest/USER/TOKEN/\n"},
        {"https://acme.bitrix24.by/rest/1/s3cr3tt0ken/", "acme.bitrix24.by/rest/1/s3cr3tt0ken",
         "DIR/hb.json:9: /remotes/b24/webhook_url: webhook_url is not a URL. copy it from "
         "Bitrix24: Developer resources, Other, Inbound webhook; it looks like "
         "https://PORTAL/rest/USER/TOKEN/\n"},
        {"\"s3cr3tt0ken-s3cr3tt0ken\",\n\"limits\"", "\"s3cr3tt0ken\",\n\"limits\"",
         "DIR/hb.json:11: /remotes/b24/hook_secret: shorter than 16 characters: it could be "
         "guessed. take random letters, for example from: openssl rand -hex 16\n"},
        {"\"application_token\": \"s3cr3tt0ken\"", "\"application_token\": \"\"",
         "DIR/hb.json:10: /remotes/b24/application_token: must not be empty. leave the setting "
         "out\n"},
        {"\"burst\": 50", "\"burst\": 0",
         "DIR/hb.json:12: /remotes/b24/limits/burst: expected at least 1; got 0\n"},
        {"\"per_second\": 2.5", "\"per_second\": \"2\"",
         "DIR/hb.json:12: /remotes/b24/limits/per_second: expected a number; got \"2\"\n"},
        {"\"operating_seconds\": 300", "\"operating_seconds\": 0",
         "DIR/hb.json:12: /remotes/b24/limits/operating_seconds: expected at least 1\n"},
        {"\"operating_seconds\": 300", "\"operating_seconds\": 601",
         "DIR/hb.json:12: /remotes/b24/limits/operating_seconds: expected at most 600\n"},
        {"\"operating_seconds\": 300", "\"operating_seconds\": \"300\"",
         "DIR/hb.json:12: /remotes/b24/limits/operating_seconds: expected an integer\n"},
        {"\"total_ms\": 65000", "\"total_ms\": 4000",
         "DIR/hb.json:13: /remotes/b24/timeouts: total_ms is shorter than connect_ms. total_ms "
         "counts the whole call\n"},
        {"\"settle_seconds\": 90", "\"settle_seconds\": 30",
         "DIR/hb.json:14: /remotes/b24/settle_seconds: too short for a cloud portal, which may run "
         "a lost call for 60 s. write at least 75, or leave it out\n"},
        {"\"03:30\"", "\"3:30\"",
         "DIR/hb.json:15: /remotes/b24/pull/reconcile_at: this is not a time of day: \"3:30\". "
         "write hours and minutes, for example \"03:30\"\n"},
        {"\"every_minutes\": 5", "\"every_minutes\": 0",
         "DIR/hb.json:15: /remotes/b24/pull/every_minutes: expected at least 1; got 0\n"},
        {"{\"remote\": \"b24\"", "{\"remote\": \"b42\"",
         "DIR/hb.json:17: /crm/remote: there is no remote \"b42\". did you mean \"b24\"?\n"},
        {"{\"remote\": \"b24\",", "{", "DIR/hb.json:17: /crm: missing key \"remote\"\n"},
        {"\"on_agree\"", "\"on_agreed\"",
         "DIR/hb.json:18: /crm/deal/create: expected one of \"on_agree\", \"on_command\", "
         "\"never\"; got \"on_agreed\". did you mean \"on_agree\"?\n"},
        {"\"C9:NEW\"", "\"NEW\"",
         "DIR/hb.json:18: /crm/deal/stage_new: \"NEW\" is not a stage of funnel 9. write the full "
         "id, for example \"C9:NEW\"\n"},
        {"\"category_id\": 9, ", "",
         "DIR/hb.json:18: /crm/deal/stage_new: \"C9:NEW\" is not a stage of funnel 0. the stages "
         "of the general funnel have no prefix: \"NEW\"\n"},
        {"\"UF_PAID\"", "\"PAID\"",
         "DIR/hb.json:19: /crm/task_marks/paid_field: \"PAID\" can't be the name of a task's "
         "field. capitals, digits and _ behind UF_, for example \"UF_HB_PAID\"\n"},
        {"\"UF_PAID\"", "\"UF_REPORT\"",
         "DIR/hb.json:19: /crm/task_marks: one field can't hold percent paid and report numbers. "
         "name two fields\n"},
        {"\"deal_won\"", "\"deal_one\"",
         "DIR/hb.json:20: /payment/evidence/1: expected one of \"payment\", \"invoice_paid\", "
         "\"deal_won\"; got \"deal_one\". did you mean \"deal_won\"?\n"},
        {"[\"payment\", \"deal_won\"]", "[]",
         "DIR/hb.json:20: /payment/evidence: expected at least 1 elements; got 0\n"},
        {"\"tolerance_minor\": 5", "\"tolerance_minor\": -5",
         "DIR/hb.json:20: /payment/tolerance_minor: expected at least 0; got -5\n"},
        {"\"tag\": \"bug\"", "\"tag\": \"bug\", \"type\": \"bug\"",
         "DIR/hb.json:21: /billing/nonbillable/0: the rule names 2 of \"tag\", \"group\" and "
         "\"work_type\". name exactly one; the list may hold several rules\n"},
        {"\"tag\": \"bug\"", "\"tag\": \"\"",
         "DIR/hb.json:21: /billing/nonbillable/0/tag: must not be empty\n"},
        {"\"write_off\"", "\"writeoff\"",
         "DIR/hb.json:21: /billing/late_policy: expected one of \"ask\", \"next_report\", "
         "\"write_off\"; got \"writeoff\". did you mean \"write_off\"?\n"},
        {"\"secret_key\": \"s3cr3tt0ken-s3cr3tt0ken\"", "\"secret_key\": \"s3cr3tt0ken\"",
         "DIR/hb.json:22: /secret_key: shorter than 16 characters: links signed with it could be "
         "guessed. leave it out, and the first start makes a good one\n"},
        {"\"level\": \"info\"", "\"level\": {\"env\": \"HB_TEST_LEVEL\"}",
         "DIR/hb.json:23: /log/level: expected one of trace, debug, info, warn, error; got the "
         "value of HB_TEST_LEVEL\n"},
        {"\"level\": \"info\"", "\"level\": \"loud\"",
         "DIR/hb.json:23: /log/level: expected one of \"trace\", \"debug\", \"info\", \"warn\", "
         "\"error\"; got \"loud\"\n"},
        {"\"locale\": \"ru\",", "\"locale\": \"ru\"",
         "DIR/hb.json:7: column 1: expected ',' or '}'. look at this line and the end of the one "
         "before\n"},
    };
    for (const Broken& broken : table) {
        INFO(broken.from << "  ->  " << broken.to);
        const std::string problems = problems_of(replaced(kGood, broken.from, broken.to));
        std::string said = broken.said;
        if (said.find("CONNECTORS") != said.npos)
            said = replaced(said, "CONNECTORS", shipped_planners());
        CHECK(problems == said);
        CHECK(problems.find("s3cr3tt0ken") == std::string::npos);
    }
}

TEST_CASE("no secret stands in any message, wherever it was put by mistake") {
    const Folder folder;
    folder.write("empty", "");
    const std::string secret = "s3cr3tt0ken";
    const char* places[] = {
        R"({"remotes":{"b":"https://a.bitrix24.ru/rest/1/s3cr3tt0ken/"}})",
        R"({"remotes":["https://a.bitrix24.ru/rest/1/s3cr3tt0ken/"]})",
        R"({"remotes":"https://a.bitrix24.ru/rest/1/s3cr3tt0ken/"})",
        R"({"remotes":{"b":{"connector":"bitrix24","webhook_url":{"env":"https://a/rest/1/s3cr3tt0ken/"}}}})",
        R"({"remotes":{"b":{"connector":"bitrix24","webhook_url":{"file":"https://a/rest/1/s3cr3tt0ken/"}}}})",
        R"({"remotes":{"b":{"connector":"bitrix24","webhook_url":["s3cr3tt0ken"]}}})",
        R"({"remotes":{"b":{"connector":"bitrix24","webhook_url":"https://u:s3cr3tt0ken@a/rest/1/x/"}}})",
        R"({"remotes":{"b":{"connector":"bitrix24","webhook_url":"https://a/rest/1/x/?k=s3cr3tt0ken"}}})",
        R"({"remotes":{"b":{"connector":"bitrix24","hook_secret":"s3cr3tt0ken"}}})",
        R"({"remotes":{"b":{"connector":"bitrix24","limits":"s3cr3tt0ken","pull":"s3cr3tt0ken"}}})",
        R"({"remotes":{"b":{"connector":"bitrix24","oauth":"s3cr3tt0ken"}}})",
        R"({"remotes":{},"notify":[{"on":["paid"],"telegram":"s3cr3tt0ken"}]})",
        R"({"remotes":{},"notify":"s3cr3tt0ken"})",
        R"({"remotes":{},"secret_key":"s3cr3tt0ken"})",
        R"({"remotes":{},"secret_key":["s3cr3tt0ken"]})",
        R"({"remotes":{},"secret_key":{"env":"s3cr3tt0ken-x"}})",
        "{\"remotes\":{\"b\":{\"webhook_url\":\"s3cr3tt0ken",
    };
    for (const char* text : places) {
        std::string problems;
        INFO(text);
        CHECK_FALSE(load(folder, text, problems));
        INFO(problems);
        CHECK(problems.find(secret) == std::string::npos);
    }
    // Nor what a variable holds, when the wrong one was named.
    const Variable wrong("HB_TEST_WRONG", "https://a.bitrix24.ru/rest/1/s3cr3tt0ken/x/");
    for (const char* place :
         {"\"on_agree\"", "\"127.0.0.1:8480\"", "\"https://reports.example.com/\"",
          "\"Europe/Minsk\"", "\"ru\"", "\"bitrix24\"", "\"03:30\"", "\"b24\",", "\"C9:NEW\"",
          "\"UF_PAID\"", "\"payment\"", "\"write_off\"", "\"info\"",
          "\"https://acme.bitrix24.by/rest/1/s3cr3tt0ken/\""}) {
        const std::string comma = std::string(place).back() == ',' ? "," : "";
        const std::string said =
            problems_of(replaced(kGood, place, "{\"env\": \"HB_TEST_WRONG\"}" + comma));
        INFO(place);
        INFO(said);
        if (std::string(place) != "\"https://reports.example.com/\"") CHECK_FALSE(said.empty());
        CHECK(said.find(secret) == std::string::npos);
    }
    // A number has no quotes, but may be a secret as well.
    std::string problems;
    load(folder, R"({"remotes":{"b":{"connector":"bitrix24","hook_secret":31415926}}})", problems);
    CHECK(problems.find("31415926") == std::string::npos);
}
