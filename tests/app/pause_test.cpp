#include <catch2/catch.hpp>

#include "app/serving.h"

// remote pause and resume, as an operator uses them (INTERFACE, last section).
namespace hb::test {
namespace {

std::int64_t calls(const Agency& agency) {
    return agency.portal->counters().http_requests;
}

std::string state_of(const Agency& agency, const std::string& report) {
    return text(agency.run({"report", "show", report}).root()["state"]);
}

json::Document document(const std::string& body) {
    auto parsed = json::Document::parse(body);
    REQUIRE(parsed.ok());
    return std::move(*parsed);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a remote that a person lets rest is not called by anybody, its writes wait, check, list "
          "and run say so, and all goes on where it stopped") {
    const Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const auto paused = agency.run({"remote", "pause", "bitrix24"});
    INFO(paused.out << paused.err);
    REQUIRE(paused.code == 0);
    CHECK(*paused.root()["paused"].boolean());
    CHECK(paused.root()["until"].nothing());
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    const auto before = calls(agency);
    CHECK(agency.run({"run", "--wait", "2"}).code == 0);
    const auto sync = agency.run({"sync"});
    INFO(sync.out << sync.err);
    CHECK(sync.code != 0);
    CHECK(has(sync.out + sync.err, "hourbridge remote resume bitrix24"));
    CHECK(calls(agency) == before);
    CHECK(state_of(agency, id) == "agreed");
    CHECK(agency.run({"outbox", "list", "--state", "pending"}).root()["ops"].size() > 0);
    CHECK(text(agency.run({"remote", "list"}).root()["remotes"][0]["name"]) == "bitrix24");
    CHECK(*agency.run({"remote", "list"}).root()["remotes"][0]["paused"].boolean());
    const auto checked = agency.run({"check"});
    CHECK(checked.code == 0);
    REQUIRE(checked.root()["notes"].size() == 1);
    CHECK(has(text(checked.root()["notes"][0]), "bitrix24 is paused since "));
    REQUIRE(agency.run({"remote", "resume", "bitrix24"}).code == 0);
    REQUIRE(agency.run({"remote", "resume", "bitrix24"}).code == 0); // twice is no harm
    CHECK(agency.run({"run"}).code == 0);
    CHECK(state_of(agency, id) == "invoiced");
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a pause ends by itself at its time, and wrong words change nothing") {
    const Agency agency;
    agency.begin();
    CHECK(agency.run({"remote", "pause", "jira"}).code == 4);
    CHECK(agency.run({"remote", "resume", "jira"}).code == 4);
    for (const char* wrong : {"tomorrow", "25:00", "2001-01-01", "2001-01-01T00:00:00Z", "18"}) {
        INFO(wrong);
        CHECK(agency.run({"remote", "pause", "bitrix24", "--until", wrong}).code == 2);
    }
    CHECK_FALSE(*agency.run({"remote", "list"}).root()["remotes"][0]["paused"].boolean());
    const auto until = format_instant(agency.clock.now() + std::chrono::hours{2});
    const auto paused = agency.run({"remote", "pause", "bitrix24", "--until", until});
    REQUIRE(paused.code == 0);
    CHECK(text(paused.root()["until"]) == until);
    const auto now = [&](std::chrono::seconds later) {
        agency.folder.write("now", format_instant(agency.clock.now() + later));
    };
    now(std::chrono::hours{1});
    const std::map<std::string, std::string> at{{"HB_NOW", agency.folder.path("now")}};
    const auto before = calls(agency);
    CHECK(agency.run({"run"}, at).code == 0);
    CHECK(calls(agency) == before);
    now(std::chrono::seconds{7300});
    CHECK(agency.run({"run"}, at).code == 0);
    CHECK(calls(agency) > before);
    const auto events = agency.run({"dump", "events", "--limit", "100000"}).out;
    CHECK(has(events, "remote.paused"));
    CHECK(has(events, "remote.resumed"));
}

TEST_CASE("a pause survives the service: /readyz stays good and names it, the metric is 1, events "
          "are kept meanwhile, and resume takes effect at once") {
    const Agency agency;
    agency.begin();
    open_hooks(agency);
    REQUIRE(agency.run({"remote", "pause", "bitrix24"}).code == 0);
    Serving service(agency, Serving::AsItStands{});
    const auto before = calls(agency);
    CHECK(service.post(hook_path(), task_event(agency.first)).status == 200);
    const auto ready = service.get("/readyz");
    CHECK(ready.status == 200);
    const auto told = document(ready.body);
    REQUIRE(told.root()["notes"].size() == 1);
    CHECK_FALSE(told.root()["remotes"][0]["paused"].nothing());
    CHECK(service.metric("hourbridge_paused{remote=\"bitrix24\"}") == 1);
    CHECK(service.metric("hourbridge_inbox{state=\"new\"}") +
              service.metric("hourbridge_inbox{state=\"done\"}") ==
          1);
    CHECK(calls(agency) == before);
    REQUIRE(agency.run({"remote", "resume", "bitrix24"}).code == 0);
    CHECK(soon([&] { return calls(agency) > before; }));
    CHECK(service.metric("hourbridge_paused{remote=\"bitrix24\"}") == 0);
    service.stop();
}

} // namespace hb::test
