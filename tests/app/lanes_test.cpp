#include <catch2/catch.hpp>
#include <csignal>

#include "app/serving.h"
#include "net/tiny_server.h"
#include "sandbox/state.h"

// A lane for each remote: whoever hangs delays itself alone.
namespace hb::test {
namespace {

// Takes every request and answers none.
void say_nothing(TinyServer& server, int connection) {
    while (server.read_request(connection)) {
    }
}

void answer_telegram(TinyServer& server, int connection) {
    while (server.read_request(connection))
        TinyServer::answer(connection, R"({"ok":true,"result":{"message_id":5}})");
}

std::size_t deals(const Agency& agency) {
    std::size_t count = 0;
    agency.portal->edit([&](sandbox::State& state) { count = state.crm.at(2).items.size(); });
    return count;
}

} // namespace

TEST_CASE("a portal and a webhook that never answer delay themselves alone; a report goes its way, "
          "people are told, and the end comes within five seconds") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    TinyServer silent_portal(say_nothing);
    TinyServer silent_hook(say_nothing);
    TinyServer telegram(answer_telegram);
    agency.configure(R"("notify": [{"on": ["agreed", "invoiced"], "webhook": {"url": ")" +
                     silent_hook.url("/in") +
                     R"(", "secret": "012345678901234567890123"}},
        {"on": ["agreed", "invoiced"], "telegram": {"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
         "chat_id": "-100", "api_url": ")" +
                     telegram.url("") + R"("}}],)");
    std::string config = agency.folder.read("hourbridge.json");
    const std::string at = "\"remotes\": {";
    config.insert(config.find(at) + at.size(),
                  R"("another": {"connector": "bitrix24", "webhook_url": ")" +
                      silent_portal.url("/rest/1/abcdef/") + R"("},)");
    agency.folder.write("hourbridge.json", config);
    Serving service(agency, Serving::AsItStands{});
    REQUIRE(soon([&] { return silent_portal.requests() > 0; }));

    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    CHECK(soon([&] { return deals(agency) == 1; }, 20));
    const auto state = [&] { return text(agency.run({"report", "show", id}).root()["state"]); };
    CHECK(soon([&] { return state() == "invoiced"; }, 20));
    CHECK(soon([&] { return telegram.requests() >= 2; }, 20));
    CHECK(soon([&] { return silent_hook.requests() == 1; })); // still waiting for its first answer
    CHECK(silent_portal.requests() == 1);

    SystemClock clock;
    const Instant asked = clock.now();
    service.stop();
    CHECK(clock.now() - asked < std::chrono::seconds{5});
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a command that reads a planner which hangs holds nobody up: the CRM's lane goes on, and "
          "other commands are answered") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    TinyServer silent(say_nothing);
    std::string config = agency.folder.read("hourbridge.json");
    const std::string at = "\"remotes\": {";
    config.insert(
        config.find(at) + at.size(),
        R"("another": {"connector": "bitrix24", "timeouts": {"total_ms": 20000}, "webhook_url": ")" +
            silent.url("/rest/1/abcdef/") + R"("},)");
    agency.folder.write("hourbridge.json", config);
    Serving service(agency, Serving::AsItStands{});
    REQUIRE(soon([&] { return silent.requests() > 0; }));
    const std::string file = agency.folder.path("hourbridge.json");
    SystemClock clock;
    const Instant began = clock.now();
    auto reading = agency.folder.start({"sync", "another", "--config", file});
    auto running = agency.folder.start({"run", "--config", file});
    clock.wait_until(clock.now() + std::chrono::milliseconds{300});

    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    const auto state = [&] { return text(agency.run({"report", "show", id}).root()["state"]); };
    CHECK(soon([&] { return state() == "invoiced"; }, 15));
    CHECK(deals(agency) == 1);
    const auto synced = agency.run({"sync", "bitrix24"});
    CHECK(synced.code == 0);
    CHECK(!reading.ended());
    CHECK(!running.ended());
    CHECK(clock.now() - began < std::chrono::seconds{18});
    service.stop();
    CHECK(agency.run({"verify"}).code == 0);
}

} // namespace hb::test
