#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "house.h"

// Coming in: codes, passwords, second factors, sessions and their ends (S-2, S-9 to S-16).

namespace hb::test {
namespace {

std::string credentials(const std::string& password, const std::string& code,
                        const std::string& login = "ann") {
    return R"({"login":")" + login + R"(","password":")" + password + "\"" +
           (code.empty() ? "" : R"(,"totp":")" + code + "\"") + "}";
}

Said sign_in(const House& house, const std::string& password, const std::string& code,
             const std::string& login = "ann") {
    return house.page({"POST", "/session", credentials(password, code, login)});
}

} // namespace

TEST_CASE("the first owner comes in by a one-time code, a password and a second factor") {
    House house;
    const auto ann = house.owner();
    CHECK(ann.cookie.starts_with("__Host-hb="));
    const auto who = house.page({"GET", "/session"}, ann.cookie);
    REQUIRE(who.status == 200);
    CHECK(text(who.root()["user"]["login"]) == "ann");
    CHECK(text(who.root()["kind"]) == "cookie");
    CHECK(text(who.root()["csrf"]) == ann.csrf);
    CHECK(who.text.find(ann.cookie.substr(10)) == std::string::npos);
    CHECK(who.header("Cache-Control") == "no-store");
    CHECK(who.header("X-Content-Type-Options") == "nosniff");

    // A code of the second factor counts once; a recovery code, too.
    const auto used = sign_in(house, kGoodPassword, house.code_of(ann.secret));
    CHECK(used.code() == "wrong_credentials");
    house.later(30);
    CHECK(sign_in(house, kGoodPassword, "").code() == "totp_needed");
    CHECK(sign_in(house, kGoodPassword, house.code_of(ann.secret)).status == 201);
    CHECK(sign_in(house, kGoodPassword, ann.recovery).status == 201);
    CHECK(sign_in(house, kGoodPassword, ann.recovery).code() == "wrong_credentials");
}

TEST_CASE("an unknown name, a wrong password and a disabled person get one and the same answer") {
    House house;
    const auto ann = house.owner();
    house.owner("bea");
    house.later(60);
    const auto unknown = sign_in(house, kGoodPassword, "123456", "nobody");
    const auto wrong = sign_in(house, "not this one at all", "123456");
    REQUIRE(house.run({"user", "disable", "ann"}).code == 0);
    const auto disabled = sign_in(house, kGoodPassword, house.code_of(ann.secret));
    for (const auto* said : {&unknown, &wrong, &disabled}) {
        CHECK(said->status == 401);
        CHECK(said->code() == "wrong_credentials");
    }
    CHECK(text(unknown.root()["message"]) == text(disabled.root()["message"]));
    // Their session is over at once, too.
    CHECK(house.page({"GET", "/session"}, ann.cookie).code() == "session_over");
}

TEST_CASE("a code that was used, is too old, or goes with a weak password lets nobody in") {
    House house;
    const auto added = house.run({"user", "add", "vic", "--role", "viewer"});
    const std::string code = text(added.root()["code"]);
    const auto body = [&](const std::string& password) {
        return R"({"login":"vic","code":")" + code + R"(","password":")" + password + "\"}";
    };
    CHECK(house.page({"POST", "/session/enrol", body("short")}).code() == "weak_password");
    CHECK(house.page({"POST", "/session/enrol", body("aaaaaaaaaaaaaaaa")}).code() ==
          "weak_password");
    house.later(3601);
    CHECK(house.page({"POST", "/session/enrol", body(kGoodPassword)}).code() ==
          "wrong_credentials");
    const auto again = house.run({"user", "reset", "vic"});
    REQUIRE(again.code == 0);
    const std::string fresh = R"({"login":"vic","code":")" + text(again.root()["code"]) +
                              R"(","password":")" + kGoodPassword + "\"}";
    CHECK(house.page({"POST", "/session/enrol", fresh}).status == 201); // no factor for a viewer
    CHECK(house.page({"POST", "/session/enrol", fresh}).code() == "wrong_credentials");
    CHECK(sign_in(house, kGoodPassword, "", "vic").status == 201);
}

TEST_CASE("one who guesses waits longer each time, and somebody else does not") {
    House house;
    house.owner();
    int tries = 0;
    Said said;
    do said = sign_in(house, "wrong password here", "123456");
    while (said.status == 401 && ++tries < 20);
    CHECK(said.status == 429);
    CHECK(said.code() == "too_many");
    CHECK_FALSE(said.header("Retry-After").empty());
    CHECK(tries == 5);
    CHECK(sign_in(house, "wrong password here", "123456", "bea").status == 401);
    house.later(901);
    CHECK(sign_in(house, "wrong password here", "123456").status == 401);
}

TEST_CASE("a session ends after half an hour of rest, after twelve hours, and by signing out") {
    House house;
    auto ann = house.owner();
    house.later(29 * 60);
    CHECK(house.page({"GET", "/session"}, ann.cookie).status == 200);
    house.later(29 * 60);
    CHECK(house.page({"GET", "/session"}, ann.cookie).status == 200);
    house.later(31 * 60);
    CHECK(house.page({"GET", "/session"}, ann.cookie).code() == "session_over");
    const auto in = sign_in(house, kGoodPassword, house.code_of(ann.secret));
    REQUIRE(in.status == 201);
    const std::string given = in.header("Set-Cookie");
    const std::string cookie = given.substr(0, given.find(';'));
    CHECK(given.find("; Path=/; Secure; HttpOnly; SameSite=Strict") != std::string::npos);
    const auto out = house.page({"DELETE", "/session"}, cookie, text(in.root()["csrf"]));
    CHECK(out.status == 204);
    CHECK_FALSE(out.header("Clear-Site-Data").empty());
    CHECK(house.page({"GET", "/session"}, cookie).code() == "session_over");
}

TEST_CASE("what shows a secret wants the password said within five minutes (S-12)") {
    House house;
    const auto ann = house.owner();
    const auto id = std::to_string(house.draft());
    REQUIRE(house.run({"report", "send", id}).code == 0);
    const auto wish = [&] {
        return house.page({"POST", "/reports/" + id + "/link", R"({"action":"show"})"}, ann.cookie,
                          ann.csrf);
    };
    CHECK(wish().status == 200);
    house.later(301);
    CHECK(wish().code() == "fresh_needed");
    const auto again = house.page(
        {"POST", "/session/fresh", std::string(R"({"password":")") + kGoodPassword + "\"}"},
        ann.cookie, ann.csrf);
    CHECK(again.status == 200);
    CHECK(wish().status == 200);
}

TEST_CASE("one's own password is changed by the current one, and every other session ends") {
    House house;
    const auto ann = house.owner();
    house.later(30);
    const auto other = sign_in(house, kGoodPassword, house.code_of(ann.secret));
    REQUIRE(other.status == 201);
    const std::string given = other.header("Set-Cookie");
    const std::string cookie = given.substr(0, given.find(';'));
    const auto change = [&](const std::string& current, const std::string& password) {
        return house.page({"POST", "/me/password",
                           R"({"current":")" + current + R"(","password":")" + password + "\"}"},
                          ann.cookie, ann.csrf);
    };
    CHECK(change("not this one at all", "amber stairs by the mill").code() == "wrong_credentials");
    CHECK(change(kGoodPassword, "eleven byte").code() == "weak_password");
    CHECK(change(kGoodPassword, "dragon123456").code() == "weak_password");
    CHECK(house.page({"GET", "/session"}, cookie).status == 200);
    house.later(301);
    const auto done = change(kGoodPassword, "amber stairs by the mill");
    INFO(done.bytes);
    REQUIRE(done.status == 200);
    CHECK(misfit("changePassword", done) == "");
    CHECK_FALSE(done.root()["fresh_until"].null());
    CHECK(house.page({"GET", "/session"}, ann.cookie).status == 200);
    CHECK(house.page({"GET", "/session"}, cookie).code() == "session_over");
    house.later(30);
    CHECK(sign_in(house, kGoodPassword, house.code_of(ann.secret)).code() == "wrong_credentials");
    CHECK(sign_in(house, "amber stairs by the mill", house.code_of(ann.secret)).status == 201);
    const auto events = house.run({"dump", "events", "--limit", "10000"});
    CHECK(events.out.find("user.password") != std::string::npos);
    CHECK(events.out.find("amber") == std::string::npos);
}

TEST_CASE("refused ways in are lines of the log with who and from where, and no name nobody has") {
    House house;
    house.owner();
    CHECK(sign_in(house, "not this one at all", "123456").status == 401);
    CHECK(sign_in(house, "not this one at all", "123456", "my long password").status == 401);
    house.running->signal(SIGTERM);
    const std::string log = house.running->wait().err;
    INFO(log);
    const std::string line = "sign_in refused=wrong_credentials user=";
    CHECK(log.find(line + "user:1 address=\"127.0.0.1\" request_id=") != std::string::npos);
    CHECK(log.find(line + "unknown address=") != std::string::npos);
    CHECK(log.find("my long password") == std::string::npos);
    CHECK(log.find("not this one at all") == std::string::npos);
}

TEST_CASE("nothing that opens a door of staff is in logs, books, copies or events (S3)") {
    House house;
    const auto added = house.run({"user", "add", "vic", "--role", "viewer"});
    const std::string code = text(added.root()["code"]);
    const auto ann = house.owner();
    const std::string token = house.token("manager");
    const std::string fresh = "amber stairs by the mill", wrong = "wrong lantern upon a hill";
    CHECK(sign_in(house, wrong, ann.recovery).status == 401);
    CHECK(sign_in(house, kGoodPassword, ann.recovery).status == 201);
    CHECK(house
              .page({"POST", "/me/password",
                     R"({"current":")" + std::string(kGoodPassword) + R"(","password":")" + fresh +
                         "\"}"},
                    ann.cookie, ann.csrf)
              .status == 200);
    CHECK(house.as("manager", {"GET", "/reports"}).status == 200);
    REQUIRE(house.run({"backup", house.folder.path("by-hand.db")}).code == 0);
    std::string all = house.run({"dump", "events", "--limit", "10000"}).out +
                      house.run({"user", "list"}).out + house.run({"token", "list"}).out;
    house.running->signal(SIGTERM);
    const auto ended = house.running->wait();
    all += ended.out + ended.err;
    int books = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(house.folder.path(""))) {
        if (file.path().extension().string().starts_with(".db")) ++books;
        if (file.path().string().find(".db") == std::string::npos) continue;
        all += house.folder.read(
            std::filesystem::relative(file.path(), house.folder.path("")).string());
    }
    CHECK(books >= 2);
    CHECK(all.find("argon2id") != std::string::npos); // the books were read
    for (const std::string& secret : {std::string(kGoodPassword), fresh, wrong, code, token,
                                      ann.cookie.substr(10), ann.csrf, ann.secret, ann.recovery}) {
        INFO(secret);
        REQUIRE(secret.size() >= 16);
        CHECK(all.find(secret) == std::string::npos);
    }
}

TEST_CASE("the last owner stays one") {
    House house;
    house.owner();
    const auto refused = house.run({"user", "disable", "ann"});
    CHECK(refused.code == 4);
    CHECK(house.run({"user", "role", "ann", "viewer"}).code == 4);
    house.owner("bea");
    CHECK(house.run({"user", "disable", "ann"}).code == 0);
    const auto list = house.run({"user", "list"});
    CHECK(list.root()["users"].size() == 2);
    CHECK(list.out.find("argon2") == std::string::npos);
    const auto dumped = house.run({"dump", "users"});
    CHECK(dumped.out.find("argon2") == std::string::npos);
}

} // namespace hb::test
