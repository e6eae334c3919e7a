#include <catch2/catch.hpp>

#include "application.h"

using namespace hb;
using namespace wire;
using domain::Outcome;

namespace {

// A webhook of a portal that was renamed to new.example.
struct Renamed : application::App {
    std::string location = "https://new.example/rest/7/" + kToken + "/crm.item.update";

    explicit Renamed(const std::string& url = kUrl) {
        options.oauth.reset();
        options.webhook_url = Secret(url);
        portal = [this](const net::Request& request) {
            if (request.url.reveal().find("//new.example/") != std::string::npos)
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

TEST_CASE("a renamed portal is followed once as the same POST, kept, and used from then on") {
    Renamed rig;
    CHECK(rig.write() == Outcome::Done);
    const auto first_calls = rig.seen.size();
    REQUIRE(first_calls >= 2);
    CHECK(rig.seen[1].verb == net::Verb::Post);
    CHECK(rig.seen[1].body == rig.seen[0].body);
    CHECK(rig.seen[1].url.reveal().rfind("https://new.example/rest/7/" + kToken + "/", 0) == 0);
    CHECK(rig.keeper->moved_from == "portal.example");
    CHECK(rig.keeper->moved == "new.example");
    CHECK(rig.write() == Outcome::Done);
    for (std::size_t i = first_calls; i < rig.seen.size(); ++i)
        CHECK(rig.seen[i].url.reveal().find("new.example") != std::string::npos);
    // G17: it is the account that is configured.
    CHECK(rig.connector->account() == "portal.example");
    CHECK(rig.connector->task_url("5", "7", "") ==
          "https://new.example/workgroups/group/7/tasks/task/view/5/");
    const auto notes = rig.connector->check().notes;
    REQUIRE(notes.size() == 1);
    CHECK(notes.front().find("answers at new.example") != std::string::npos);
    CHECK(notes.front().find("webhook_url") != std::string::npos);

    rig.connect(); // a restart
    rig.seen.clear();
    CHECK(rig.write() == Outcome::Done);
    CHECK(rig.calls().find("portal.example") == std::string::npos);
}

TEST_CASE(
    "a redirect is not followed to another scheme, host of this machine, page, or in a ring") {
    for (const char* location :
         {"http://new.example/rest/", "ftp://new.example/rest/", "https://127.0.0.1/rest/",
          "https://localhost/rest/", "https://new.example/auth/login/", "//new.example/rest/",
          "/rest/x", "", "https://portal.example/rest/x", "https://user@new.example/rest/x",
          "https://new.example\\@evil.example/rest/"}) {
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
        const bool there = request.url.reveal().find("new.example") != std::string::npos;
        moved.headers = {{"location", there ? "https://third.example/" : "https://new.example/"}};
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
        if (request.url.reveal().find("new.example") != std::string::npos) return wire::lost();
        return old(request);
    };
    CHECK(rig.write() == Outcome::Unknown);
    CHECK(rig.keeper->moved.empty());
    rig.portal = [&](const net::Request& request) {
        if (request.url.reveal().find("new.example") != std::string::npos)
            return wire::answered(200, "<html>Welcome</html>");
        return old(request);
    };
    CHECK(rig.write() == Outcome::Unknown);
    CHECK(rig.keeper->moved.empty());
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
    rig.portal = [](const net::Request& request) {
        if (request.url.reveal().find("//new.example/rest/crm.currency.list") != std::string::npos)
            return wire::ok("[]");
        auto moved = wire::answered(302, "");
        moved.headers = {{"location", "https://new.example/rest/crm.currency.list"}};
        return moved;
    };
    REQUIRE(rig.connector->currencies().ok());
    CHECK(rig.seen[1].body.find("access-1") != std::string::npos);
    CHECK(rig.connector->account() == "a223c6b3710f85df22e9377d6c4f7553");
}
