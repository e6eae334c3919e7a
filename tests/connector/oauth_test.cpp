#include <catch2/catch.hpp>

#include <algorithm>

#include "application.h"

using namespace hb;
using namespace wire;
using application::App;
using namespace std::chrono_literals;
using domain::Outcome;

namespace {

const std::string kRenewal = "POST https://oauth.example/oauth/token/\n";
const std::string kCall = "POST https://portal.example/rest/crm.currency.list\n";

domain::WriteOp stage() {
    domain::WriteOp op;
    op.kind = domain::OpKind::DealStage;
    op.target = "42";
    op.fields = R"({"stageId":"WON"})";
    return op;
}

// A portal that takes one access token and calls all others expired.
std::function<net::Response(const net::Request&)> takes(const std::string& token) {
    return [token](const net::Request& request) {
        const bool good = request.body.find('"' + token + '"') != std::string::npos;
        return good ? ok("[]") : failed(401, "expired_token", "The access token has expired");
    };
}

std::string all_texts(const Error& error) {
    return error.message + " " + error.detail + " " + error.hint;
}

} // namespace

TEST_CASE("an application calls its portal with its token, and account() is its member_id (G17)") {
    App rig;
    CHECK(rig.connector->account() == "a223c6b3710f85df22e9377d6c4f7553");
    REQUIRE(rig.connector->currencies().ok());
    CHECK(rig.calls() == kCall);
    const auto body = json::Document::parse(rig.seen.front().body);
    REQUIRE(body.ok());
    CHECK(body->root()["auth"].text_view() == "access-1");
    CHECK(rig.seen.front().url.reveal().find('?') == std::string::npos);
}

TEST_CASE(
    "methods with positional arguments get the token in the query only (protocol section 1.4)") {
    App rig;
    domain::WriteOp field;
    field.kind = domain::OpKind::TaskField;
    field.fields = R"({"name":"UF_HB_PAID","label":"Paid, %"})";
    (void)rig.connector->write(field);
    bool positional = false;
    for (const auto& request : rig.seen) {
        const std::string& url = request.url.reveal();
        if (url.find("/rest/task.") == std::string::npos) continue;
        positional = true;
        CHECK(url.find("?auth=access-1") != std::string::npos);
        CHECK(request.body.find("auth") == std::string::npos);
    }
    CHECK(positional);
}

TEST_CASE("a token is renewed when its time has passed, and kept before it is used (G34)") {
    App rig;
    rig.portal = takes("access-2");
    rig.clock.advance(59min);
    rig.portal = takes("access-1");
    REQUIRE(rig.connector->currencies().ok());
    CHECK(rig.calls() == kCall); // not a minute earlier
    rig.portal = takes("access-2");
    rig.clock.advance(1min);
    REQUIRE(rig.connector->currencies().ok());
    CHECK(rig.calls() == kCall + kRenewal + kCall);
    CHECK(rig.keeper->log == "call\nrenew\nkeep access-2\ncall\n");
    // Secrets in a query would stand in the logs of everything on the way.
    CHECK(rig.seen[1].url.reveal() == "https://oauth.example/oauth/token/");
    CHECK(rig.seen[1].body == "grant_type=refresh_token&client_id=app.1"
                              "&client_secret=cl13ntS3cr3t&refresh_token=refresh-1");
    const std::pair<std::string, std::string> form{"Content-Type",
                                                   "application/x-www-form-urlencoded"};
    const auto& headers = rig.seen[1].headers;
    CHECK(std::find(headers.begin(), headers.end(), form) != headers.end());
    // libcurl would repeat it on a kept connection, and so use the token up.
    CHECK(rig.seen[1].fresh_connection);
    CHECK(rig.connector->counters().requests == 3);
}

TEST_CASE("expired_token is renewed once and the call repeated; a second one asks a person") {
    App rig;
    rig.portal = takes("access-2");
    REQUIRE(rig.connector->currencies().ok());
    CHECK(rig.calls() == kCall + kRenewal + kCall);

    App deaf;
    deaf.portal = takes("none at all");
    const auto refused = deaf.connector->currencies();
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Forbidden);
    CHECK(refused.error().hint.find("install the application again") != std::string::npos);
    CHECK(deaf.calls() == kCall + kRenewal + kCall);
    // For a write it is certain that nothing was done.
    const auto written = deaf.connector->write(stage());
    CHECK(written.outcome == Outcome::Refused);
}

TEST_CASE("a batch whose token has expired is repeated whole with the new one") {
    App rig;
    rig.portal = [&](const net::Request& request) {
        if (request.body.find("\"access-2\"") == std::string::npos)
            return failed(401, "EXPIRED_TOKEN");
        BatchAnswer answer;
        answer.results["profile"] = R"({"ID":"7","ADMIN":true,"NAME":"Robo"})";
        return answer.response();
    };
    const auto report = rig.connector->check();
    CHECK(report.authorised);
    CHECK(report.account == "a223c6b3710f85df22e9377d6c4f7553");
    REQUIRE(report.notes.size() == 1);
    CHECK(report.notes.front().find("token good until 2026-03-03T02:06:40Z") != std::string::npos);
}

TEST_CASE("an answer lost while renewing keeps the old pair, waits a minute and tries again") {
    App rig;
    rig.clock.advance(2h);
    rig.server = [](const net::Request&) { return lost(); };
    const auto failed_read = rig.connector->currencies();
    REQUIRE_FALSE(failed_read.ok());
    CHECK(failed_read.error().code == Code::Remote);
    CHECK(rig.connector->write(stage()).outcome == Outcome::Refused); // nothing went out
    CHECK(rig.calls() == kRenewal);
    CHECK(rig.keeper->kept->refresh.reveal() == "refresh-1");
    rig.clock.advance(1min);
    rig.server = [&](const net::Request&) { return rig.fresh(2); };
    CHECK(rig.connector->currencies().ok());
    CHECK(rig.calls() == kRenewal + kRenewal + kCall);
}

TEST_CASE("invalid_grant says to install again and is not asked for a second time") {
    App rig;
    rig.clock.advance(2h);
    rig.server = [](const net::Request&) {
        return answered(400, R"({"error":"invalid_grant","error_description":"refresh-1"})");
    };
    for (int i = 0; i < 3; ++i) {
        const auto refused = rig.connector->currencies();
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == Code::Forbidden);
        CHECK(refused.error().hint.find("install the application again") != std::string::npos);
        CHECK(all_texts(refused.error()).find("refresh-1") == std::string::npos);
        rig.clock.advance(1h);
    }
    CHECK(rig.calls() == kRenewal);
    // Installed again: it goes on by itself.
    rig.keeper->kept->access = Secret("access-9");
    rig.keeper->kept->refresh = Secret("refresh-9");
    rig.keeper->kept->expires = rig.clock.now() + 1h;
    rig.portal = takes("access-9");
    CHECK(rig.connector->currencies().ok());
}

TEST_CASE("other refusals of the OAuth server name what to mend") {
    struct Row {
        int status;
        const char* code;
        const char* hint;
    };
    for (const Row& row :
         {Row{401, "invalid_client", "client_secret"}, Row{200, "WRONG_CLIENT", "client_secret"},
          Row{400, "PAYMENT_REQUIRED", "plan"}}) {
        App rig;
        rig.clock.advance(2h);
        rig.server = [&](const net::Request&) { return failed(row.status, row.code); };
        const auto refused = rig.connector->currencies();
        INFO(row.code);
        CHECK(refused.error().hint.find(row.hint) != std::string::npos);
        CHECK(rig.connector->write(stage()).outcome == Outcome::Refused);
    }
    for (const char* body : {"", "<html>", "[]", "{}", R"({"access_token":"a b"})",
                             R"({"access_token":"a","refresh_token":""})"}) {
        App rig;
        rig.clock.advance(2h);
        rig.server = [&](const net::Request&) { return answered(200, body); };
        CHECK(rig.connector->currencies().error().code == Code::Remote);
        CHECK(rig.keeper->kept->refresh.reveal() == "refresh-1");
    }
}

TEST_CASE("tokens of another portal are never kept") {
    App rig;
    rig.clock.advance(2h);
    rig.server = [](const net::Request&) {
        return answered(200, R"({"access_token":"a","refresh_token":"b","member_id":"other"})");
    };
    CHECK(rig.connector->currencies().error().code == Code::Forbidden);
    CHECK(rig.keeper->kept->access.reveal() == "access-1");
}

TEST_CASE("a new pair that the disk does not take is held and kept later, not lost") {
    App rig;
    rig.clock.advance(2h);
    rig.keeper->full_disk = true;
    CHECK(rig.connector->currencies().error().code == Code::Remote);
    CHECK(rig.calls() == kRenewal); // a pair that is not kept is not used
    rig.keeper->full_disk = false;
    rig.portal = takes("access-2");
    CHECK(rig.connector->currencies().ok());
    CHECK(rig.calls() == kRenewal + kCall);
    CHECK(rig.keeper->kept->refresh.reveal() == "refresh-2");
}

TEST_CASE("a pair that was installed during a renewal wins over the renewed one") {
    App rig;
    rig.clock.advance(2h);
    rig.portal = takes("access-9");
    rig.server = [&](const net::Request&) {
        rig.keeper->kept->access = Secret("access-9");
        rig.keeper->kept->refresh = Secret("refresh-9");
        rig.keeper->kept->expires = rig.clock.now() + 1h;
        return rig.fresh(2);
    };
    CHECK(rig.connector->currencies().ok());
    CHECK(rig.keeper->kept->refresh.reveal() == "refresh-9");
}

TEST_CASE(
    "the token host is that of the installation when it is Bitrix24's, else oauth_url; no answer "
    "names another one (G34, S4)") {
    const auto renewed_at = [](const std::string& server) {
        App rig;
        rig.options.oauth->oauth_url = "https://other.example/oauth/token";
        rig.keeper->kept->server = server;
        rig.connect();
        rig.clock.advance(2h);
        REQUIRE(rig.connector->currencies().ok());
        // The answer told https://oauth.example, which nobody configured.
        CHECK(rig.keeper->kept->server == server);
        return rig.calls();
    };
    const std::string configured = "POST https://other.example/oauth/token/\n" + kCall;
    for (const std::string host : {"oauth.bitrix24.tech", "oauth.bitrix.info", "portal.example"}) {
        INFO(host);
        CHECK(renewed_at("https://" + host) == "POST https://" + host + "/oauth/token/\n" + kCall);
    }
    for (const std::string host :
         {"", "https://evil.example", "http://127.0.0.1:18091", "https://oauth.bitrix.info:444",
          "https://oauth.bitrix.info.evil.example", "https://127.0.0.1"}) {
        INFO(host);
        CHECK(renewed_at(host) == configured);
    }
}

TEST_CASE("an idle application is renewed once in 150 days, and no sooner (G34)") {
    App rig;
    rig.clock.advance(149 * 24h);
    CHECK(rig.connector->refresh_if_idle().ok());
    CHECK(rig.seen.empty());
    rig.clock.advance(24h);
    CHECK(rig.connector->refresh_if_idle().ok());
    CHECK(rig.calls() == kRenewal);
    CHECK(rig.connector->refresh_if_idle().ok());
    CHECK(rig.calls() == kRenewal);
    CHECK(rig.keeper->kept->renewed == rig.clock.now());
}

TEST_CASE(
    "an application that is not installed, or was removed, says what to do and calls nothing") {
    App rig;
    rig.keeper->kept.reset();
    CHECK(rig.connector->account() == "");
    const auto missing = rig.connector->currencies();
    CHECK(missing.error().code == Code::Forbidden);
    CHECK(missing.error().hint.find("portal setup") != std::string::npos);
    rig.keeper->trouble = Error{Code::Forbidden, "was removed from the portal", "", "install it"};
    CHECK(rig.connector->currencies().error().message.find("removed") != std::string::npos);
    CHECK(rig.connector->write(stage()).outcome == Outcome::Refused);
    CHECK(rig.seen.empty());
}

TEST_CASE("a reader never renews: it could not keep the new pair") {
    App rig;
    rig.keeper->writable = false;
    rig.clock.advance(2h);
    CHECK(rig.connector->currencies().error().message.find("has expired") != std::string::npos);
    CHECK(rig.seen.empty());
}

TEST_CASE("no token and no client secret stands in any error, wherever it is repeated") {
    const std::string echo = "access-1 refresh-1 cl13ntS3cr3t";
    const auto check = [&](const Error& error) {
        for (const char* secret : {"access-", "refresh-", "cl13nt"})
            CHECK(all_texts(error).find(secret) == std::string::npos);
    };
    for (const auto& answer : {failed(400, "ERROR_CORE", echo), failed(401, "expired_token", echo),
                               lost(echo), answered(200, "<html>" + echo)}) {
        App rig;
        rig.portal = [&](const net::Request&) { return answer; };
        check(rig.connector->currencies().error());
        App old;
        old.clock.advance(2h);
        old.server = [&](const net::Request&) { return answer; };
        check(old.connector->currencies().error());
    }
}

TEST_CASE("an installation is taken with all its parts, and only from the configured portal") {
    App rig;
    const std::string body =
        "event=ONAPPINSTALL&data[VERSION]=1&ts=1696527000&auth[access_token]=AT1"
        "&auth[refresh_token]=RT1&auth[expires_in]=3600&auth[scope]=crm%2Ctask"
        "&auth[server_endpoint]=https%3A%2F%2Foauth.example%2Frest%2F"
        "&auth[client_endpoint]=https%3A%2F%2FPORTAL.example%2Frest%2F"
        "&auth[member_id]=a223&auth[application_token]=T1";
    const auto tokens = rig.connector->decode_install(body);
    REQUIRE(tokens.ok());
    CHECK(tokens->access.reveal() == "AT1");
    CHECK(tokens->refresh.reveal() == "RT1");
    CHECK(tokens->expires == rig.clock.now() + 1h);
    CHECK(tokens->member_id == "a223");
    CHECK(tokens->portal == "https://portal.example");
    CHECK(tokens->server == "https://oauth.example");
    CHECK(tokens->scope == "crm,task");
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = body;
        changed.replace(changed.find(from), from.size(), to);
        return rig.connector->decode_install(changed);
    };
    CHECK(with("PORTAL.example", "other.example").error().code == Code::Conflict);
    CHECK(with("ONAPPINSTALL", "ONAPPUPDATE").error().code == Code::Malformed);
    CHECK(with("auth[refresh_token]=RT1", "x=1").error().code == Code::Malformed);
    CHECK(with("auth[access_token]=AT1", "auth[access_token]=A%0aT").error().code ==
          Code::Malformed);
    CHECK(with("auth[member_id]=a223", "auth[member_id]=..%2F").error().code == Code::Malformed);
    // Nobody but Bitrix24, the portal and the configuration says who sees the application's secret.
    CHECK(with("https%3A%2F%2Foauth.example", "https%3A%2F%2Fevil.example").error().code ==
          Code::Malformed);
    CHECK(with("https%3A%2F%2Foauth.example", "https%3A%2F%2Foauth.bitrix.info")->server ==
          "https://oauth.bitrix.info");
    // The secret of our client never goes to this machine's port or out without TLS.
    CHECK(with("https%3A%2F%2Foauth.example", "http%3A%2F%2F127.0.0.1")->server.empty());
    CHECK(with("https%3A%2F%2Foauth.example", "http%3A%2F%2Foauth.example")->server.empty());
}

TEST_CASE("only the address of a portal is taken as one") {
    for (const char* good : {"portal.example", "https://portal.example/", "HTTPS://Portal.Example",
                             "http://127.0.0.1:8081", "portal.example/rest/"}) {
        App rig;
        rig.options.oauth->portal = good;
        INFO(good);
        CHECK_NOTHROW(rig.connect());
    }
    for (const char* bad : {"", "http://portal.example", "portal.example/rest/1/TOKEN/",
                            "ftp://portal.example", "user@portal.example", "portal example"}) {
        App rig;
        rig.options.oauth->portal = bad;
        INFO(bad);
        CHECK_THROWS(rig.connect());
    }
}
