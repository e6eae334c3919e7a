#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/config.h"
#include "mapping/contract_file.h"

using namespace hb;
namespace fs = std::filesystem;

namespace {

// A folder of its own for each test, gone with it.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "hbcfgXXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() {
        std::error_code trouble;
        fs::remove_all(path, trouble);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return (path / name).string();
    }
    std::string hide(std::string text) const { // the folder's name differs from run to run
        const std::string mine = path.string();
        for (std::size_t at = text.find(mine); at != std::string::npos; at = text.find(mine, at))
            text.replace(at, mine.size(), "DIR");
        return text;
    }
    fs::path path;
};

// An environment variable for the length of a test.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
    ~Variable() { unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
};

std::string show(const std::vector<mapping::FileProblem>& problems) {
    std::string out;
    for (const mapping::FileProblem& each : problems) out += to_string(each) + "\n";
    return out;
}

std::optional<app::Config> load(const Folder& folder, const std::string& text,
                                std::string& problems) {
    std::vector<mapping::FileProblem> found;
    auto config = app::load_config(folder.write("hb.json", text), found);
    problems = folder.hide(show(found));
    CHECK(config.has_value() == found.empty());
    return config;
}

app::Config must_load(const Folder& folder, const std::string& text) {
    std::string problems;
    auto config = load(folder, text, problems);
    INFO(problems);
    REQUIRE(config);
    return std::move(*config);
}

std::string problems_of(const std::string& text) {
    const Folder folder;
    std::string problems;
    load(folder, text, problems);
    return problems;
}

const char* const kGood = R"({
"data_dir": "data",
"listen": "127.0.0.1:8480",
"public_url": "https://reports.example.com/",
"time_zone": "Europe/Minsk",
"locale": "ru",
"remotes": {
"b24": {"connector": "bitrix24",
"webhook_url": "https://acme.bitrix24.by/rest/1/s3cr3tt0ken/",
"application_token": "s3cr3tt0ken",
"hook_secret": "s3cr3tt0ken-s3cr3tt0ken",
"limits": {"burst": 50, "per_second": 2.5},
"timeouts": {"connect_ms": 5000, "total_ms": 65000},
"settle_seconds": 90,
"pull": {"every_minutes": 5, "window_days": 62, "reconcile_at": "03:30"}}
},
"crm": {"remote": "b24",
"deal": {"create": "on_agree", "category_id": 9, "stage_new": "C9:NEW"},
"task_marks": {"paid_field": "UF_PAID", "report_field": "UF_REPORT"}},
"payment": {"evidence": ["payment", "deal_won"], "tolerance_minor": 5},
"billing": {"nonbillable": [{"tag": "bug", "reason": "bug"}], "late_policy": "write_off"},
"secret_key": "s3cr3tt0ken-s3cr3tt0ken",
"log": {"level": "info", "format": "text"}
}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    INFO(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

// The public interface's own example (without the remote whose connector comes later).
const char* const kInterfaceExample = R"({
  "data_dir": "data",                        // hourbridge.db, documents/, backups/
  "listen": "127.0.0.1:8480",               // or "unix:/run/hourbridge/http.sock"
  "public_url": "https://reports.example.com",
  "time_zone": "Europe/Minsk",
  "locale": "ru",
  "remotes": {
    "bitrix24": {
      "connector": "bitrix24",
      "webhook_url": {"env": "HOURBRIDGE_BITRIX24_WEBHOOK"},
      "application_token": {"env": "HOURBRIDGE_BITRIX24_APP_TOKEN"},
      "limits": {"burst": 50, "per_second": 2},
      "timeouts": {"connect_ms": 5000, "total_ms": 65000},
      "settle_seconds": 90,
      "hook_secret": {"env": "HOURBRIDGE_HOOK_SECRET"},
      "pull": {"every_minutes": 5, "window_days": 62, "reconcile_at": "03:30"}
    },
  },
  "crm": {
    "remote": "bitrix24",
    "report_card": {"enabled": true, "entity_type_id": 0},
    "deal": {"create": "on_agree", "category_id": 0, "stage_new": "NEW"},
    "invoice": {"enabled": true},
    "documents": {"templates": []},
    "task_marks": {"paid_field": "UF_HB_PAID", "report_field": "UF_HB_REPORT"}
  },
  "payment": {"evidence": ["payment", "invoice_paid", "deal_won"], "tolerance_minor": 0},
  "billing": {"nonbillable": [{"tag": "bug", "reason": "bug"}, {"group": "Internal", "reason": "internal"}], "late_policy": "ask"},
  "notify": [{"on": ["paid", "agreed", "parked"], "to": "bitrix24:responsible"}, {"on": ["paid"], "telegram": {"token": {"env": "HOURBRIDGE_TELEGRAM_TOKEN"}, "chat_id": "-100123", "api_url": "https://api.telegram.org"}}],
  "secret_key": {"file": "data/secret.key"},
  "log": {"level": "info", "format": "text"}
})";

} // namespace

TEST_CASE("every setting of a configuration arrives") {
    const Folder folder;
    const app::Config c = must_load(folder, kGood);
    CHECK(c.file == folder.path.string() + "/hb.json");
    CHECK(c.data_dir == folder.path.string() + "/data");
    CHECK(c.listen == "127.0.0.1:8480");
    CHECK_FALSE(c.allow_direct);
    CHECK(c.public_url == "https://reports.example.com");
    CHECK(c.time_zone == "Europe/Minsk");
    CHECK(c.locale == "ru");
    REQUIRE(c.remotes.size() == 1);
    const app::RemoteConfig& r = c.remotes[0];
    CHECK(r.name == "b24");
    CHECK(r.connector == "bitrix24");
    CHECK(r.webhook_url.reveal() == "https://acme.bitrix24.by/rest/1/s3cr3tt0ken/");
    REQUIRE(r.application_tokens.size() == 1);
    CHECK(r.application_tokens[0].reveal() == "s3cr3tt0ken");
    CHECK(r.hook_secret.reveal() == "s3cr3tt0ken-s3cr3tt0ken");
    CHECK(r.burst == 50);
    CHECK(r.per_second == 2.5);
    CHECK(r.connect_ms == 5000);
    CHECK(r.total_ms == 65000);
    CHECK(r.settle_seconds == 90);
    CHECK(r.poll_minutes == 5);
    CHECK(r.window_days == 62);
    CHECK(r.reconcile_at == "03:30");
    CHECK(r.mapping_file.empty());
    CHECK(c.crm_remote == "b24");
    CHECK(c.deal_create == "on_agree");
    CHECK(c.deal_category == 9);
    CHECK(c.deal_stage_new == "C9:NEW");
    CHECK(c.paid_field == "UF_PAID");
    CHECK(c.report_field == "UF_REPORT");
    CHECK(c.evidence ==
          std::vector<domain::Evidence>{domain::Evidence::Payment, domain::Evidence::DealWon});
    CHECK(c.tolerance_minor == 5);
    CHECK(c.nonbillable == std::vector<domain::NonBillableRule>{{"bug", "", "", "bug"}});
    CHECK(c.late_policy == domain::LatePolicy::WriteOff);
    CHECK(c.secret_key.reveal() == "s3cr3tt0ken-s3cr3tt0ken");
    CHECK(c.secret_key_file.empty());
    CHECK(
        folder.hide(show(c.warnings)) ==
        "DIR/hb.json:19: /crm/task_marks: the shipped mapping does not read these fields. copy "
        "mappings/bitrix24.json, name them there under \"paid_mark\" and \"report_mark\", and name "
        "the copy under remotes.b24.mapping\n");
}

TEST_CASE("what is left out has the interface's defaults") {
    const Folder folder;
    const app::Config c = must_load(
        folder,
        R"({"remotes":{"b":{"connector":"bitrix24","webhook_url":"http://127.0.0.1:8081/rest/1/t"}}})");
    CHECK(c.data_dir == folder.path.string() + "/data");
    CHECK(c.listen == "127.0.0.1:8480");
    CHECK(c.public_url.empty());
    CHECK(c.time_zone == "UTC");
    CHECK(c.locale == "en");
    CHECK(c.remotes[0].burst == 50);
    CHECK(c.remotes[0].per_second == 2);
    CHECK(c.remotes[0].settle_seconds == 90);
    CHECK(c.remotes[0].poll_minutes == 5);
    CHECK(c.crm_remote.empty());
    CHECK(c.deal_create == "on_agree");
    CHECK(c.deal_stage_new == "NEW");
    CHECK_FALSE(c.invoice_enabled);
    CHECK(c.paid_field == "UF_HB_PAID");
    CHECK(c.evidence.size() == 3);
    CHECK(c.late_policy == domain::LatePolicy::Ask);
    CHECK(c.secret_key.empty());
    CHECK(c.log_level == "info");
}

TEST_CASE("the interface's example is accepted, and what does nothing yet is said") {
    const Variable webhook("HOURBRIDGE_BITRIX24_WEBHOOK", "https://a.bitrix24.ru/rest/1/abc/");
    const Variable token("HOURBRIDGE_BITRIX24_APP_TOKEN", "t0ken");
    const Variable secret("HOURBRIDGE_HOOK_SECRET", "0123456789abcdef");
    const Folder folder;
    const app::Config c = must_load(folder, kInterfaceExample);
    CHECK(c.secret_key_file == folder.path.string() + "/data/secret.key");
    CHECK(c.invoice_enabled);
    const std::string ending = " with a later version; this setting does nothing yet\n";
    CHECK(folder.hide(show(c.warnings)) ==
          "DIR/hb.json:21: /crm/report_card/enabled: report cards come" + ending +
              "DIR/hb.json:23: /crm/invoice/enabled: invoices come" + ending +
              "DIR/hb.json:29: /notify: notices come" + ending);
}

TEST_CASE("the shipped examples are complete and without a problem") {
    const Variable webhook("HOURBRIDGE_BITRIX24_WEBHOOK", "https://a.bitrix24.ru/rest/1/abc/");
    const Folder folder;
    const app::Config c = must_load(folder, app::example_config());
    CHECK(c.crm_remote == "bitrix24");
    CHECK(c.time_zone == "Europe/Minsk");
    CHECK(c.warnings.empty());
    std::vector<mapping::FileProblem> problems;
    CHECK(mapping::parse_contract(app::example_contract(), "f", {"UTC", "en", {}}, problems));
    CHECK(show(problems) == "");
    // Beside each stands the schema that an editor checks it by.
    const fs::path config = fs::path(HB_SOURCE_DIR) / "config";
    CHECK(app::example_config().find("\"$schema\": \"hourbridge.schema.json\"") !=
          std::string::npos);
    CHECK(fs::exists(config / "hourbridge.schema.json"));
    CHECK(app::example_contract().find("\"$schema\": \"contract.schema.json\"") !=
          std::string::npos);
    CHECK(fs::exists(config / "contract.schema.json"));
}

TEST_CASE("a text may stand in a variable or in a file beside the configuration (G45)") {
    const Folder folder;
    folder.write("conn", "bitrix24");
    folder.write("hook.txt", "https://acme.bitrix24.by/rest/1/fr0mfile/\n");
    folder.write("key", "0123456789abcdef0123456789abcdef\n");
    const Variable zone("HB_TEST_ZONE", "Asia/Almaty");
    const Variable key("HB_TEST_KEY", "key-from-the-environment");
    const app::Config c = must_load(
        folder, R"({"time_zone":{"env":"HB_TEST_ZONE"},"data_dir":"../x/./y","listen":"unix:run/s",
                    "secret_key":{"env":"HB_TEST_KEY"},
                    "remotes":{"b":{"connector":{"file":"conn"},"webhook_url":{"file":"hook.txt"},
                    "application_token":[{"file":"key"},"second"],"mapping":"my.json"}}})");
    CHECK(c.time_zone == "Asia/Almaty");
    CHECK(c.remotes[0].webhook_url.reveal() == "https://acme.bitrix24.by/rest/1/fr0mfile/");
    REQUIRE(c.remotes[0].application_tokens.size() == 2);
    CHECK(c.remotes[0].application_tokens[0].reveal() == "0123456789abcdef0123456789abcdef");
    CHECK(c.remotes[0].application_tokens[1].reveal() == "second");
    CHECK(c.secret_key.reveal() == "key-from-the-environment");
    CHECK(c.secret_key_file.empty());
    CHECK(folder.hide(c.remotes[0].mapping_file) == "DIR/my.json");
    CHECK(folder.hide(c.listen) == "unix:DIR/run/s");
    CHECK(c.data_dir == folder.path.parent_path().string() + "/x/y");
}

TEST_CASE("the configuration is the one named, else the variable's, else the usual ones") {
    const Folder folder;
    const std::string named = folder.write("a.json", kGood);
    const std::string other =
        folder.write("b.json", replaced(kGood, "Europe/Minsk", "Asia/Almaty"));
    const fs::path before = fs::current_path();
    std::vector<mapping::FileProblem> problems;
    {
        const Variable variable("HOURBRIDGE_CONFIG", other.c_str());
        CHECK(app::load_config(named, problems)->time_zone == "Europe/Minsk");
        CHECK(app::load_config(std::nullopt, problems)->time_zone == "Asia/Almaty");
    }
    fs::create_directory(folder.path / "config");
    folder.write("config/hourbridge.json", replaced(kGood, "Europe/Minsk", "Asia/Tokyo"));
    fs::current_path(folder.path);
    const auto usual = app::load_config(std::nullopt, problems);
    fs::current_path(before);
    REQUIRE(usual);
    CHECK(usual->time_zone == "Asia/Tokyo");
    CHECK(usual->data_dir == fs::weakly_canonical(folder.path).string() + "/config/data");
    CHECK(problems.empty());
}

TEST_CASE("a configuration that is not there is said, with what to do") {
    const Folder folder;
    std::vector<mapping::FileProblem> problems;
    CHECK_FALSE(app::load_config((folder.path / "none.json").string(), problems));
    CHECK(folder.hide(show(problems)) ==
          "DIR/none.json: can't read the configuration: No such file or directory. run "
          "`hourbridge init`, or name another with --config FILE\n");
    problems.clear();
    CHECK_FALSE(app::load_config(folder.path.string(), problems));
    CHECK(folder.hide(show(problems)) ==
          "DIR: can't read the configuration: it is a directory. run `hourbridge init`, or name "
          "another with --config FILE\n");
    const fs::path before = fs::current_path();
    fs::current_path(folder.path);
    problems.clear();
    if (!fs::exists("/etc/hourbridge/hourbridge.json")) {
        CHECK_FALSE(app::load_config(std::nullopt, problems));
        CHECK(show(problems) ==
              "config/hourbridge.json: there is no configuration here, nor at "
              "/etc/hourbridge/hourbridge.json. run `hourbridge init`, or name one with --config "
              "FILE\n");
    }
    fs::current_path(before);
}

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
        {"https://reports.example.com/", "reports.example.com",
         "DIR/hb.json:4: /public_url: this is not an address: \"reports.example.com\". write it "
         "like https://reports.example.com\n"},
        {"Europe/Minsk", "Europe/Misnk",
         "DIR/hb.json:5: /time_zone: unknown time zone \"Europe/Misnk\". did you mean "
         "\"Europe/Minsk\"?\n"},
        {"\"ru\"", "\"russian\"",
         "DIR/hb.json:6: /locale: this is not a language: \"russian\". write two letters, for "
         "example \"en\" or \"ru\"\n"},
        {"\"bitrix24\"", "\"bitrix\"",
         "DIR/hb.json:8: /remotes/b24/connector: there is no connector \"bitrix\"; this version "
         "knows bitrix24. did you mean \"bitrix24\"?\n"},
        {"\"bitrix24\"", "\"worksection\"",
         "DIR/hb.json:8: /remotes/b24/connector: there is no connector \"worksection\"; this "
         "version knows bitrix24. leave this remote out until a version knows its connector\n"},
        {"\"b24\": {", "\"b 24\": {",
         "DIR/hb.json:8: /remotes/b 24: only letters, digits, dots, _ and - may stand in the name "
         "of a remote. it stands in references such as bitrix24:task:691\n"
         "DIR/hb.json:17: /crm/remote: there is no remote \"b24\". did you mean \"b 24\"?\n"},
        {"\"webhook_url\"", "\"webhok_url\"",
         "DIR/hb.json:8: /remotes/b24/webhook_url: missing key \"webhook_url\". copy it from "
         "Bitrix24: Developer resources, Other, Inbound webhook; it looks like "
         "https://PORTAL/rest/USER/TOKEN/\n"
         "DIR/hb.json:9: /remotes/b24/webhok_url: unknown key \"webhok_url\". did you mean "
         "\"webhook_url\"?\n"},
        {"\"webhook_url\": \"https://acme.bitrix24.by/rest/1/s3cr3tt0ken/\"",
         "\"oauth\": {\"portal\": \"acme.bitrix24.by\"}",
         "DIR/hb.json:8: /remotes/b24/webhook_url: OAuth comes with a later version: this one "
         "needs \"webhook_url\". copy it from Bitrix24: Developer resources, Other, Inbound "
         "webhook; it looks like https://PORTAL/rest/USER/TOKEN/\n"},
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
         "\"work_type\". name exactly one; several rules may stand in the list\n"},
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
        CHECK(problems == broken.said);
        CHECK(problems.find("s3cr3tt0ken") == std::string::npos);
    }
}

TEST_CASE("75 s of settling are asked of cloud portals only (RELIABILITY C4)") {
    const auto with = [](const char* url) {
        const std::string text =
            replaced(kGood, "https://acme.bitrix24.by/rest/1/s3cr3tt0ken/", url);
        return problems_of(replaced(text, "\"settle_seconds\": 90", "\"settle_seconds\": 1"));
    };
    CHECK(with("http://127.0.0.1:8081/rest/1/abc/") == "");
    CHECK(with("http://localhost/rest/1/abc") == "");
    CHECK(with("http://[::1]:80/rest/1/abc") == "");
    CHECK(with("https://portal.acme.by/rest/1/abc/") == "");
    CHECK(with("https://bitrix24.acme.by/rest/1/abc/") == "");
    for (const char* cloud :
         {"https://acme.bitrix24.com/rest/1/abc/", "https://acme.BITRIX24.com.br/rest/1/abc/",
          "https://my.acme.bitrix24.ru:443/rest/1/abc/"})
        CHECK(with(cloud).find("too short for a cloud portal") != std::string::npos);
}

TEST_CASE("an address that other machines reach has to be allowed in so many words") {
    const std::string open = replaced(kGood, "127.0.0.1:8480", "0.0.0.0:0");
    CHECK(problems_of(open).find("\"allow_direct\": true") != std::string::npos);
    CHECK(problems_of(replaced(open, "\"locale\"", "\"allow_direct\": true, \"locale\"")) == "");
    for (const char* loopback : {"127.0.0.1:0", "localhost:80", "[::1]:8480", "unix:/run/hb.sock"})
        CHECK(problems_of(replaced(kGood, "127.0.0.1:8480", loopback)) == "");
}

TEST_CASE("G17: one portal can't be two remotes") {
    const std::string second = "\"second\": {\"connector\": \"bitrix24\", \"webhook_url\": "
                               "\"https://ACME.bitrix24.by/rest/2/other/\"},\n\"b24\"";
    CHECK(
        problems_of(replaced(kGood, "\"b24\"", second)) ==
        "DIR/hb.json:9: /remotes/b24: this is the portal of \"second\" under a second name. leave "
        "one of them out: its hours would be counted twice\n");
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
