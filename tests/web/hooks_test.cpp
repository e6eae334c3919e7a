#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "desk/remotes.h"
#include "shop.h"
#include "web/server.h"
#include "wire.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

const std::string kToken = "51856fefc120afa4b628cc82d3935cce";
const std::string kSecret = "path-secret-0123456789";
const std::string kDoor = "/hook/bitrix24/" + kSecret;

std::string event(const std::string& token = kToken, const std::string& id = "7405",
                  const std::string& ts = "1766047124", const std::string& member = "d897063e") {
    return "event=ONCRMDEALUPDATE&event_handler_id=185&data%5BFIELDS%5D%5BID%5D=" + id +
           "&ts=" + ts +
           "&auth%5Baccess_token%5D=ACCESSTOKEN123&auth%5Brefresh_token%5D=REFRESHTOKEN123" +
           "&auth%5Bdomain%5D=some-domain.bitrix24.com&auth%5Bmember_id%5D=" + member +
           "&auth%5Bapplication_token%5D=" + token;
}

std::size_t stored(Shop& shop) {
    return shop.world.tables->inbox.list("new", 100000).size();
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("an event with the right secret and token is stored before the 200, without its tokens") {
    Shop shop;
    const Answer taken = shop.post(kDoor, event());
    CHECK(taken.status == 200);
    CHECK(taken.body.empty());
    const auto rows = shop.world.tables->inbox.list("new", 10);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].remote == shop.world.books->remotes.front()->row.id);
    CHECK(rows[0].body ==
          "event=ONCRMDEALUPDATE&event_handler_id=185&data%5BFIELDS%5D%5BID%5D=7405&ts=1766047124"
          "&auth%5Bdomain%5D=some-domain.bitrix24.com&auth%5Bmember_id%5D=d897063e");
    const auto hint = shop.world.books->remotes.front()->connector->decode_event(rows[0].body);
    REQUIRE(hint.ok()); // what is kept is enough to look again
    CHECK(hint->refs.size() == 1);
    CHECK(shop.world.tables->kept.get(rows[0].remote.value(), "events.last") == "ONCRMDEALUPDATE");
    // Any of the configured tokens will do (G33).
    CHECK(shop.post(kDoor, event("the+other+token", "8")).status == 403); // no visible word
}

TEST_CASE(
    "without a configured token every event is refused, and the books are told once an hour") {
    Shop shop;
    auto& books = *shop.world.books;
    const auto remote = books.remotes.front()->row.id;
    CHECK(shop.post(kDoor, event("forged")).status == 403);
    CHECK_FALSE(
        shop.world.tables->kept.get(remote, "events.refused")); // a wrong one says nothing of ours
    shop.hooks.use({{"bitrix24", {{}, Secret(kSecret)}}});
    const auto noted = [&] { return shop.world.tables->kept.written_at(remote, "events.refused"); };
    CHECK(shop.post(kDoor, event()).status == 403);
    REQUIRE(noted().has_value());
    CHECK(shop.world.tables->kept.get(remote, "events.refused") == "application_token");
    const auto first = *noted();
    shop.world.clock.advance(std::chrono::minutes{30});
    CHECK(shop.post(kDoor, event()).status == 403);
    CHECK(noted() == first);
    shop.world.clock.advance(std::chrono::minutes{31});
    CHECK(shop.post(kDoor, event()).status == 403);
    CHECK(*noted() > first);
    CHECK(stored(shop) == 0);
    // An event of nobody who knows the path is not even that.
    CHECK(shop.post("/hook/bitrix24/x", event()).status == 403);
}

TEST_CASE("refused events are counted by remote and reason") {
    Shop shop;
    const auto counted = [&](const std::string& labels) -> std::int64_t {
        const auto series = shop.world.books->meters.of("hourbridge_events_refused_total");
        const auto found = series.find(labels);
        return found == series.end() ? 0 : found->second;
    };
    CHECK(shop.post(kDoor, event()).status == 200);
    CHECK(shop.world.books->meters.of("hourbridge_events_refused_total").empty());
    for (int i = 0; i < 3; ++i) CHECK(shop.post(kDoor, event("forged")).status == 403);
    CHECK(shop.post(kDoor, "nonsense").status == 403);
    CHECK(shop.post("/hook/bitrix24/x", event()).status == 403);
    CHECK(shop.post("/hook/nobody/x", event()).status == 403);
    CHECK(shop.post(kDoor, event(kToken, "8", "2", "another")).status == 403);
    shop.hooks.use({{"bitrix24", {{}, Secret(kSecret)}}});
    CHECK(shop.post(kDoor, event()).status == 403);
    CHECK(counted(R"({remote="bitrix24",reason="token"})") == 3);
    CHECK(counted(R"({remote="bitrix24",reason="unreadable"})") == 1);
    CHECK(counted(R"({remote="bitrix24",reason="secret"})") == 1);
    CHECK(counted(R"({remote="",reason="unknown_remote"})") == 1); // no word of a stranger
    CHECK(counted(R"({remote="bitrix24",reason="portal"})") == 1);
    CHECK(counted(R"({remote="bitrix24",reason="no_token"})") == 1);
    CHECK(shop.world.books->meters.of("hourbridge_events_refused_total").size() == 6);
}

TEST_CASE("a wrong token or secret is 403, leaves no row and learns nothing (G33)") {
    struct Row {
        std::string path, body;
    };
    const std::string stem = "event=ONCRMDEALUPDATE&data[FIELDS][ID]=7&ts=1&";
    const Row rows[] = {
        {kDoor, event("forged")},
        {kDoor, event("")},
        {kDoor, event(kToken.substr(0, 31))},
        {kDoor, event(kToken + "a")},
        {kDoor, event(kToken.substr(0, 31) + "f")},
        {kDoor, stem + "auth[application_token][]=" + kToken},
        {kDoor, stem + "auth[application_token]=" + kToken + "&auth[application_token]=" + kToken},
        {kDoor, stem + "auth[application_token]=x&auth[application_token]=" + kToken},
        {kDoor, stem + "application_token=" + kToken},
        {kDoor, stem},
        {kDoor, "nonsense"},
        {kDoor, ""},
        {kDoor, "{\"event\":\"ONCRMDEALUPDATE\"}"},
        {"/hook/bitrix24", event()},
        {"/hook/bitrix24/" + kSecret.substr(1), event()},
        {"/hook/bitrix24/x", event()},
        {"/hook/nobody/" + kSecret, event()},
        {"/hook/nobody", event()},
    };
    Shop shop;
    std::set<std::string> answers;
    for (const auto& row : rows) {
        INFO(row.path << " " << row.body);
        const Answer refused = shop.post(row.path, row.body);
        CHECK(refused.status == 403);
        answers.insert(refused.body);
    }
    CHECK(answers.size() == 1);
    CHECK(stored(shop) == 0);
}

TEST_CASE("wrong calls are limited to 20 a minute an address; right ones never are (G33)") {
    Shop shop;
    for (int i = 0; i < 20; ++i) CHECK(shop.post(kDoor, event("forged")).status == 403);
    const Answer later = shop.post(kDoor, event("forged"));
    CHECK(later.status == 429);
    CHECK(header(later, "Retry-After") == "60");
    CHECK(shop.post(kDoor, event()).status == 200);
    CHECK(shop.post(kDoor, event("forged"), "203.0.113.77").status == 403);
    // Links are counted by themselves.
    CHECK(shop.get("/r/guess").status == 404);
    shop.world.advance(std::chrono::seconds(61));
    CHECK(shop.post(kDoor, event("forged")).status == 403);
}

TEST_CASE("the same event is kept once, however often it comes; another moment is another event") {
    Shop shop;
    for (int i = 0; i < 1000; ++i) REQUIRE(shop.post(kDoor, event()).status == 200);
    CHECK(stored(shop) == 1);
    CHECK(shop.post(kDoor, event(kToken, "7405", "1766047125")).status == 200);
    CHECK(shop.post(kDoor, event(kToken, "7406")).status == 200);
    CHECK(stored(shop) == 3);
    // A settled one is not settled twice.
    const auto id = shop.world.tables->inbox.list("new", 1).front().id;
    {
        store::Tx tx(*shop.world.db);
        shop.world.tables->inbox.settle(id, "done", "");
        tx.commit();
    }
    CHECK(shop.post(kDoor, event()).status == 200);
    CHECK(stored(shop) == 2);
    // Without a stamp the moment of receipt counts.
    CHECK(shop.post(kDoor, event(kToken, "9", "")).status == 200);
    CHECK(shop.post(kDoor, event(kToken, "9", "")).status == 200);
    shop.world.advance(std::chrono::seconds(1));
    CHECK(shop.post(kDoor, event(kToken, "9", "")).status == 200);
    CHECK(stored(shop) == 4);
}

TEST_CASE("a remote's events come from one portal: its member_id is learnt and held to") {
    Shop shop;
    CHECK(shop.post(kDoor, event(kToken, "1", "1", "firstportal")).status == 200);
    CHECK(shop.post(kDoor, event(kToken, "2", "1", "otherportal")).status == 403);
    CHECK(shop.post(kDoor, event(kToken, "3", "1", "firstportal")).status == 200);
    CHECK(stored(shop) == 2);
    // Whoever came first with the token may have been the wrong one: a person says so.
    auto& books = *shop.world.books;
    const std::string account = books.remotes.front()->row.account;
    REQUIRE(desk::move_remote(books, "bitrix24", account, {"test"}).ok());
    shop.hooks.forget_installed(); // as a start does
    CHECK(shop.post(kDoor, event(kToken, "4", "1", "otherportal")).status == 200);
    CHECK(shop.post(kDoor, event(kToken, "5", "1", "firstportal")).status == 403);
}

TEST_CASE("portals that try the address get a 200, and nothing is stored") {
    Shop shop;
    CHECK(shop.get(kDoor).status == 200);
    CHECK(shop.get("/hook/bitrix24").status == 200);
    CHECK(shop.get("/install/bitrix24/abc").status == 200);
    CHECK(stored(shop) == 0);
}

TEST_CASE("when the books can't be written the answer is 503 and nothing is kept") {
    Shop shop;
    REQUIRE(shop.post(kDoor, event(kToken, "1")).status == 200); // the member is known from here
    for (const int code : {13, 5, 10}) {                         // full, busy, I/O error
        shop.world.db->failpoint = [code](std::string_view moment) {
            if (moment == "before commit") throw store::StoreError("disk trouble", code);
        };
        const Answer refused = shop.post(kDoor, event());
        shop.world.db->failpoint = nullptr;
        CHECK(refused.status == 503);
        CHECK(header(refused, "Retry-After") == "10");
        CHECK_FALSE(shows(refused, "disk"));
        CHECK(stored(shop) == 1);
    }
    CHECK(shop.post(kDoor, event()).status == 200);
    CHECK(stored(shop) == 2);
}

TEST_CASE("2,000 events from eight threads are all stored, each once, in shared commits (P13)") {
    Shop shop;
    REQUIRE(shop.post(kDoor, event(kToken, "1", "1")).status == 200);
    std::atomic<int> commits{0};
    shop.world.db->failpoint = [&](std::string_view moment) {
        if (moment == "after commit") ++commits;
    };
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 250; ++i) {
                const std::string id = std::to_string(1000 + t * 250 + i);
                if (shop.post(kDoor, event(kToken, id)).status == 200) ++good;
            }
        });
    for (auto& thread : threads) thread.join();
    shop.world.db->failpoint = nullptr;
    CHECK(good == 2000);
    CHECK(stored(shop) == 2001);
    CHECK(commits < 2000);
    std::set<std::string> bodies;
    for (const auto& row : shop.world.tables->inbox.list("new", 100000)) bodies.insert(row.body);
    CHECK(bodies.size() == 2001);
}

TEST_CASE("no token of an event is anywhere in the database file (S3)") {
    Shop shop;
    REQUIRE(shop.post(kDoor, event()).status == 200);
    REQUIRE(shop.post(kDoor, "event=ONUSERADD&data[ID]=5&data[EMAIL]=klaus@example.com&ts=3"
                             "&auth[application_token]=" +
                                 kToken)
                .status == 200);
    const std::string copy =
        (std::filesystem::temp_directory_path() / "hourbridge-hooks-test.db").string();
    REQUIRE(shop.world.db->backup_to(copy).ok());
    const std::string bytes = bytes_of(copy);
    std::remove(copy.c_str());
    CHECK(bytes.find("ONUSERADD") != std::string::npos);
    for (const std::string& secret :
         {kToken, kSecret, std::string("ACCESSTOKEN"), std::string("REFRESHTOKEN"),
          std::string("klaus@example.com")})
        CHECK(bytes.find(secret) == std::string::npos);
}

TEST_CASE("events come in over the socket: HEAD probes, caps and a burst of connections") {
    Shop shop;
    WebServer server(*shop.world.books,
                     {"127.0.0.1:0", false, {{"bitrix24", {{Secret(kToken)}, Secret(kSecret)}}}});
    REQUIRE(server.start().ok());
    const auto post = [&](const std::string& path, const std::string& body) {
        return talk(server.port(), "POST " + path +
                                       " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                       "Content-Type: application/x-www-form-urlencoded\r\n"
                                       "Content-Length: " +
                                       std::to_string(body.size()) + "\r\n\r\n" + body);
    };
    CHECK(status_of(talk(server.port(),
                         "HEAD " + kDoor + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) ==
          200);
    CHECK(status_of(post(kDoor, event() + "&x=" + std::string(70000, 'a'))) == 413);
    CHECK(status_of(post(kDoor, event("forged"))) == 403);
    CHECK(stored(shop) == 0);
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 40; ++i)
                if (status_of(post(kDoor, event(kToken, std::to_string(1 + t * 40 + i)))) == 200)
                    ++good;
        });
    for (auto& thread : threads) thread.join();
    CHECK(good == 320);
    CHECK(stored(shop) == 320);
    server.stop();
}
