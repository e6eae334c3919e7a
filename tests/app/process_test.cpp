#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/program.h"
#include "app/serving.h"
#include "net/http.h"
#include "net/local.h"

// Several processes, dead remotes, identities.
namespace hb::test {

TEST_CASE("a dead portal ends with 3 and says what to do; what was read stays") {
    const Agency agency;
    agency.begin();
    agency.server->stop();
    const auto synced = agency.run({"sync"});
    INFO(synced.out << synced.err);
    CHECK(synced.code == 3);
    REQUIRE(synced.is_json);
    CHECK(!text(synced.root()["remotes"][0]["error"]["message"]).empty());
    const auto ran = agency.run({"run"});
    CHECK(ran.code == 3);
    CHECK(ran.root()["errors"].size() == 1);
    const auto checked = agency.run({"check"});
    CHECK(checked.code == 3);
    CHECK(!*checked.root()["remotes"][0]["reachable"].boolean());
    const auto id = std::to_string(agency.draft());
    const auto sent = agency.run({"report", "send", id});
    CHECK(sent.code == 3); // G25: nothing is frozen
    CHECK(agency.run({"report", "send", id, "--stale-ok"}).code == 0);
}

TEST_CASE("check of a good installation ends with 0, names scopes when they lack (G28)") {
    const Agency agency;
    agency.begin();
    const auto good = agency.run({"check"});
    INFO(good.out << good.err);
    CHECK(good.code == 0);
    CHECK(*good.root()["ok"].boolean());
    CHECK((good.out + good.err).find("/rest/1/") == std::string::npos);
    agency.portal_call("tokens", R"({"token":"sandbox","user":1,"scopes":["task","user"]})");
    const auto lacking = agency.run({"check"});
    INFO(lacking.out << lacking.err);
    CHECK(lacking.code == 3);
    CHECK(lacking.out.find("scope crm") != std::string::npos);
}

TEST_CASE("a second writer ends with 5 within a second, readers go on (G15)") {
    const Agency agency;
    agency.begin();
    const int lock = open(agency.folder.path("data/lock").c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(lock >= 0);
    REQUIRE(flock(lock, LOCK_EX | LOCK_NB) == 0);
    const SystemClock clock;
    const Instant before = clock.now();
    const auto refused = agency.run({"sync"});
    CHECK(refused.code == 5);
    CHECK(clock.now() - before < std::chrono::milliseconds{1500});
    CHECK(text(refused.root()["error"]["code"]) == "machine");
    CHECK(agency.run({"report", "list"}).code == 0);
    close(lock);
    CHECK(agency.run({"sync"}).code == 0);
}

TEST_CASE("a second service refuses to start within a second, ten times of ten (R12, S8)") {
    const Agency agency;
    agency.begin();
    auto first = agency.folder.start({"serve", "--config", agency.folder.path("hourbridge.json")});
    REQUIRE(first.says("hourbridge serves"));
    SystemClock clock;
    for (int i = 0; i < 10; ++i) {
        const Instant asked = clock.now();
        const auto second = agency.run({"serve"});
        const auto took = clock.now() - asked;
        INFO(second.err << " after " << took.count() << " ms");
        CHECK(second.code == 5);
        CHECK(second.err.find("another hourbridge works with these books") != std::string::npos);
        CHECK(took < std::chrono::milliseconds{1500}); // the processes' own starts among them
    }
    first.signal(SIGTERM);
    CHECK(first.wait().code == 0);
}

TEST_CASE("two writers at once: one goes first, none is lost") {
    const Agency agency;
    agency.begin();
    const std::string config = agency.folder.path("hourbridge.json");
    auto one = agency.folder.start(
        {"report", "batch", "--month", "2026-03", "--json", "--config", config});
    auto two = agency.folder.start(
        {"report", "batch", "--month", "2026-03", "--json", "--config", config});
    const auto first = one.wait();
    const auto second = two.wait();
    INFO(first.out << first.err << second.out << second.err);
    CHECK(first.code + second.code == 1); // one made the report, for the other nothing was left
    CHECK(agency.run({"report", "list"}).root()["reports"].size() == 1);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE(
    "of two commands racing for the same entries one wins, the other is told which report has "
    "them (rule 9)") {
    const Agency agency;
    agency.begin();
    const std::vector<std::string> words = {"report",
                                            "create",
                                            "--company",
                                            "bitrix24:company:" + std::to_string(agency.company),
                                            "--from",
                                            "2026-03-01",
                                            "--to",
                                            "2026-03-31",
                                            "--json",
                                            "--config",
                                            agency.folder.path("hourbridge.json")};
    for (int round = 1; round <= 5; ++round) {
        std::vector<Running> racing;
        for (int i = 0; i < 3; ++i) racing.push_back(agency.folder.start(words));
        std::int64_t winner = 0;
        std::vector<Ended> losers;
        for (auto& one : racing) {
            auto ended = one.wait();
            INFO("round " << round << ": " << ended.out << ended.err);
            REQUIRE(ended.is_json);
            if (ended.code != 0) {
                losers.push_back(std::move(ended));
                continue;
            }
            CHECK(winner == 0);
            winner = number(ended.root()["id"]);
        }
        REQUIRE(winner != 0);
        REQUIRE(losers.size() == 2);
        for (const auto& loser : losers) {
            INFO("round " << round << ": " << loser.out << loser.err);
            CHECK(loser.code == 4);
            CHECK(loser.root()["id"].null());
            REQUIRE(loser.root()["excluded"].size() > 0);
            for (const auto row : loser.root()["excluded"]) CHECK(number(row["report"]) == winner);
            CHECK(loser.err.find("is already on report " + std::to_string(winner)) !=
                  std::string::npos);
        }
        CHECK(agency.run({"report", "cancel", std::to_string(winner), "--reason", "again"}).code ==
              0);
    }
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("while the service runs, writing commands are done by it: same answer, same code") {
    const Agency agency;
    agency.begin();
    const std::string config = agency.folder.path("hourbridge.json");
    auto service = agency.folder.start({"serve", "--config", config});
    REQUIRE(service.says("hourbridge serves http://127.0.0.1:"));

    const auto second = agency.run({"serve"});
    CHECK(second.code == 5);

    const auto id = std::to_string(agency.draft()); // a write without a remote
    const auto unknown = agency.run({"report", "agree", "777"});
    CHECK(unknown.code == 4);
    CHECK(text(unknown.root()["error"]["code"]) == "not_found");
    const auto sent = agency.run({"report", "send", id}); // in the service's own thread
    INFO(sent.out << sent.err);
    REQUIRE(sent.code == 0);
    CHECK(text(sent.root()["url"]).find("http://127.0.0.1:") == 0);
    CHECK(agency.run({"sync"}).code == 0);
    // Relative paths are the asker's, whoever does the work.
    CHECK(agency.run({"contract", "apply", "acme.json"}).code == 0);
    CHECK(agency.run({"remote", "moved", "bitrix24"}).code == 5); // never beside a service

    struct stat about {};
    REQUIRE(stat(agency.folder.path("data/control.sock").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);

    const SystemClock clock;
    const Instant before = clock.now();
    service.signal(SIGTERM);
    const auto ended = service.wait();
    INFO(ended.err);
    CHECK(ended.code == 0);
    CHECK(clock.now() - before < std::chrono::seconds{6});
    CHECK(agency.run({"report", "agree", id}).code == 0); // without it again
}

TEST_CASE("serve --healthcheck starts nothing, and tells whether the service answers") {
    const Agency agency;
    agency.begin();
    CHECK(agency.run({"serve", "--healthcheck"}).code == 5);
    {
        Serving service(agency);
        const auto asked = agency.run({"serve", "--healthcheck"});
        CHECK(asked.code == 0);
        CHECK(asked.out.find("answers") != std::string::npos);
        service.stop();
    }
    CHECK(agency.run({"serve", "--healthcheck"}).code == 5);
}

TEST_CASE("the service writes the deal by itself once the client has agreed on the page (G43)") {
    const Agency agency;
    agency.begin();
    const std::string config = agency.folder.path("hourbridge.json");
    auto service = agency.folder.start({"serve", "--config", config});
    REQUIRE(service.says("hourbridge serves http://127.0.0.1:"));
    const auto id = std::to_string(agency.draft());
    const auto sent = agency.run({"report", "send", id});
    REQUIRE(sent.code == 0);

    const auto browser = hb::test::local_client();
    net::Request agree;
    agree.url = Secret(text(sent.root()["url"]) + "/agree");
    agree.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    agree.body = "hash=0000";
    const auto stale = browser->send(agree);
    INFO(stale.trouble);
    CHECK(stale.status == 409);
    agree.body = "hash=" + text(sent.root()["revision"]["hash"]);
    const int status = browser->send(agree).status;
    CHECK((status == 303 || status == 200));

    SystemClock clock;
    const Instant patience = clock.now() + std::chrono::seconds{20};
    std::string state;
    while (state != "invoiced" && clock.now() < patience)
        state = text(agency.run({"report", "show", id}).root()["state"]);
    CHECK(state == "invoiced");
    service.signal(SIGINT);
    CHECK(service.wait().code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("the service ends within five seconds although a portal does not answer") {
    const Agency agency;
    agency.begin();
    agency.portal_call("faults", R"({"kind":"slow","method":"*","count":-1,"delay_ms":60000})");
    const auto before = agency.portal->counters().http_requests;
    auto service =
        agency.folder.start({"serve", "--config", agency.folder.path("hourbridge.json")});
    REQUIRE(service.says("hourbridge serves"));
    // The service's thread hangs in its first call, whichever that is; this one waits behind it.
    auto asking = agency.folder.start({"sync", "--config", agency.folder.path("hourbridge.json")});
    SystemClock clock;
    const Instant patience = clock.now() + std::chrono::seconds{10};
    while (agency.portal->counters().http_requests == before && clock.now() < patience)
        clock.wait_until(clock.now() + std::chrono::milliseconds{20});
    REQUIRE(agency.portal->counters().http_requests > before);
    const Instant asked = clock.now();
    service.signal(SIGTERM);
    CHECK(service.wait().code == 0);
    CHECK(clock.now() - asked < std::chrono::seconds{5});
    CHECK(asking.wait().code == 5); // told that its answer will not come
    agency.portal->clear_faults();
}

TEST_CASE(
    "the key of the links is made once, private, and refused when others may read it (G23, S8)") {
    const Agency agency;
    agency.begin();
    const std::string path = agency.folder.path("data/secret.key");
    struct stat about {};
    REQUIRE(stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    const std::string key = agency.folder.read("data/secret.key");
    CHECK(agency.run({"sync"}).code == 0);
    CHECK(agency.folder.read("data/secret.key") == key);
    chmod(path.c_str(), 0644);
    const auto refused = agency.run({"sync"});
    CHECK(refused.code == 5);
    CHECK(refused.err.find("chmod 600") != std::string::npos);
    CHECK((refused.out + refused.err).find(key.substr(0, 20)) == std::string::npos);
    // Gone: another one would silently kill every link.
    std::filesystem::remove(path);
    CHECK(agency.run({"sync"}).code == 5);
    CHECK(!std::filesystem::exists(path));
}

TEST_CASE("another account under a known name stops with 2 until a person says it moved (G17)") {
    Agency agency;
    agency.begin();
    const std::string before = agency.run({"dump", "remotes"}).out;
    // Another port is another account.
    auto moved = std::make_unique<sandbox::Server>(*agency.portal);
    REQUIRE(moved->start(0).ok());
    agency.server = std::move(moved);
    agency.configure();
    for (const char* command : {"run", "check", "serve"}) {
        const auto refused = agency.run({command});
        INFO(command << refused.out << refused.err);
        CHECK(refused.code == 2);
        CHECK(refused.err.find("remote moved bitrix24") != std::string::npos);
    }
    CHECK(agency.run({"dump", "remotes"}).out == before);
    CHECK(agency.run({"remote", "moved", "bitrix24"}).code == 0);
    CHECK(agency.run({"run"}).code == 0);
    CHECK(agency.run({"sync"}).code == 0);
}

TEST_CASE("a known account under another name stops with 2 until it is renamed (G17)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    REQUIRE(agency.run({"run", "--wait", "5"}).code == 0);
    const std::string deal = text(agency.run({"report", "show", id}).root()["links"]["deal"]);
    agency.portal_call("payments", R"({"entityTypeId":2,"entityId":)" +
                                       deal.substr(deal.rfind(':') + 1) +
                                       R"(,"sum":"100.00","currency":"EUR","paid":"Y"})");
    REQUIRE(agency.run({"run", "--wait", "5"}).code == 0);
    REQUIRE(text(agency.run({"report", "show", id}).root()["paid"]) == "100.00");

    agency.configure("", "portal");
    const auto refused = agency.run({"run"});
    CHECK(refused.code == 2);
    CHECK(refused.err.find("remote rename bitrix24 portal") != std::string::npos);
    CHECK(agency.run({"remote", "rename", "bitrix24", "other"}).code == 2);
    const auto renamed = agency.run({"remote", "rename", "bitrix24", "portal"});
    INFO(renamed.out << renamed.err);
    CHECK(renamed.code == 0);
    const auto ran = agency.run({"run", "--wait", "5"});
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    // The same payment under the new name is no second one, and the terms are the same terms.
    CHECK(text(agency.run({"report", "show", id}).root()["paid"]) == "100.00");
    agency.add_entry(agency.second, 3600, "2026-04-02");
    REQUIRE(agency.run({"sync"}).code == 0);
    const auto april = agency.run({"report", "create", "--company",
                                   "portal:company:" + std::to_string(agency.company), "--from",
                                   "2026-04-01", "--to", "2026-04-30"});
    INFO(april.out << april.err);
    CHECK(april.code == 0);
    CHECK(text(april.root()["total"]) == "72.00");
    CHECK(agency.run({"verify", "--remote"}).code == 0);
}

TEST_CASE("killed at any of its moments, a run is finished by the next one without a double") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    int kills = 0;
    for (int moment = 5; moment < 200; moment += 7) {
        const auto ended =
            agency.run({"run", "--wait", "20"}, {{"HB_FAILPOINT", std::to_string(moment)}});
        INFO(moment << " " << ended.code << ended.out << ended.err);
        if (ended.code != 137) break;
        ++kills;
    }
    CHECK(kills > 3);
    const auto ran = agency.run({"run", "--wait", "20"});
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(text(agency.run({"report", "show", id}).root()["state"]) == "invoiced");
    std::int64_t deals = 0;
    agency.portal->edit([&](sandbox::State& state) {
        deals = static_cast<std::int64_t>(state.crm.at(2).items.size());
    });
    CHECK(deals == 1);
    CHECK(agency.run({"verify", "--remote"}).code == 0);
}

TEST_CASE("a backup is a whole copy, and never overwrites anything") {
    const Agency agency;
    agency.begin();
    const std::string copy = agency.folder.path("copy.db");
    CHECK(agency.run({"backup", copy}).code == 0);
    CHECK(std::filesystem::file_size(copy) > 0);
    CHECK(agency.run({"backup", copy}).code == 2);
}

TEST_CASE("a data_dir that can't be one ends with 5, whoever asks (G28)") {
    const Agency agency;
    agency.folder.write("data", "not a folder");
    for (const char* command : {"sync", "serve", "verify"}) {
        const auto ended = agency.run({command});
        INFO(command << ended.out << ended.err);
        CHECK(ended.code == 5);
    }
}

TEST_CASE("reading commands before the first start show empty lists and make nothing") {
    const Agency agency;
    const auto list = agency.run({"report", "list"});
    INFO(list.out << list.err);
    CHECK(list.code == 0);
    CHECK(list.root()["reports"].size() == 0);
    CHECK(!std::filesystem::exists(agency.folder.path("data")));
}

} // namespace hb::test
