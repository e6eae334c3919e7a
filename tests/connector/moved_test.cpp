#include <catch2/catch.hpp>

#include "application.h"

using namespace hb;
using namespace wire;
using domain::Outcome;

namespace {

const std::string kHere = "https://acme.bitrix24.com/rest/7/" + kToken + "/";
const std::string kThere = "neu-acme.bitrix24.de";

// A webhook of a portal that was renamed to neu-acme.bitrix24.de.
struct Renamed : application::App {
    std::string location = "https://" + kThere + "/rest/7/" + kToken + "/crm.item.update";

    explicit Renamed(const std::string& url = kHere) {
        options.oauth.reset();
        options.webhook_url = Secret(url);
        portal = [this](const net::Request& request) {
            if (request.url.reveal().find("//" + kThere + "/") != std::string::npos)
                return wire::ok(R"({"item":{"id":42,"stageId":"WON"}})");
            auto moved = wire::answered(302, "<html>moved</html>");
            moved.headers = {{"location", location}};
            return moved;
        };
        connect();
    }
    Outcome write() {
        domain::WriteOp op;
        op.kind = domain::OpKind::DealStage;
        op.target = "42";
        op.fields = R"({"stageId":"WON"})";
        return connector->write(op).outcome;
    }
};

} // namespace

TEST_CASE("a portal renamed within the vendor's cloud is followed once as the same POST, and used "
          "until the program ends (S4)") {
    Renamed rig;
    CHECK(rig.write() == Outcome::Done);
    const auto first_calls = rig.seen.size();
    REQUIRE(first_calls >= 2);
    CHECK(rig.seen[1].verb == net::Verb::Post);
    CHECK(rig.seen[1].body == rig.seen[0].body);
    CHECK(rig.seen[1].url.reveal().rfind("https://" + kThere + "/rest/7/" + kToken + "/", 0) == 0);
    CHECK(rig.keeper->moved_from == "acme.bitrix24.com");
    CHECK(rig.keeper->moved == kThere);
    CHECK(rig.write() == Outcome::Done);
    for (std::size_t i = first_calls; i < rig.seen.size(); ++i)
        CHECK(rig.seen[i].url.reveal().find(kThere) != std::string::npos);
    // G17: it is the account that is configured.
    CHECK(rig.connector->account() == "acme.bitrix24.com");
    CHECK(rig.connector->task_url("5", "7", "") ==
          "https://" + kThere + "/workgroups/group/7/tasks/task/view/5/");
    const auto notes = rig.connector->check().notes;
    REQUIRE(notes.size() == 1);
    CHECK(notes.front().find("answers at " + kThere) != std::string::npos);
    CHECK(notes.front().find("webhook_url") != std::string::npos);
    CHECK(notes.front().find("hourbridge remote moved bitrix24") != std::string::npos);

    rig.connect(); // a restart: what an answer said is not kept, a person puts it into the file
    rig.seen.clear();
    CHECK(rig.write() == Outcome::Done);
    CHECK(rig.seen.front().url.reveal().rfind(kHere, 0) == 0);
}

TEST_CASE(
    "a redirect is not followed to another scheme, host of this machine, page, or in a ring") {
    for (const char* location :
         {"http://neu.bitrix24.de/rest/", "ftp://neu.bitrix24.de/rest/", "https://127.0.0.1/rest/",
          "https://localhost/rest/", "https://neu.bitrix24.de/auth/login/",
          "//neu.bitrix24.de/rest/", "/rest/x", "", "https://acme.bitrix24.com/rest/x",
          "https://user@neu.bitrix24.de/rest/x", "https://neu.bitrix24.de\\@evil.example/rest/",
          "https://internal.test:18446/rest/", "https://new.example/rest/",
          "https://bitrix24.de/rest/", "https://acme.bitrix24.evil/rest/",
          "https://acme.bitrix24.com.evil.example/rest/", "https://a.b.bitrix24.com/rest/",
          "https://acme.bitrix24.de:444/rest/", "https://acmebitrix24.de/rest/"}) {
        Renamed rig;
        rig.location = location;
        INFO(location);
        CHECK(rig.write() == Outcome::Refused);
        CHECK(rig.seen.size() == 1);
        CHECK(rig.keeper->moved.empty());
    }
    Renamed ring;
    ring.portal = [](const net::Request& request) {
        auto moved = wire::answered(302, "");
        const bool there = request.url.reveal().find(kThere) != std::string::npos;
        moved.headers = {
            {"location", there ? "https://third.bitrix24.ru/" : "https://" + kThere + "/"}};
        return moved;
    };
    CHECK(ring.write() == Outcome::Refused);
    CHECK(ring.seen.size() == 2);
    CHECK(ring.keeper->moved.empty());
}

TEST_CASE(
    "a new address that does not answer as REST is not kept, and a lost write stays unknown") {
    Renamed rig;
    const auto old = rig.portal;
    rig.portal = [&](const net::Request& request) {
        if (request.url.reveal().find(kThere) != std::string::npos) return wire::lost();
        return old(request);
    };
    CHECK(rig.write() == Outcome::Unknown);
    CHECK(rig.keeper->moved.empty());
    rig.portal = [&](const net::Request& request) {
        if (request.url.reveal().find(kThere) != std::string::npos)
            return wire::answered(200, "<html>Welcome</html>");
        return old(request);
    };
    CHECK(rig.write() == Outcome::Unknown);
    CHECK(rig.keeper->moved.empty());
}

TEST_CASE(
    "a portal of one's own host is not followed anywhere: whoever answers once for it would get "
    "the webhook's token (S4)") {
    for (const char* location : {"https://new.example/rest/", "https://neu.bitrix24.de/rest/"}) {
        Renamed rig("https://portal.example/rest/7/" + kToken + "/");
        rig.location = location;
        INFO(location);
        CHECK(rig.write() == Outcome::Refused);
        REQUIRE(rig.seen.size() == 1);
        CHECK(rig.seen.front().url.reveal().find("//portal.example/") != std::string::npos);
    }
}

TEST_CASE("a portal on this machine may be renamed to another of its ports") {
    Renamed rig("http://127.0.0.1:8081/rest/7/" + kToken + "/");
    rig.portal = [](const net::Request& request) {
        if (request.url.reveal().find(":8082/") != std::string::npos)
            return wire::ok(R"({"item":{"id":42,"stageId":"WON"}})");
        auto moved = wire::answered(302, "");
        moved.headers = {{"location", "http://127.0.0.1:8082/rest/"}};
        return moved;
    };
    CHECK(rig.write() == Outcome::Done);
    CHECK(rig.keeper->moved == "127.0.0.1:8082");
}

TEST_CASE("a renamed portal of an application keeps its tokens and its account") {
    application::App rig;
    rig.options.oauth->portal = "acme.bitrix24.com";
    rig.connect();
    rig.portal = [](const net::Request& request) {
        if (request.url.reveal().find("//" + kThere + "/rest/crm.currency.list") !=
            std::string::npos)
            return wire::ok("[]");
        auto moved = wire::answered(302, "");
        moved.headers = {{"location", "https://" + kThere + "/rest/crm.currency.list"}};
        return moved;
    };
    REQUIRE(rig.connector->currencies().ok());
    CHECK(rig.seen[1].body.find("access-1") != std::string::npos);
    CHECK(rig.connector->account() == "a223c6b3710f85df22e9377d6c4f7553");
}
