#include <catch2/catch.hpp>

#include "base/text.h"
#include "rig.h"

// The first pair of tokens of a planner grows from the refresh token of its settings (G34's rules:
// kept before it is used, never renewed twice unseen).

using namespace hb;
using namespace hb::connector;

namespace {

// What the books keep of one remote, and a disk that may be full.
class MemoryKeeper final : public Keeper {
public:
    bool writes() const override { return true; }
    Result<std::optional<AppTokens>> tokens() override { return kept; }
    Result<bool> replace_tokens(const AppTokens& old, const AppTokens& fresh) override {
        if (broken) return Error{Code::Machine, "the disk is full", "", ""};
        if ((kept ? kept->refresh.reveal() : "") != old.refresh.reveal()) return false;
        kept = fresh;
        return true;
    }
    std::string moved_to(std::string_view) override { return ""; }
    Status note_moved(std::string_view, std::string_view) override { return {}; }

    bool broken = false;
    std::optional<AppTokens> kept;
};

constexpr const char* kRefresh = "https://worksection.com/oauth2/refresh";

// The token server and the account, which know what has been handed out.
struct OAuthAccount {
    rig::Rig rig;
    std::shared_ptr<MemoryKeeper> keeper = std::make_shared<MemoryKeeper>();
    std::string good_refresh = "first-refresh";
    std::string good_access;
    int renewals = 0;
    bool kept_before_use = true;

    OAuthAccount() {
        rig.options.remote = "worksection";
        rig.options.settings = {{"account", Secret("acme.worksection.com")},
                                {"client_id", Secret("the-client")},
                                {"client_secret", Secret("the-client-secret")},
                                {"refresh_token", Secret("first-refresh")},
                                {"time_zone", Secret("Europe/Kyiv")}};
        rig.options.base_url = "https://acme.worksection.com";
        rig.wire.answer = [this](const net::Request& request) { return answer(request); };
        start();
    }
    // As after a new start of the process: nothing is left but what the keeper has.
    void start() {
        rig.options.keeper = keeper;
        rig.connect(rig::shipped("worksection"));
    }

    net::Response answer(const net::Request& request) {
        if (request.url.reveal() == kRefresh) return renew(request.body);
        const bool bearer = rig::header(request, "Authorization") == "Bearer " + good_access;
        if (!bearer || good_access.empty())
            return rig::answered(401, R"({"status":"error","message":"Access token is expired"})");
        const auto kept = keeper->tokens();
        kept_before_use =
            kept_before_use && kept && *kept && (*kept)->access.reveal() == good_access;
        return rig::answered(200, R"({"status":"ok","data":[{"id":"1","name":"Team"}]})");
    }
    net::Response renew(const std::string& body) {
        if (body.find("refresh_token=" + good_refresh) == std::string::npos)
            return rig::answered(200, R"({"error":"invalid_grant"})");
        ++renewals;
        good_access = "access-" + std::to_string(renewals);
        good_refresh = "refresh-" + std::to_string(renewals);
        return rig::answered(200, R"({"token_type":"Bearer","expires_in":86400,"access_token":")" +
                                      good_access + R"(","refresh_token":")" + good_refresh +
                                      R"("})");
    }
    Result<domain::Page> read() {
        domain::ReadRequest request;
        request.stream = "users";
        request.reading = domain::Reading::Full;
        return rig.read(request);
    }
};

} // namespace

TEST_CASE("The first pair of a planner grows from its configured refresh token and is kept first") {
    OAuthAccount account;
    REQUIRE(account.read().ok());
    CHECK(account.renewals == 1);
    CHECK(account.kept_before_use);
    CHECK(account.rig.wire.seen.front().url.reveal() == kRefresh);
    CHECK(account.rig.wire.seen.front().fresh_connection);
    CHECK(account.rig.wire.seen.front().body.find("client_secret=the-client-secret") !=
          std::string::npos);
    REQUIRE(account.read().ok()); // the same token goes on
    CHECK(account.renewals == 1);
}

TEST_CASE("A pair that ends is renewed by its own refresh token, not by the configured one") {
    OAuthAccount account;
    REQUIRE(account.read().ok());
    account.rig.clock.advance(std::chrono::hours{25});
    REQUIRE(account.read().ok());
    CHECK(account.renewals == 2);
    account.start();
    account.rig.clock.advance(std::chrono::hours{25});
    REQUIRE(account.read().ok()); // after a new start, too
    CHECK(account.renewals == 3);
    CHECK(account.kept_before_use);
}

TEST_CASE("A new pair that can't be kept is not used, and is kept later without a second renewal") {
    OAuthAccount account;
    account.keeper->broken = true;
    const auto refused = account.read();
    REQUIRE_FALSE(refused.ok());
    CHECK(account.renewals == 1);
    CHECK(account.rig.wire.seen.size() == 1); // nothing went out with the new token
    account.keeper->broken = false;
    REQUIRE(account.read().ok());
    CHECK(account.renewals == 1);
    CHECK(account.kept_before_use);
}

TEST_CASE("A crash between the new pair and its keeping asks a person, with no secret shown") {
    OAuthAccount account;
    account.keeper->broken = true;
    REQUIRE_FALSE(account.read().ok());
    account.keeper->broken = false;
    account.start(); // the process died: the pair is gone, and its refresh token is spent
    const auto refused = account.read();
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Forbidden);
    const std::string said = to_string(refused.error());
    CHECK(said.find("refresh_token") != std::string::npos);
    for (const char* secret : {"first-refresh", "refresh-1", "access-1", "the-client-secret"})
        CHECK(said.find(secret) == std::string::npos);

    // What the person does: allow it again, set the new token.
    account.good_refresh = "second-refresh";
    account.rig.options.settings["refresh_token"] = Secret("second-refresh");
    account.start();
    CHECK(account.read().ok());
}

TEST_CASE("A newly configured refresh token goes before the pair that grew from the old one") {
    OAuthAccount account;
    REQUIRE(account.read().ok());
    account.good_refresh = "second-refresh"; // allowed again, perhaps with other rights
    account.rig.options.settings["refresh_token"] = Secret("second-refresh");
    account.start();
    REQUIRE(account.read().ok());
    CHECK(account.renewals == 2);
    CHECK(account.kept_before_use);
    account.start(); // the same setting again: the kept pair goes on
    REQUIRE(account.read().ok());
    CHECK(account.renewals == 2);
}
