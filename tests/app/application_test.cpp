#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/program.h"
#include "app/serving.h"
#include "net/http.h"
#include "net/local.h"
#include "json/writer.h"

using namespace hb;
using namespace hb::test;

namespace {

int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ::close(fd);
    return ntohs(address.sin_port);
}

// The agency's portal with an application instead of a webhook.
struct Application : Agency {
    Application() {
        const std::string base = server->url();
        portal->change_options([&](sandbox::PortalOptions& its) { its.base_url = base; });
        const std::string address = "127.0.0.1:" + std::to_string(free_port());
        json::Writer config;
        config.begin_object().member("data_dir", "data").member("listen", address);
        config.member("public_url", "http://" + address).key("remotes").begin_object();
        config.key("bitrix24").begin_object().member("connector", "bitrix24");
        config.member("hook_secret", "0123456789abcdef").member("settle_seconds", 1);
        config.key("limits").begin_object().member("burst", 1000).member("per_second", 100);
        config.end_object();
        config.key("oauth")
            .begin_object()
            .member("portal", base)
            .member("client_id", "app.sandbox")
            .member("client_secret", "sandbox-secret")
            .member("oauth_url", base + "/oauth/token/")
            .end_object()
            .end_object()
            .end_object();
        config.key("crm").begin_object().member("remote", "bitrix24").end_object().end_object();
        folder.write("hourbridge.json", config.text());
    }
    json::Document control(const std::string& method, const std::string& path,
                           const std::string& body = "{}") {
        const auto answer =
            portal->handle({method, "/sandbox/" + path, "", "application/json", body});
        auto document = json::Document::parse(answer.body);
        INFO(path << " " << answer.body);
        REQUIRE(document.ok());
        return std::move(*document);
    }
    // At the address that the answer of `portal setup` offers.
    void install(const Ended& offer) {
        control("POST", "app/install",
                "{\"handler\":" + json::quote(text(offer.root()["install_url"])) +
                    ",\"scopes\":[\"task\",\"crm\",\"user\",\"sonet_group\","
                    "\"userfieldconfig\",\"im\",\"sale\"],\"user\":1}");
    }
    bool authorised() {
        return run({"check"}).root()["remotes"][0]["authorised"].boolean().value();
    }
};

} // namespace

TEST_CASE("the program is installed as an application, renews, hears events and is removed (G34)") {
    Application app;
    const auto before = app.run({"check"});
    CHECK(before.code == 3);
    CHECK(before.out.find("not installed") != std::string::npos);
    Running service = app.folder.start({"serve", "--config", app.folder.path("hourbridge.json")});
    REQUIRE(service.says("hourbridge serves"));
    const auto offer = app.run({"portal", "setup"});
    CHECK(offer.code == 1);
    const std::string address = text(offer.root()["install_url"]);
    const std::string install = "{\"handler\":" + json::quote(address) +
                                ",\"scopes\":[\"task\",\"crm\",\"user\",\"sonet_group\","
                                "\"userfieldconfig\",\"im\",\"sale\"],\"user\":1}";
    const auto told = app.control("POST", "app/install", install);
    REQUIRE(soon([&] { return app.authorised(); }));

    CHECK(app.run({"sync"}).code == 0);
    app.control("POST", "app/expire");
    CHECK(app.run({"sync"}).code == 0);
    CHECK(number(app.control("GET", "app").root()["refreshed"]) >= 1);
    CHECK(app.run({"check"}).code == 0);

    // Setup binds the events to the address with the secret; the task's one comes back.
    CHECK(app.run({"portal", "setup"}).code <= 1);
    app.control("POST", "tasks/" + std::to_string(app.first), "{\"TITLE\":\"Renamed\"}");
    CHECK(soon([&] {
        const auto inbox = app.run({"inbox", "list", "--state", "done"});
        return inbox.out.find("ONTASKUPDATE") != std::string::npos;
    }));
    const auto again = app.run({"inbox", "replay", "1"});
    CHECK(again.code == 0);
    CHECK(app.run({"inbox", "replay", "999"}).code == 4);

    // A right to renew that has run out is told with what to do, and nothing else is tried; a new
    // installation mends it.
    app.control("POST", "app/expire", "{\"refresh\":true}");
    const auto ended = app.run({"sync"});
    CHECK(ended.code == 3);
    CHECK((ended.out + ended.err).find("install the application again") != std::string::npos);
    const auto offer_again = app.run({"portal", "setup", "--install"});
    CHECK(offer_again.code == 1);
    app.control("POST", "app/install",
                "{\"handler\":" + json::quote(text(offer_again.root()["install_url"])) +
                    ",\"scopes\":[\"task\",\"crm\",\"user\",\"sonet_group\","
                    "\"userfieldconfig\",\"im\",\"sale\"],\"user\":1}");
    CHECK(soon([&] { return app.authorised(); }));
    CHECK(app.run({"sync"}).code == 0);

    // A second use of an address changes nothing; the removal stops the remote and says how to
    // come back.
    net::Request stranger;
    stranger.url = Secret(address);
    stranger.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    stranger.body = "event=ONAPPINSTALL&auth[access_token]=a&auth[refresh_token]=r"
                    "&auth[application_token]=t&auth[member_id]=m&auth[domain]=127.0.0.1";
    CHECK(hb::test::local_client()->send(stranger).status == 403);
    CHECK(app.authorised());
    app.control("POST", "app/uninstall", "{\"clean\":true}");
    CHECK(soon([&] { return !app.authorised(); }));
    CHECK(app.run({"check"}).out.find("portal setup --install") != std::string::npos);
    service.signal(SIGTERM);
    CHECK(service.wait().code == 0);

    // S3: nothing of it lies in the books.
    const std::string bytes =
        app.folder.read("data/hourbridge.db") + app.folder.read("data/hourbridge.db-wal");
    for (const char* part : {"access_token", "refresh_token", "application_token"})
        CHECK(bytes.find(text(told.root()[part])) == std::string::npos);
    CHECK(bytes.find(address.substr(address.rfind('/') + 1)) == std::string::npos);
    CHECK(bytes.find("sandbox-secret") == std::string::npos);
}

TEST_CASE("tokens that a dry run renewed are kept: the ones before are used up") {
    Application app;
    Running service = app.folder.start({"serve", "--config", app.folder.path("hourbridge.json")});
    REQUIRE(service.says("hourbridge serves"));
    app.install(app.run({"portal", "setup"}));
    REQUIRE(soon([&] { return app.authorised(); }));
    REQUIRE(app.run({"sync"}).code == 0);
    app.control("POST", "app/expire");
    const auto dry = app.run({"sync", "--dry-run"});
    INFO(dry.out << dry.err);
    CHECK(dry.code == 0);
    const auto renewed = number(app.control("GET", "app").root()["refreshed"]);
    CHECK(renewed >= 1);
    app.control("POST", "app/expire");
    CHECK(app.run({"sync"}).code == 0);
    service.signal(SIGTERM);
    REQUIRE(service.wait().code == 0);
    app.control("POST", "app/expire");
    CHECK(app.run({"sync", "--dry-run"}).code == 0);
    app.control("POST", "app/expire");
    const auto last = app.run({"sync"});
    INFO(last.out << last.err);
    CHECK(last.code == 0);
    CHECK(number(app.control("GET", "app").root()["refreshed"]) == renewed + 3);
}

TEST_CASE("portal status is a few lines, and calls for nobody once only what it can't see is left "
          "to do by hand (G35)") {
    const Agency agency;
    agency.configure(R"("public_url": "https://hours.example",)");
    const auto before = agency.run({"portal", "status"});
    INFO(before.out << before.err);
    CHECK(before.code == 1);
    CHECK(before.err.find("missing") != std::string::npos);
    CHECK(before.err.find("`hourbridge portal setup` makes them") != std::string::npos);
    CHECK(before.err.find("crm.type.add") == std::string::npos); // bodies are for --json
    CHECK(before.out.find("crm.type.add") != std::string::npos);
    CHECK(std::count(before.err.begin(), before.err.end(), '\n') <= 10);

    const auto made = agency.run({"portal", "setup"});
    CHECK(made.code == 1); // an outgoing webhook has to be entered
    CHECK(made.out.find("ONCRMDEALUPDATE") != std::string::npos);
    const auto after = agency.run({"portal", "status"});
    INFO(after.out << after.err);
    CHECK(after.code == 0);
    CHECK(after.err.find("Nothing is missing.") != std::string::npos);
    CHECK(after.err.find("none has come yet") != std::string::npos);
    CHECK(after.err.find("ONCRMDEALUPDATE") == std::string::npos);
    bool by_hand = false;
    for (const auto step : after.root()["steps"])
        by_hand = by_hand || text(step["state"]) == "by_hand";
    CHECK(by_hand);
}
