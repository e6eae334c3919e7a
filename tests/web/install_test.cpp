#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "lanes/installs.h"
#include "lanes/keeper.h"
#include "shop.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

const std::string kMember = "a223c6b3710f85df22e9377d6c4f7553";

// A portal that takes every token and remembers it.
class AnyToken final : public net::HttpClient {
public:
    explicit AnyToken(std::string& last) : last_(last) {}
    net::Response send(const net::Request& request) override {
        last_ = request.url.reveal() + " " + request.body;
        net::Response response;
        response.reach = net::Reach::Answered;
        response.status = 200;
        response.body = R"({"result":[]})";
        return response;
    }

private:
    std::string& last_;
};

std::string event(const std::string& member = kMember,
                  const std::string& host = "some-domain.bitrix24.com",
                  const std::string& access = "ACCESSTOKEN1") {
    return "event=ONAPPINSTALL&data[VERSION]=1&ts=1696527000&auth[access_token]=" + access +
           "&auth[refresh_token]=REFRESHTOKEN1&auth[expires_in]=3600&auth[scope]=crm,task"
           "&auth[server_endpoint]=https%3A%2F%2Foauth.bitrix.info%2Frest%2F"
           "&auth[client_endpoint]=https%3A%2F%2F" +
           host + "%2Frest%2F&auth[member_id]=" + member + "&auth[application_token]=EVENTTOKEN1";
}
std::string removal(const std::string& token = "EVENTTOKEN1") {
    return "event=ONAPPUNINSTALL&data[CLEAN]=1&ts=1696527999&auth[member_id]=" + kMember +
           "&auth[application_token]=" + token;
}

// The shop's portal as an application instead of a webhook.
struct Application : Shop {
    explicit Application(bool fresh = true) {
        auto& remote = *world.books->remotes.front();
        if (fresh) { // never read: no history to protect
            world.db->prepare("DELETE FROM cursors").run();
            store::Tx tx(*world.db);
            world.tables->sources.move_remote(remote.row.id, "not installed: bitrix24");
            tx.commit();
            remote.row.account = "not installed: bitrix24";
        }
        world.books->settings.key = Secret("a key of sixteen or more letters");
        connect();
    }
    void connect() {
        auto& books = *world.books;
        connector::Bitrix24Options options;
        options.oauth.emplace();
        options.oauth->portal = "some-domain.bitrix24.com";
        options.oauth->client_id = "app.1";
        options.oauth->client_secret = Secret("client secret");
        options.keeper = std::make_shared<lanes::BooksKeeper>(books, "bitrix24");
        auto made =
            connector::make_bitrix24(options, std::make_unique<AnyToken>(last), world.clock);
        REQUIRE(made.ok());
        remote().connector = std::move(*made);
    }
    books::RemoteRuntime& remote() { return *world.books->remotes.front(); }
    std::string code() { return lanes::make_install_code(*world.books, remote()); }
    int install(const std::string& code, const std::string& body = event()) {
        return post("/install/bitrix24/" + code, body).status;
    }
    std::string last; // call of the connector
};

} // namespace

TEST_CASE("an installation with its one-time code hands over the tokens, once (G34)") {
    Application app;
    const std::string code = app.code();
    CHECK(code.size() == 32);
    CHECK_FALSE(app.remote().connector->currencies().ok());
    CHECK(app.install(code) == 200);
    REQUIRE(app.remote().connector->currencies().ok());
    CHECK(app.last.find("https://some-domain.bitrix24.com/rest/") == 0);
    CHECK(app.last.find("ACCESSTOKEN1") != std::string::npos);
    // G17: the account is the member_id from now on.
    CHECK(app.remote().row.account == kMember);
    CHECK(app.world.tables->sources.find_remote("bitrix24")->account == kMember);
    CHECK(app.remote().connector->account() == kMember);
    const auto job = app.world.tables->jobs.find(app.remote().row.id, "pull", "");
    REQUIRE(job);
    CHECK(job->due_at <= app.world.clock.now());
    CHECK(app.install(code) == 403); // used up
    // Its events prove themselves with the token that came along.
    CHECK(app.post("/hook/bitrix24/path-secret-0123456789",
                   "event=ONTASKADD&data[FIELDS_AFTER][ID]=1&ts=5&auth[member_id]=" + kMember +
                       "&auth[application_token]=EVENTTOKEN1")
              .status == 200);
    CHECK(app.post("/hook/bitrix24/path-secret-0123456789",
                   "event=ONTASKADD&data[FIELDS_AFTER][ID]=1&ts=5&auth[member_id]=another"
                   "&auth[application_token]=EVENTTOKEN1")
              .status == 403);
}

TEST_CASE("wrong, old and replaced codes install nothing and are limited") {
    Application app;
    CHECK(app.install("nothing") == 403); // before any code was made
    const std::string first = app.code();
    const std::string second = app.code();
    CHECK(app.install(first) == 403);
    CHECK(app.install(second.substr(1)) == 403);
    CHECK(app.post("/install/bitrix24", event()).status == 403);
    CHECK(app.post("/install/nobody/" + second, event()).status == 403);
    app.world.advance(std::chrono::hours(24 * 7));
    CHECK(app.install(second) == 403);
    for (int i = 0; i < 20; ++i) app.install("guess");
    CHECK(app.install("guess") == 429);
    CHECK(app.remote().connector->account().empty());
    CHECK(app.install(app.code()) == 200);
}

TEST_CASE("an installation without a part, or of another portal, is refused; the code stays good") {
    Application app;
    const std::string code = app.code();
    const auto without = [&](const std::string& part) {
        std::string body = event();
        body.replace(body.find(part), part.size(), "x");
        return app.install(code, body);
    };
    CHECK(without("auth[refresh_token]") == 400);
    CHECK(without("auth[application_token]") == 400);
    CHECK(without("ONAPPINSTALL") == 400);
    CHECK(app.install(code, event(kMember, "other.bitrix24.com")) == 409);
    CHECK(app.remote().connector->account().empty());
    CHECK(app.install(code) == 200);
}

TEST_CASE(
    "a remote that was another account is not taken over; the same portal's webhook is (G17)") {
    Application app(false); // it has a history
    const std::int64_t id = app.remote().row.id;
    const auto call_it = [&](const std::string& account) {
        store::Tx tx(*app.world.db);
        app.world.tables->sources.move_remote(id, account);
        tx.commit();
        app.remote().row.account = account;
    };
    call_it("another.example");
    const std::string code = app.code();
    const Answer refused = app.post("/install/bitrix24/" + code, event());
    CHECK(refused.status == 409);
    CHECK(shows(refused, "another.example"));
    call_it("some-domain.bitrix24.com");
    CHECK(app.install(code) == 200);
    CHECK(app.remote().row.account == kMember);
    // And a portal that is known under another name.
    {
        store::Tx tx(*app.world.db);
        app.world.tables->sources.add_remote("second", "bitrix24", "memberoftwo",
                                             app.world.clock.now());
        tx.commit();
    }
    const Answer twice = app.post("/install/bitrix24/" + app.code(), event("memberoftwo"));
    CHECK(twice.status == 409);
    CHECK(shows(twice, "remote rename second bitrix24"));
}

TEST_CASE("a removal erases the tokens, stops the remote and says what to do; forged ones do not") {
    Application app;
    REQUIRE(app.install(app.code()) == 200);
    CHECK(app.post("/install/bitrix24", removal("forged")).status == 403);
    CHECK(app.remote().connector->currencies().ok());
    CHECK(app.post("/install/bitrix24", removal()).status == 200);
    const auto gone = app.remote().connector->currencies();
    REQUIRE_FALSE(gone.ok());
    CHECK(gone.error().code == Code::Forbidden);
    CHECK(gone.error().message.find("removed") != std::string::npos);
    CHECK(gone.error().hint.find("portal setup") != std::string::npos);
    const auto job = app.world.tables->jobs.find(app.remote().row.id, "pull", "");
    REQUIRE((job && job->stopped && job->what_to_do));
    CHECK(job->what_to_do->find("portal setup") != std::string::npos);
    for (const char* name : {"oauth.tokens", "oauth.event_token"})
        CHECK_FALSE(app.world.tables->kept.get(app.remote().row.id, name));
    CHECK(app.post("/install/bitrix24", removal()).status == 403); // proves nothing now
    CHECK(app.install(app.code()) == 200);
    CHECK(app.remote().connector->currencies().ok());
    CHECK_FALSE(app.world.tables->jobs.find(app.remote().row.id, "pull", "")->stopped);
    // It may come as an event as well.
    CHECK(app.post("/hook/bitrix24/path-secret-0123456789", removal()).status == 200);
    CHECK_FALSE(app.remote().connector->currencies().ok());
}

TEST_CASE("the tokens that events bring never replace the stored pair (protocol section 20.2)") {
    Application app;
    REQUIRE(app.install(app.code()) == 200);
    CHECK(app.post("/hook/bitrix24/path-secret-0123456789",
                   event(kMember, "some-domain.bitrix24.com", "STOLEN"))
              .status == 200);
    REQUIRE(app.remote().connector->currencies().ok());
    CHECK(app.last.find("ACCESSTOKEN1") != std::string::npos);
}

TEST_CASE("tokens and codes lie sealed in the books, and open with the same key only (G23)") {
    Application app;
    const std::string code = app.code();
    const std::string unused = code;
    REQUIRE(app.install(code) == 200);
    const std::string later = app.code();
    const std::string copy =
        (std::filesystem::temp_directory_path() / "hourbridge-install-test.db").string();
    REQUIRE(app.world.db->backup_to(copy).ok());
    std::ifstream file(copy, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::remove(copy.c_str());
    CHECK(bytes.find("oauth.tokens") != std::string::npos);
    for (const std::string& secret : {std::string("ACCESSTOKEN1"), std::string("REFRESHTOKEN1"),
                                      std::string("EVENTTOKEN1"), unused, later})
        CHECK(bytes.find(secret) == std::string::npos);
    app.world.books->settings.key = Secret("another key of sixteen letters");
    app.connect();
    const auto closed = app.remote().connector->currencies();
    REQUIRE_FALSE(closed.ok());
    CHECK(closed.error().hint.find("backup") != std::string::npos);
}

TEST_CASE("the new name of a portal is kept for its events alone: calls begin where the "
          "configuration says "
          "(S4)") {
    Application app;
    REQUIRE(app.install(app.code()) == 200);
    auto& books = *app.world.books;
    lanes::BooksKeeper keeper(books, "bitrix24");
    CHECK(keeper.moved_to("some-domain.bitrix24.com").empty());
    REQUIRE(keeper.note_moved("some-domain.bitrix24.com", "new.bitrix24.com").ok());
    CHECK(keeper.moved_to("some-domain.bitrix24.com") == "new.bitrix24.com");
    CHECK(keeper.moved_to("new.bitrix24.com").empty());
    app.connect();
    REQUIRE(app.remote().connector->currencies().ok());
    CHECK(app.last.find("https://some-domain.bitrix24.com/rest/") == 0);
}
