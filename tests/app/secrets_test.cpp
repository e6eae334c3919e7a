#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/serving.h"
#include "base/base64.h"
#include "net/tiny_server.h"
#include "json/writer.h"

// S3: after a life in which everything goes on that may give a secret away,
// planted ones, and the link that a client has, are searched for in all that the program has
// written anywhere.
namespace hb::test {
namespace {

namespace fs = std::filesystem;

struct Planted {
    std::string name, value;
};

const std::vector<Planted> kPlanted{
    {"path of a portal's webhook", "plantedwebhookpath01"},
    {"token of the portal's events", kAppToken},
    {"secret in the address for events", kHookSecret},
    {"token of the Telegram bot", "AAHplantedTelegramBotToken02"},
    {"secret that signs our notices", "planted-secret-of-notices-03"},
    {"key of the links", "planted-key-of-the-links-and-tokens-04"},
    {"Redmine's key, sent in a header", "plantedredminekey05"},
    {"Kimai's token, sent as bearer", "plantedkimaitoken06"},
    {"Jira's token, sent as a password", "plantedjiratoken07"},
    {"the same as it is sent", base64("who@example.com:plantedjiratoken07")},
    {"Redmine's webhook secret", "planted-redmine-hook-08"},
    {"access token that an event brings", "plantedaccesstoken09"},
    {"refresh token that an event brings", "plantedrefreshtoken10"},
    {"Worksection's key, which is signed with", "plantedworksectionkey11"},
    {"token that a forged event brings", "plantedforgedtoken12"},
};

std::string value(std::size_t n) {
    return kPlanted[n].value;
}

// Answers what it was asked, as careless servers do, in every way in turn.
void echo(TinyServer& server, int connection) {
    for (int n = 0; server.read_request(connection); ++n) {
        const std::string head = server.heads().back();
        json::Writer json;
        json.begin_object().member("error", head).member("error_description", head).end_object();
        const std::string body = n % 2 == 0 ? json.text() : "<html><pre>" + head + "</pre></html>";
        const char* status = n % 3 == 0 ? "400 Bad Request" : "500 Internal Server Error";
        TinyServer::write(connection, std::string("HTTP/1.1 ") + status +
                                          "\r\nX-Request-Id: " + value(4) + "\r\nContent-Length: " +
                                          std::to_string(body.size()) + "\r\n\r\n" + body);
    }
}

std::string remotes_of(const TinyServer& careless) {
    const std::string at = careless.url("");
    return R"("careless": {"connector": "bitrix24", "webhook_url": ")" + at + "/rest/1/" +
           value(0) + R"(/"},
        "redmine": {"connector": "redmine", "base_url": ")" +
           at + R"(", "settings": {"key": ")" + value(6) + R"(", "hook_secret": ")" + value(10) +
           R"("}},
        "kimai": {"connector": "kimai", "base_url": ")" +
           at + R"(", "settings": {"token": ")" + value(7) + R"("}},
        "jira": {"connector": "jira", "base_url": ")" +
           at + R"(", "settings": {"email": "who@example.com", "token": ")" + value(8) + R"("}},
        "worksection": {"connector": "worksection", "base_url": ")" +
           at + R"(", "settings": {"api_key": ")" + value(13) + R"("}},)";
}

std::string rules_of(const TinyServer& careless, const std::string& format) {
    return R"("secret_key": ")" + value(5) + R"(",
        "log": {"level": "trace", "format": ")" +
           format + R"("},
        "backup": {"every_minutes": 1},
        "notify": [{"on": ["sent", "agreed", "invoiced", "machine"], "to": "bitrix24:user:1"},
        {"on": ["sent", "agreed", "invoiced", "machine"], "telegram": {"token": "110201543:)" +
           value(3) + R"(", "chat_id": "-100", "api_url": ")" + careless.url("") + R"("}},
        {"on": ["sent", "agreed", "invoiced", "machine"], "webhook": {"url": ")" +
           careless.url("/in") + R"(", "secret": ")" + value(4) + R"("}}],)";
}

std::string tokens_of_the_sender() {
    return "&auth%5Baccess_token%5D=" + value(11) + "&auth%5Brefresh_token%5D=" + value(12) +
           "&auth%5Bclient_endpoint%5D=https%3A%2F%2F" + value(11) + ".example.com%2Frest%2F";
}

// Every file of the agency but its configuration: logs, answers, the books, backups.
std::map<std::string, std::string> all_written(const Agency& agency) {
    std::map<std::string, std::string> out;
    for (const auto& file : fs::recursive_directory_iterator(agency.folder.path(""))) {
        if (!file.is_regular_file() || file.path().filename() == "hourbridge.json") continue;
        std::stringstream bytes;
        bytes << std::ifstream(file.path(), std::ios::binary).rdbuf();
        out[file.path().filename().string()] += bytes.str();
    }
    return out;
}

void look_for_secrets(const std::map<std::string, std::string>& written) {
    for (const auto& [file, bytes] : written)
        for (const auto& [name, secret] : kPlanted) {
            INFO(name << " in " << file);
            CHECK(bytes.find(secret) == std::string::npos);
        }
}

} // namespace

TEST_CASE("none of the planted secrets is in any log, answer, page, backup or book after a whole "
          "life among servers that repeat what they were told (S3)") {
    const std::string format = GENERATE("text", "json");
    const Agency agency;
    agency.begin();
    fs::remove(agency.folder.path("data/secret.key"));
    TinyServer careless(echo);
    agency.configure(rules_of(careless, format));
    open_hooks(agency);
    const auto id = std::to_string(agency.draft());
    const auto sent = agency.run({"report", "send", id});
    INFO(sent.err);
    REQUIRE(sent.code == 0);
    const std::string page = text(sent.root()["url"]);
    std::string config = agency.folder.read("hourbridge.json");
    const std::string at = "\"remotes\": {";
    config.insert(config.find(at) + at.size(), remotes_of(careless));
    agency.folder.write("hourbridge.json", config);

    for (const std::string name : {"careless", "redmine", "kimai", "jira", "worksection"}) {
        const auto synced = agency.run({"sync", name});
        INFO(name << ": " << synced.err);
        REQUIRE(synced.code == 3);
        agency.run({"connector", "check", name});
    }
    Serving service(agency, Serving::AsItStands{});
    CHECK(service.post(hook_path(), task_event(agency.first) + tokens_of_the_sender()).status ==
          200);
    CHECK(service.post(hook_path(), task_event(agency.first, value(14))).status == 403);
    CHECK(service.post("/hook/bitrix24/" + value(14), task_event(agency.first)).status == 403);
    CHECK(service.post("/hook/redmine/" + value(10), "{\"payload\":1}").status != 500);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    const auto state = [&] { return text(agency.run({"report", "show", id}).root()["state"]); };
    CHECK(soon([&] { return state() == "invoiced"; }));
    agency.run({"notify", "test"});
    REQUIRE(soon(
        [&] { return service.metric("hourbridge_backup_last_success_timestamp_seconds") > 0; }));

    std::map<std::string, std::string> written = all_written(agency);
    written["the client's page"] = service.get(page.substr(page.find("/r/"))).body;
    REQUIRE(written["the client's page"].find("<html") != std::string::npos);
    for (const char* path : {"/metrics", "/readyz", "/healthz"})
        written[path] = service.get(path).body;
    for (const char* table : {"outbox", "inbox", "remotes", "settings", "events", "jobs"})
        written[table] = agency.run({"dump", table}).out;
    agency.run({"check"});
    agency.run({"outbox", "list"});
    agency.run({"inbox", "list"});
    agency.run({"explain", "report", id});
    REQUIRE(agency.run({"backup", agency.folder.path("by-hand.db")}).code == 0);
    service.stop();
    for (auto& [file, bytes] : all_written(agency)) written[file] += bytes;

    REQUIRE(written.count("hourbridge.db") == 1);
    REQUIRE(written.count("hourbridge-latest.db") == 1);
    const std::string link =
        page.substr(page.rfind('/') + 1); // live; the client has it, and the CRM
    REQUIRE(link.size() >= 43);
    for (const auto& [file, bytes] : written) {
        INFO("a client's live link in " << file);
        const bool books = file.find(".db") != std::string::npos;
        if (books || file == "outbox" || file == "events")
            CHECK(bytes.find(link) == std::string::npos);
    }
    REQUIRE(written["by-hand.db"].size() > 100'000);
    CHECK(careless.requests() > 10); // or it heard none of them
    look_for_secrets(written);
}

} // namespace hb::test
