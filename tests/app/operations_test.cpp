#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <random>

#include "app/serving.h"
#include "base/files.h"
#include "net/tiny_server.h"
#include "sandbox/state.h"

// A service as its operator meets it: watched, reloaded, backed up, restored, telling people.
namespace hb::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBotToken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
constexpr const char* kPlanted = "planted-secret-of-the-outgoing-hook";

std::int64_t deals(const Agency& agency) {
    std::int64_t count = 0;
    agency.portal->edit([&](sandbox::State& state) {
        count = static_cast<std::int64_t>(state.crm.at(2).items.size());
    });
    return count;
}

// Exit code of `promtool check metrics`, whose words go to a file; -1: promtool is not here.
int judged(const Agency& agency, const std::string& metrics) {
    const std::string fetched = HB_SOURCE_DIR "/build/tools/promtool";
    const bool own = fs::exists(fetched);
    if (!own && std::system("command -v promtool > /dev/null") != 0) return -1;
    agency.folder.write("metrics", metrics);
    const std::string line = (own ? "'" + fetched + "'" : std::string("promtool")) +
                             " check metrics < '" + agency.folder.path("metrics") + "' > '" +
                             agency.folder.path("said") + "' 2>&1";
    return WEXITSTATUS(std::system(line.c_str()));
}

} // namespace

TEST_CASE("promtool finds nothing wrong with the metrics of a service at work") {
    const Agency agency;
    agency.begin();
    Serving service(agency);
    REQUIRE(soon([&] { return service.get("/readyz").status == 200; }));
    REQUIRE(
        soon([&] { return service.metric("hourbridge_commands_total{remote=\"bitrix24\"}") > 0; }));
    const std::string body = service.get("/metrics").body;
    const int verdict = judged(agency, body);
    if (verdict < 0) {
        WARN("promtool is not here: scripts/setup --tests fetches it");
        CHECK(std::getenv("CI") == nullptr);
        return;
    }
    INFO(*read_whole_file(agency.folder.path("said"), 100'000));
    CHECK(verdict == 0);
    CHECK(judged(agency, body + "hourbridge_no_help_of_its_own 1\n") != 0);
    service.stop();
}

TEST_CASE("a running service tells that it is ready, and counts what it does") {
    const Agency agency;
    agency.begin();
    Serving service(agency);
    REQUIRE(soon([&] { return service.get("/readyz").status == 200; }));
    const auto metrics = service.get("/metrics");
    CHECK(metrics.status == 200);
    CHECK(metrics.header("content-type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(metrics.body.find("hourbridge_ready 1") != std::string::npos);
    CHECK(metrics.body.find("hourbridge_table_rows{table=\"entries\"} 4") != std::string::npos);
    CHECK(metrics.body.find("hourbridge_build_info{version=\"0.1.0\"} 1") != std::string::npos);
    CHECK(metrics.body.find("hourbridge_answers_total{route=\"/readyz\",status=\"200\"}") !=
          std::string::npos);
    REQUIRE(soon([&] {
        return service.get("/metrics")
                   .body.find("hourbridge_requests_total{remote=\"bitrix24\"}") !=
               std::string::npos;
    }));
    for (const char* known :
         {"process_resident_memory_bytes ", "process_cpu_seconds_total ", "process_open_fds ",
          "process_start_time_seconds ", "hourbridge_reloads_total{result=\"refused\"} 0",
          "hourbridge_pulls_total{remote=\"bitrix24\",result=\"failed\"} 0",
          "hourbridge_remote_responses_total{remote=\"bitrix24\",code=\"5xx\"} 0",
          "hourbridge_remote_request_duration_seconds_count{remote=\"bitrix24\"} ",
          "hourbridge_http_responses_total{route=\"/readyz\",code=\"2xx\"} ",
          "hourbridge_http_request_duration_seconds_bucket{route=\"/readyz\",le=\"0.005000\"} "}) {
        INFO(known);
        CHECK(soon([&] { return service.get("/metrics").body.find(known) != std::string::npos; }));
    }
    service.stop();
}

TEST_CASE(
    "SIGHUP takes over what can be changed, names what needs a restart, refuses a broken file") {
    const Agency agency;
    agency.begin();
    Serving service(agency, R"("log": {"level": "info", "format": "json"},)");
    agency.configure(R"("log": {"level": "debug", "format": "json"}, "public_url": "https://x.org",
        "notify": [{"on": ["paid"], "to": "bitrix24:user:1"}],)");
    service.running->signal(SIGHUP);
    REQUIRE(soon(
        [&] { return log_of(agency).find("\"applied\":\"notify, log\"") != std::string::npos; }));
    CHECK(log_of(agency).find("\"setting\":\"public_url\",\"next\":\"needs a restart\"") !=
          std::string::npos);
    agency.folder.write("hourbridge.json", "{ broken");
    service.running->signal(SIGHUP);
    REQUIRE(soon([&] {
        return service.get("/metrics")
                   .body.find("hourbridge_reloads_total{result=\"refused\"} 1") !=
               std::string::npos;
    }));
    CHECK(service.get("/healthz").status == 200);
    service.stop();
    // Every line of the service's log is one JSON object with its keys.
    std::string line;
    int lines = 0;
    for (const char c : log_of(agency)) {
        if (c != '\n') {
            line += c;
            continue;
        }
        if (line.rfind("{\"time\"", 0) == 0) {
            ++lines;
            const auto document = json::Document::parse(line);
            INFO(line);
            REQUIRE(document.ok());
            CHECK(document->root()["level"].is_string());
        }
        line.clear();
    }
    CHECK(lines > 3);
}

TEST_CASE("a service makes its first backup by itself, checked, with its hashes (R15)") {
    const Agency agency;
    agency.begin();
    Serving service(agency, R"("backup": {"at": "00:00", "folder": "safe", "every_minutes": 0},)");
    const auto made = [&] {
        int good = 0;
        std::error_code none;
        for (const auto& file : fs::directory_iterator(agency.folder.path("safe"), none))
            if (file.path().extension() == ".sha256") ++good;
        return good;
    };
    REQUIRE(soon([&] { return made() == 1; }));
    service.stop();
    for (const auto& file : fs::directory_iterator(agency.folder.path("safe"))) {
        if (file.path().extension() != ".db") continue;
        const std::string manifest = *read_whole_file(file.path().string() + ".sha256", 100000);
        CHECK(manifest.rfind(*sha256_of_file(file.path().string()), 0) == 0);
        const auto restored = agency.run({"restore", file.path().string()});
        INFO(restored.out << restored.err);
        CHECK(restored.code == 0);
    }
}

namespace {

constexpr const char* kSafe = R"("backup": {"at": "00:00", "folder": "safe"},)";
constexpr const char* kShipped = "hourbridge_standby_total{result=\"shipped\"}";

// A reload has the standby copy looked after at once; usually that is twice a minute.
void ship(const Agency& agency, const Serving& service) {
    const auto ships = [&] { return std::max<std::int64_t>(0, service.metric(kShipped)); };
    const auto before = ships();
    agency.add_entry(agency.first, 900, "2026-03-22");
    REQUIRE(agency.run({"sync"}).code == 0); // something to ship
    service.running->signal(SIGHUP);
    REQUIRE(soon([&] { return ships() > before; }));
}

} // namespace

TEST_CASE(
    "the disk dies: the standby copy in the other folder is at most a moment old, and what was "
    "under way is looked up, nothing is sent again blindly (R15, G18)") {
    for (const bool made_before : {false, true}) {
        const Agency agency;
        agency.begin();
        const auto id = std::to_string(agency.draft());
        REQUIRE(agency.run({"report", "send", id}).code == 0);
        Serving service(agency, kSafe);
        const std::string copy = agency.folder.path("safe/hourbridge-latest.db");
        REQUIRE(soon([&] { return fs::exists(copy); }));
        REQUIRE(agency.run({"report", "agree", id}).code == 0);
        if (made_before) REQUIRE(soon([&] { return deals(agency) == 1; }));
        ship(agency, service);
        REQUIRE(soon([&] { return deals(agency) == 1; }));
        CHECK(service.metric("hourbridge_standby_age_seconds") >= 0);
        service.running->signal(SIGKILL);
        service.running->wait();
        const std::string key = agency.folder.read("data/secret.key"); // kept in a safe place
        fs::remove_all(agency.folder.path("data"));

        const auto restored = agency.run({"restore", copy});
        INFO(restored.out << restored.err);
        REQUIRE(restored.code == 0);
        agency.folder.write("data/secret.key", key);
        fs::permissions(agency.folder.path("data/secret.key"),
                        fs::perms::owner_read | fs::perms::owner_write);
        CHECK(agency.run({"verify"}).code == 0);
        // The last time that was typed in is there.
        CHECK(agency.run({"dump", "entries"}).root()["rows"].size() == 5);
        CHECK(text(agency.run({"report", "show", id}).root()["state"]) != "sent");
        agency.run({"run", "--wait", "3"});
        CHECK(deals(agency) == 1);
        const auto known = agency.run({"verify", "--remote"});
        INFO(known.out << known.err);
        CHECK(known.code == 0);
        REQUIRE(agency.run({"run", "--wait", "10"}).code == 0);
        CHECK(deals(agency) == 1);
        CHECK(text(agency.run({"report", "show", id}).root()["state"]) == "invoiced");
        CHECK(agency.run({"verify", "--remote"}).code == 0);

        // Restored once more: the copy of before is put aside, it could be newer than the books.
        if (made_before) continue;
        REQUIRE(agency.run({"restore", copy}).code == 0);
        Serving again(agency, kSafe);
        const std::string aside = agency.folder.path("safe/hourbridge-before-restore.db");
        REQUIRE(soon([&] { return fs::exists(aside) && fs::exists(copy); }));
        again.stop();
        CHECK(agency.run({"restore", aside}).code == 0);
    }
}

TEST_CASE("the folder of the standby copy goes away: said once, the books go on, and a new copy is "
          "made when it is back (R15)") {
    const Agency agency;
    agency.begin();
    Serving service(agency, kSafe);
    const std::string copy = agency.folder.path("safe/hourbridge-latest.db");
    REQUIRE(soon([&] { return fs::exists(copy); }));
    CHECK(log_of(agency).find("lies on the same disk as data_dir") != std::string::npos);
    ship(agency, service);
    fs::remove_all(agency.folder.path("safe"));
    agency.folder.write("safe", "no folder"); // nobody can make one here
    agency.add_entry(agency.first, 900, "2026-03-23");
    REQUIRE(agency.run({"sync"}).code == 0);
    service.running->signal(SIGHUP);
    REQUIRE(
        soon([&] { return service.metric("hourbridge_standby_total{result=\"failed\"}") > 0; }));
    CHECK(log_of(agency).find("standby broken=") != std::string::npos);
    CHECK(service.get("/readyz").status == 200);
    REQUIRE(agency.run({"sync"}).code == 0);
    fs::remove(agency.folder.path("safe"));
    agency.configure(R"("backup": {"at": "00:00", "folder": "elsewhere"},)");
    service.running->signal(SIGHUP);
    REQUIRE(soon([&] { return fs::exists(agency.folder.path("elsewhere/hourbridge-latest.db")); }));
    REQUIRE(soon([&] { return log_of(agency).find("standby mended=") != std::string::npos; }));
    service.stop();
    const auto restored =
        agency.run({"restore", agency.folder.path("elsewhere/hourbridge-latest.db")});
    INFO(restored.out << restored.err);
    CHECK(restored.code == 0);
    CHECK(agency.run({"dump", "entries"}).root()["rows"].size() == 6);
}

TEST_CASE("restore: never beside a service; then nothing is created until verify --remote (G18)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const std::string copy = agency.folder.path("copy.db");
    REQUIRE(agency.run({"backup", copy}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    REQUIRE(agency.run({"run", "--wait", "10"}).code == 0);
    REQUIRE(deals(agency) == 1);
    {
        Serving service(agency);
        const auto refused = agency.run({"restore", copy});
        CHECK(refused.code == 5);
        CHECK(refused.err.find("stop it first") != std::string::npos);
        service.stop();
    }
    const auto restored = agency.run({"restore", copy});
    INFO(restored.out << restored.err);
    REQUIRE(restored.code == 0);
    CHECK(fs::exists(text(restored.root()["kept"])));
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    agency.run({"run", "--wait", "3"});
    CHECK(deals(agency) == 1);

    const auto compared = agency.run({"verify", "--remote"});
    CHECK(compared.code == 5);
    const auto at = compared.out.find("bitrix24:deal:");
    REQUIRE(at != std::string::npos);
    const std::string deal = compared.out.substr(at, compared.out.find_first_of(" \\\"", at) - at);
    const auto adopted = agency.run({"outbox", "adopt", deal, "--report", id});
    INFO(adopted.out << adopted.err);
    REQUIRE(adopted.code == 0);
    const auto known = agency.run({"verify", "--remote"});
    INFO(known.out << known.err);
    CHECK(known.code == 0);
    REQUIRE(agency.run({"run", "--wait", "10"}).code == 0);
    CHECK(deals(agency) == 1);
    CHECK(text(agency.run({"report", "show", id}).root()["state"]) == "invoiced");
}

TEST_CASE("notify test tells every place, and what became of each; no secret is seen (S3)") {
    const Agency agency;
    agency.begin();
    TinyServer telegram([](TinyServer& server, int connection) {
        while (server.read_request(connection))
            TinyServer::answer(connection, R"({"ok":true,"result":{"message_id":5}})");
    });
    TinyServer hook([](TinyServer& server, int connection) {
        while (server.read_request(connection)) TinyServer::answer(connection, "");
    });
    const std::string rules =
        R"("notify": [{"on": ["paid"], "to": "bitrix24:user:1"},
        {"on": ["paid"], "telegram": {"token": ")" +
        std::string(kBotToken) + R"(", "chat_id": "-100", "api_url": ")" + telegram.url("") +
        R"("}}, {"on": ["paid"], "webhook": {"url": ")" + hook.url("/in") + R"(", "secret": ")" +
        kPlanted + R"("}}],)";
    agency.configure(rules);
    const auto told = agency.run({"notify", "test"});
    INFO(told.out << told.err);
    CHECK(told.code == 0);
    REQUIRE(told.root()["notices"].size() == 3);
    for (const auto notice : told.root()["notices"]) CHECK(text(notice["state"]) == "done");
    REQUIRE(telegram.requests() == 1);
    CHECK(telegram.heads()[0].find(std::string("POST /bot") + kBotToken + "/sendMessage") == 0);
    REQUIRE(hook.requests() == 1);
    CHECK(hook.heads()[0].find("webhook-signature: v1,") != std::string::npos);
    // Nobody answers: said, not hidden, and nothing leaks.
    telegram.stop_listening();
    agency.configure(R"("log": {"level": "trace"},)" + rules);
    Serving service(agency, R"("log": {"level": "trace"},)" + rules);
    agency.run({"notify", "test"});
    service.stop();
    std::string all =
        log_of(agency) + agency.run({"check"}).out + agency.run({"outbox", "list"}).out;
    for (const char* table : {"outbox", "remotes", "settings", "events"})
        all += agency.run({"dump", table}).out;
    all += agency.folder.read("data/hourbridge.db");
    CHECK(all.find("AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw") == std::string::npos);
    CHECK(all.find(kPlanted) == std::string::npos);
}

TEST_CASE(
    "an event brings the task's new time into the cache within seconds, the poll being minutes "
    "away (R10)") {
    const Agency agency;
    agency.begin();
    open_hooks(agency);
    Serving service(agency, Serving::AsItStands{});
    REQUIRE(soon([&] { return service.get("/readyz").status == 200; }));
    const auto entries = [&] { return agency.run({"dump", "entries"}).root()["rows"].size(); };
    const auto before = entries();
    agency.add_entry(agency.first, 3600, "2026-03-20");
    SystemClock clock;
    const Instant changed = clock.now();
    REQUIRE(service.post(hook_path(), task_event(agency.first)).status == 200);
    CHECK(soon([&] { return entries() == before + 1; }));
    std::printf("from an event to the cache: %d ms\n",
                static_cast<int>((clock.now() - changed).count()));
    CHECK(clock.now() - changed < std::chrono::seconds{30});
    // Nobody else is heard.
    CHECK(service.post(hook_path(), task_event(agency.first, "forged")).status == 403);
    CHECK(service.post("/hook/bitrix24/wrong", task_event(agency.first)).status == 403);
    service.stop();
}

TEST_CASE("killed while a backup is written, the copy is there whole or not at all (R15)") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const Agency agency;
    agency.begin();
    SystemClock clock;
    for (int n = 0; n < 12; ++n) {
        const std::string copy = agency.folder.path("copy-" + std::to_string(n) + ".db");
        auto writing = agency.folder.start(
            {"backup", copy, "--config", agency.folder.path("hourbridge.json")});
        clock.wait_until(clock.now() + std::chrono::milliseconds{random() % 60});
        writing.signal(SIGKILL);
        writing.wait();
        if (!fs::exists(copy)) continue;
        const auto restored = agency.run({"restore", copy});
        INFO(restored.out << restored.err);
        CHECK(restored.code == 0);
    }
    // A half one is in nobody's way.
    CHECK(agency.run({"backup", agency.folder.path("last.db")}).code == 0);
    CHECK(agency.run({"restore", agency.folder.path("last.db")}).code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

} // namespace hb::test
