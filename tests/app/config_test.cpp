#include "app/addresses.h"
#include "config_support.h"
#include "mapping/contract_file.h"
#include "json/value.h"

using namespace hb;
using namespace hb::app::test;
namespace fs = std::filesystem;

namespace {

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
    CHECK(r.operating_seconds == 300);
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
    CHECK(c.metrics_listen.empty());
    CHECK(c.public_url.empty());
    CHECK(c.time_zone == "UTC");
    CHECK(c.locale == "en");
    CHECK(c.remotes[0].burst == 50);
    CHECK(c.remotes[0].per_second == 2);
    CHECK(c.remotes[0].operating_seconds == 420);
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

TEST_CASE("the interface's example is accepted without a warning") {
    const Variable webhook("HOURBRIDGE_BITRIX24_WEBHOOK", "https://a.bitrix24.ru/rest/1/abc/");
    const Variable token("HOURBRIDGE_BITRIX24_APP_TOKEN", "t0ken");
    const Variable secret("HOURBRIDGE_HOOK_SECRET", "0123456789abcdef");
    const Variable bot("HOURBRIDGE_TELEGRAM_TOKEN", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw");
    const Folder folder;
    const app::Config c = must_load(folder, kInterfaceExample);
    CHECK(c.secret_key_file == folder.path.string() + "/data/secret.key");
    CHECK(c.invoice_enabled);
    CHECK(show(c.warnings) == "");
    REQUIRE(c.notify.size() == 2);
    CHECK(c.notify[0].remote == "bitrix24");
    CHECK(c.notify[0].person == "responsible");
    REQUIRE(c.notify[1].telegram);
    CHECK(c.notify[1].telegram->chat_id == "-100123");
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
                    "metrics_listen":"unix:run/m",
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
    CHECK(folder.hide(c.metrics_listen) == "unix:DIR/run/m");
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

TEST_CASE(
    "an application stands in the place of a webhook, also for what is asked of a portal (G34)") {
    const Folder folder;
    const std::string oauth = R"("oauth": {"portal": "acme.bitrix24.by", "client_id": "app.1",
        "client_secret": "s3cr3tt0ken"})";
    const std::string text =
        replaced(kGood, R"("webhook_url": "https://acme.bitrix24.by/rest/1/s3cr3tt0ken/")", oauth);
    const app::Config c = must_load(folder, text);
    REQUIRE(c.remotes[0].oauth);
    CHECK(c.remotes[0].webhook_url.empty());
    CHECK(c.remotes[0].oauth->portal == "acme.bitrix24.by");
    CHECK(c.remotes[0].oauth->client_id == "app.1");
    CHECK(c.remotes[0].oauth->client_secret.reveal() == "s3cr3tt0ken");
    CHECK(c.remotes[0].oauth->oauth_url == "https://oauth.bitrix.info/oauth/token/");
    // C4 and G17 look at the portal, however it is called.
    CHECK(problems_of(replaced(text, "\"settle_seconds\": 90", "\"settle_seconds\": 1"))
              .find("too short for a cloud portal") != std::string::npos);
    const std::string second = "\"second\": {\"connector\": \"bitrix24\", \"webhook_url\": "
                               "\"https://ACME.bitrix24.by/rest/2/other/\"},\n\"b24\"";
    CHECK(problems_of(replaced(text, "\"b24\"", second)).find("under a second name") !=
          std::string::npos);
    // Both: as it always was, and said.
    const app::Config both = must_load(
        folder, replaced(kGood, R"("application_token")", oauth + ",\n\"application_token\""));
    CHECK_FALSE(both.remotes[0].oauth);
    CHECK(show(both.warnings).find("the webhook is used") != std::string::npos);
}

TEST_CASE(
    "events come to the address with the secret; a portal calls https, a local one anything") {
    const Folder folder;
    const app::Config c = must_load(folder, kGood);
    CHECK(app::hook_address(c, "b24") ==
          "https://reports.example.com/hook/b24/s3cr3tt0ken-s3cr3tt0ken");
    CHECK(app::install_address(c, "b24", "abc") == "https://reports.example.com/install/b24/abc");
    CHECK(app::hook_address(c, "nobody").empty());
    const std::string plain =
        replaced(kGood, "https://reports.example.com/", "http://10.0.0.1:8480");
    CHECK(app::hook_address(must_load(folder, plain), "b24").empty());
    const app::Config local =
        must_load(folder, replaced(replaced(plain, "https://acme.bitrix24.by/rest/1/s3cr3tt0ken/",
                                            "http://127.0.0.1:8081/rest/1/sandbox/"),
                                   "\"hook_secret\": \"s3cr3tt0ken-s3cr3tt0ken\",", ""));
    CHECK(app::hook_address(local, "b24") == "http://10.0.0.1:8480/hook/b24");
}

TEST_CASE("75 s of settling are asked of cloud portals only (C4)") {
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

TEST_CASE("config show tells what is in force, asks for no secret and shows none") {
    const Folder folder;
    std::ofstream(folder.path / "hb.json") << R"({
      // what is left out is filled in
      "public_url": "https://reports.example.com",
      "remotes": {
        "b24": {"connector": "bitrix24",
                "webhook_url": "https://acme.bitrix24.com/rest/1/planted1/",
                "application_token": ["planted2", {"env": "HB_NOT_SET_ANYWHERE"}],
                "hook_secret": {"file": "there/is/none"}, "pull": {"every_minutes": 7}},
        "kimai": {"connector": "kimai", "base_url": "https://time.example.com",
                  "settings": {"token": "planted3", "page": 5}}
      },
      "crm": {"remote": "b24"},
      "notify": [{"on": ["paid"], "telegram": {"token": "planted4", "chat_id": "-100"}}],
      "secret_key": "planted5",
    })";
    std::vector<mapping::FileProblem> problems;
    const auto shown = app::show_config(folder.path.string() + "/hb.json", problems);
    REQUIRE(shown.has_value());
    CHECK(problems.empty());
    CHECK(shown->json.find("planted") == std::string::npos);
    const auto told = json::Document::parse(shown->json);
    REQUIRE(told.ok());
    const auto root = told->root();
    CHECK(root["listen"].string().value() == "127.0.0.1:8480");
    CHECK(root["public_url"].string().value() == "https://reports.example.com");
    CHECK(root["crm"]["deal"]["create"].string().value() == "on_agree");
    CHECK(root["guards"]["loss_percent"].integer().value() == 5);
    const auto b24 = root["remotes"]["b24"];
    CHECK(b24["webhook_url"].string().value() == "***");
    CHECK(b24["application_token"].dump() == R"(["***",{"env":"HB_NOT_SET_ANYWHERE"}])");
    CHECK(b24["hook_secret"]["file"].string().value() == "there/is/none");
    CHECK(b24["pull"]["every_minutes"].integer().value() == 7);
    CHECK(b24["settle_seconds"].integer().value() == 90);
    CHECK(root["remotes"]["kimai"]["base_url"].string().value() == "https://time.example.com");
    CHECK(root["remotes"]["kimai"]["settings"]["token"].string().value() == "***");
    CHECK(root["notify"][0]["telegram"]["token"].string().value() == "***");
    CHECK(root["notify"][0]["telegram"]["chat_id"].string().value() == "-100");
    CHECK(root["notify"][0]["on"][0].string().value() == "paid");
    CHECK(root["secret_key"].string().value() == "***");
    CHECK(root["backup"].missing()); // off, and nothing makes it look on

    std::ofstream(folder.path / "hb.json") << R"({"lisen": "127.0.0.1:1"})";
    CHECK_FALSE(app::show_config(folder.path.string() + "/hb.json", problems).has_value());
    CHECK_FALSE(problems.empty());
}
