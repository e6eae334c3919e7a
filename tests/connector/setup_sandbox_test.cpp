#include <catch2/catch.hpp>

#include "application.h"
#include "sandbox_rig.h"

using namespace hb;
using namespace sandbox_rig;
using domain::Outcome;

namespace {

const char* kHandler = "https://hours.example/hook/bitrix24/x";

std::string told(const domain::SetupReport& report) {
    std::string out;
    for (const auto& step : report.steps)
        out += step.state + " " + step.what + ": " + step.detail + "\n";
    return out;
}

int count(const domain::SetupReport& report, const std::string& state) {
    int n = 0;
    for (const auto& step : report.steps) n += step.state == state ? 1 : 0;
    return n;
}

// The same portal through its application, installed by an administrator.
struct AppRig : Rig {
    std::shared_ptr<application::MemoryKeeper> keeper =
        std::make_shared<application::MemoryKeeper>();

    AppRig() {
        sandbox::HttpRequest install;
        install.path = "/sandbox/app/install";
        install.content_type = "application/json";
        install.host = "127.0.0.1:1";
        install.body = R"({"handler":"http://127.0.0.1:2/install","user":1,"scopes":)"
                       R"(["task","crm","user","sonet_group","userfieldconfig","im"]})";
        const auto answer = portal.handle(install);
        const auto document = json::Document::parse(answer.body);
        INFO(answer.body);
        REQUIRE(document.ok());
        connector::AppTokens tokens;
        tokens.access = Secret(*document->root()["access_token"].text());
        tokens.refresh = Secret(*document->root()["refresh_token"].text());
        tokens.member_id = *document->root()["member_id"].text();
        tokens.expires = clock.now() + std::chrono::hours{1};
        tokens.renewed = clock.now();
        tokens.server = tokens.portal = "http://127.0.0.1:1";
        keeper->kept = tokens;
        connector::Bitrix24Options options;
        options.oauth.emplace();
        options.oauth->portal = "http://127.0.0.1:1";
        options.oauth->client_id = "app.sandbox";
        options.oauth->client_secret = Secret("sandbox-secret");
        options.keeper = keeper;
        auto made = connector::make_bitrix24(options, std::make_unique<Direct>(portal), clock);
        REQUIRE(made.ok());
        remote = std::move(*made);
    }
};

} // namespace

TEST_CASE("sandbox: an application binds its events once, and offline ones reach it (protocol "
          "section 22)") {
    AppRig rig;
    const auto first = rig.remote->setup(false, "", kHandler);
    INFO((first.ok() ? told(*first) : to_string(first.error())));
    REQUIRE(first.ok());
    REQUIRE(first->cards);
    CHECK(count(*first, "failed") + count(*first, "forbidden") + count(*first, "by_hand") == 0);
    rig.wait();
    const auto second = rig.remote->setup(false, first->cards->text, kHandler);
    REQUIRE(second.ok());
    INFO(told(*second));
    CHECK(count(*second, "ok") == static_cast<int>(second->steps.size()));

    const std::string deal =
        rig.made("crm.item.add", R"({"entityTypeId":2,"fields":{"title":"March"}})");
    rig.clock.advance(std::chrono::seconds(30));
    const auto taken = rig.remote->take_events();
    INFO((taken.ok() ? "" : to_string(taken.error())));
    REQUIRE(taken.ok());
    CHECK_FALSE(taken->process_id.empty());
    bool seen = false;
    std::vector<std::string> names;
    for (const auto& [name, hint] : taken->events) {
        names.push_back(name);
        for (const auto& ref : hint.refs) seen = seen || to_string(ref) == "bitrix24:deal:" + deal;
    }
    CHECK(seen);
    REQUIRE(rig.remote->finish_events(taken->process_id, names, {}).ok());
    CHECK(rig.remote->take_events()->events.empty());
    // The same change goes to the handler, and is read by the same eyes.
    bool online = false;
    for (const auto& event : rig.portal.take_events()) {
        if (event.url != kHandler) continue;
        const auto hint = rig.remote->decode_event(event.body);
        REQUIRE(hint.ok());
        for (const auto& ref : hint->refs)
            online = online || to_string(ref) == "bitrix24:deal:" + deal;
    }
    CHECK(online);
}

TEST_CASE("sandbox: without offline events in the plan an application has the online ones only") {
    AppRig rig;
    rig.portal.change_options([](auto& options) { options.offline_extended = false; });
    const auto setup = rig.remote->setup(false, "", kHandler);
    REQUIRE(setup.ok());
    INFO(told(*setup));
    CHECK(count(*setup, "failed") + count(*setup, "forbidden") == 0);
    CHECK(told(*setup).find("offline event") == std::string::npos);
    REQUIRE(rig.remote->take_events().ok());
    CHECK(rig.remote->take_events()->process_id.empty());
}

TEST_CASE("sandbox: a plan without smart processes is told, and deals go on without cards") {
    Rig rig;
    rig.portal.change_options([](auto& options) { options.smart_processes = false; });
    const auto setup = rig.remote->setup(false, "", kHandler);
    REQUIRE(setup.ok());
    INFO(told(*setup));
    CHECK_FALSE(setup->cards);
    CHECK(count(*setup, "forbidden") == 1);
    CHECK(told(*setup).find("plan") != std::string::npos);
    CHECK(told(*setup).find("made task field UF_HB_PAID") != std::string::npos);
}

TEST_CASE(
    "sandbox: a person who administers nothing is told what is missing, and nothing is made") {
    Rig rig;
    rig.connect("3/plain");
    const auto setup = rig.remote->setup(false, "", kHandler);
    INFO((setup.ok() ? told(*setup) : to_string(setup.error())));
    REQUIRE(setup.ok());
    CHECK_FALSE(setup->cards);
    CHECK(count(*setup, "forbidden") >= 1);
    CHECK(count(*setup, "made") == 0);
}

TEST_CASE("sandbox: a webhook without the scope for fields makes no half type") {
    Rig rig;
    rig.portal.add_token({"narrow", 1, {"task", "crm", "user", "sonet_group"}});
    rig.connect("1/narrow");
    const auto setup = rig.remote->setup(false, "", kHandler);
    REQUIRE(setup.ok());
    INFO(told(*setup));
    CHECK_FALSE(setup->cards);
    CHECK(told(*setup).find("userfieldconfig") != std::string::npos);
    for (const auto& write : rig.portal.writes()) CHECK(write.method != "crm.type.add");
}

TEST_CASE("sandbox: a dry run changes nothing, also where something is missing") {
    Rig rig;
    REQUIRE(rig.remote->setup(true, "", kHandler).ok());
    CHECK(rig.portal.writes().empty());
    const auto setup = rig.remote->setup(false, "", kHandler);
    REQUIRE(setup.ok());
    REQUIRE(setup->cards);
    const auto before = rig.portal.writes().size();
    const std::string fields = rig.call("userfieldconfig.list", R"({"moduleId":"crm"})");
    rig.wait();
    const auto planned = rig.remote->setup(true, setup->cards->text, kHandler);
    REQUIRE(planned.ok());
    CHECK(planned->cards);
    CHECK(rig.portal.writes().size() == before);
}

TEST_CASE("sandbox: a setup that is cut anywhere is whole after the next one") {
    for (int skip = 0; skip < 14; ++skip) {
        Rig rig;
        sandbox::Fault lost;
        lost.kind = sandbox::Fault::Kind::LostAnswer;
        lost.method = "*";
        lost.skip = skip;
        rig.portal.add_fault(lost);
        (void)rig.remote->setup(false, "", kHandler);
        rig.portal.clear_faults();
        rig.clock.advance(std::chrono::minutes(2));
        const auto again = rig.remote->setup(false, "", kHandler);
        INFO("cut after " << skip);
        REQUIRE(again.ok());
        INFO(told(*again));
        REQUIRE(again->cards);
        int types = 0;
        rig.clock.advance(std::chrono::minutes(2));
        const auto list = json::Document::parse(rig.call("crm.type.list", "{}"));
        for (const auto item : list->root()["result"]["types"])
            types += item["title"].text_view().value_or("") == "Hour report" ? 1 : 0;
        CHECK(types == 1);
        rig.wait();
        const auto third = rig.remote->setup(false, again->cards->text, kHandler);
        REQUIRE(third.ok());
        CHECK(third->cards->text == again->cards->text);
        CHECK(count(*third, "ok") + count(*third, "by_hand") ==
              static_cast<int>(third->steps.size()));
    }
}
