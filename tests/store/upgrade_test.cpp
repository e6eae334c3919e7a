#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/text.h"
#include "books.h"
#include "domain/json_text.h"
#include "store/client_links.h"
#include "store/connection.h"
#include "store/migrations.h"

// R16: books of the first schema, with a client's report that was invoiced, in today's program.
using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string sample(const std::string& name) {
    return read_file(HB_SOURCE_DIR "/tests/store/samples/" + name);
}

void make_old_books(const std::string& path, const std::string& name = "books_of_schema_1.sql") {
    execute(*Access::connect(path, 0x2 | 0x4), sample(name));
}

std::int64_t version_of(const std::string& path) {
    auto db = Access::connect(path, 0x2);
    const auto row = prepare_once(*db, "PRAGMA user_version");
    row->step();
    return row->integer(0);
}

void check_nothing_lost(Database& db) {
    CHECK(db.integrity_check().ok());
    for (const Check& check : verify_books(db)) {
        INFO(check.name << ": " << check.detail);
        CHECK(check.ok);
    }
    Reports reports(db);
    REQUIRE(reports.list({}, {}).size() == 1);
    const ReportRow report = reports.list({}, {})[0];
    CHECK(report.number == "C1-2026-0001");
    CHECK(report.state == domain::State::Invoiced);
    CHECK(reports.allocations(report.id, false).size() == 11);
    CHECK(Sources(db).count_known(1, "entries") == 15);
    CHECK(Inbox(db).list("done", 10).size() == 3);
    CHECK(Outbox(db).list(OpState::Done, 100).size() == 9);
}

} // namespace

TEST_CASE(
    "books of schema 1 are brought up to date with everything in them, and a copy of what was "
    "is kept before (R16)") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    make_old_books(path);
    REQUIRE(version_of(path) == 1);
    {
        const auto refused = Database::open_reader(path);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().detail.find("version 1, not yet updated") != std::string::npos);
    }
    auto opened = Database::open_writer(path);
    REQUIRE(opened.ok());
    check_nothing_lost(**opened);
    opened->reset();
    CHECK(version_of(path) == migrations().back().number);

    const std::string copy = path + ".before-2";
    REQUIRE(std::filesystem::exists(copy));
    CHECK(version_of(copy) == 1);
    // The way back, and forward again.
    std::filesystem::copy_file(copy, dir.file("again.db"));
    check_nothing_lost(*Database::open_writer(dir.file("again.db")).value());
}

TEST_CASE(
    "killed at any moment of bringing old books up to date, they are of one version or another, "
    "whole, and the next start ends it (R16)") {
    int deaths = 0;
    for (int death = 1;; ++death) {
        const TempDir dir;
        const std::string path = dir.file("books.db");
        make_old_books(path);
        const pid_t child = ::fork();
        if (child == 0) {
            auto db = Access::connect(path, 0x2);
            execute(*db, "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON");
            int moment = 0;
            db->failpoint = [&moment, death](std::string_view) {
                if (++moment == death) ::_exit(9);
            };
            ::_exit(migrate(*db).ok() ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        INFO("death at moment " << death);
        const bool lived = WEXITSTATUS(status) == 0;
        CHECK((lived || WEXITSTATUS(status) == 9));
        deaths += lived ? 0 : 1;
        const std::int64_t version = version_of(path);
        CHECK(version >= 1);
        CHECK(version <= migrations().back().number);
        check_nothing_lost(*Database::open_writer(path).value());
        if (lived) break;
    }
    CHECK(deaths == 2 * (migrations().back().number - 1) + 2); // and the mark that it is tidied up
}

// --- books of schema 4 (version 0.1.0), samples/README.md ----------------------------------------

namespace {

constexpr const char* kSchema4 = "books_of_schema_4.sql";

// The token of a client's link, as the program makes it (G23).
std::string token(std::int64_t report, std::int64_t n) {
    const std::string key(trim(sample("books_of_schema_4.key")));
    return base64url(
        hmac_sha256(key, "report-link:" + std::to_string(report) + ":" + std::to_string(n)));
}

std::vector<std::string> texts(Database& db, const std::string& sql) {
    const auto rows = prepare_once(db, sql);
    std::vector<std::string> out;
    while (rows->step()) out.push_back(rows->text(0));
    return out;
}

std::string one_text(Database& db, const std::string& sql) {
    const auto found = texts(db, sql);
    return found.size() == 1 ? found[0] : std::to_string(found.size()) + " rows";
}

} // namespace

TEST_CASE("books of schema 4 are brought up to date with every state in them, and are right") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    make_old_books(path, kSchema4);
    REQUIRE(version_of(path) == 4);
    auto db = Database::open_writer(path);
    REQUIRE(db.ok());
    for (const Check& check : verify_books(**db)) {
        INFO(check.name << ": " << check.detail);
        CHECK(check.ok);
    }
    std::map<domain::State, int> states;
    for (const auto& report : Reports(**db).list({}, {})) ++states[report.state];
    CHECK(states.size() == 8);
    for (const auto state :
         {OpState::Pending, OpState::InFlight, OpState::Uncertain, OpState::Done, OpState::Parked})
        CHECK(Outbox(**db).count(state) > 0);
}

TEST_CASE("links, link rules with what they look at, joined people and late decisions of schema 4 "
          "stand as they were (R16)") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    make_old_books(path, kSchema4);
    const auto rows = [](Database& db) {
        std::vector<std::string> out;
        for (const char* sql :
             {"SELECT 'link ' || json_array(id, subject, target, valid_from, actor, at, "
              "removed_at) FROM links ORDER BY id",
              "SELECT 'rule ' || json_array(id, place, remote, what, by, pointer, pattern, "
              "company, "
              "person, note, actor, at, removed_by, removed_at) FROM link_rules ORDER BY id",
              "SELECT 'value ' || json_array(remote, stream, name, remote_id, n, value) FROM "
              "link_values ORDER BY 1",
              "SELECT 'late ' || json_array(entry, decision, reason, actor, at) FROM "
              "late_decisions ORDER BY entry",
              "SELECT 'joined ' || json_array(id, same_as) FROM persons WHERE same_as IS NOT NULL"})
            for (auto& row : texts(db, sql)) out.push_back(std::move(row));
        return out;
    };
    const auto before = rows(*Access::connect(path, 0x2));
    for (const char* what : {"link ", "rule ", "value ", "late ", "joined "}) {
        INFO(what);
        CHECK(std::any_of(before.begin(), before.end(),
                          [&](const std::string& row) { return row.rfind(what, 0) == 0; }));
    }
    CHECK(rows(*Database::open_writer(path).value()) == before);
}

TEST_CASE("ops of schema 4 keep what they need beside their fields, by kind and place (G60)") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    make_old_books(path, kSchema4);
    auto db = Database::open_writer(path).value();
    const auto needs = [&](const std::string& kind, const std::string& state) {
        return one_text(*db, "SELECT needs || ' ' || fields FROM outbox WHERE purpose = 'sample " +
                                 kind + " " + state + "'");
    };
    const std::string deal = one_text(*db, "SELECT CAST(min(id) AS TEXT) FROM outbox WHERE report "
                                           "= 13 AND kind = 'deal.create'");
    for (const char* state : {"pending", "in_flight", "uncertain", "done", "parked"}) {
        INFO(state);
        CHECK(needs("deal.stage", state) ==
              R"([{"parts":[{"stage":{"category":"0","of":"deal","semantics":"F"}}],)"
              R"("path":"/stageId"}] {"stageId":""})");
        CHECK(needs("invoice.stage", state) ==
              R"([{"parts":[{"stage":{"of":"invoice","semantics":"F"}}],"path":"/stageId"}] )"
              R"({"stageId":""})");
        CHECK(needs("invoice.create", state)
                  .rfind(R"([{"parts":[{"op":)" + deal + R"(}],"path":"/parentId2"}] )", 0) == 0);
        CHECK(needs("document.create", state)
                  .rfind(R"([{"parts":[{"op":)" + deal +
                             R"(}],"path":"/entityId"}] )"
                             R"({"entityTypeId":2,"entityId":"")",
                         0) == 0);
        const auto comments = needs("deal.create", state);
        CHECK(comments.find(R"({"link":{"n":1,"report":13}}],"path":"/comments"}] )") <
              comments.find(R"("comments":"")"));
        CHECK(needs("card.update", state)
                  .rfind(R"([{"parts":[{"link":{"n":1,"report":7}}],"path":"/fields/link"}] )",
                         0) == 0);
        CHECK(needs("comment.create", state).find(R"({"link":{"n":1,"report":13}})") <
              needs("comment.create", state).find("] {"));
    }
    // A title is only a title: the rows stand as they were.
    CHECK(one_text(*db, "SELECT json_extract(fields, '$.rows[1].productName') || needs FROM outbox "
                        "WHERE report = 13 AND kind = 'deal.rows'")
              .rfind("$op:x fix the shop", 0) == 0);
    // Rows that schema 4 lost are rendered anew when they are sent.
    CHECK(one_text(*db, "SELECT fields FROM outbox WHERE report = 12 AND kind = 'deal.rows'") ==
          "{}");
    CHECK(one_text(*db, "SELECT json_extract(fields, '$.event.data.text') || needs FROM outbox "
                        "WHERE kind = 'webhook.send'") ==
          R"([{"parts":[{"link":{"n":1,"report":1}}],"path":"/event/data/link"},)"
          R"({"parts":[{"text":"Acme Ltd agreed.\n"},{"link":{"n":1,"report":1}}],)"
          R"("path":"/event/data/text"}])");
    CHECK(one_text(*db, "SELECT json_extract(shown, '$.link') FROM cards WHERE report = 3") ==
          R"([{"link":{"n":1,"report":3}}])");
}

TEST_CASE(
    "links of clients in the log are taken out when books are brought up to date, in the copy "
    "that is kept they stay, and the chain of hashes says what happened (G23, rule 55)") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    make_old_books(path, kSchema4);
    std::int64_t first = 0;
    std::string was;
    const auto there = [](const std::string& json) {
        return domain::JsonObject().add("there", domain::json_string(json)).text();
    };
    const std::string url = "https://hours.example/r/" + token(1, 1);
    {
        const auto db = Access::connect(path, 0x2);
        Events events(*db);
        REQUIRE(events.verify_chain() == "");
        const auto note = [&](const std::string& json) {
            events.add(at(1'800'000'000), "engine", "card.drifted", 1, "7", there(json));
        };
        note(R"({"hours":"1:00","link":")" + url + R"(","total":"90.00"})");
        note(R"({"hours":"2:00"})");
        note(R"({"warnings":"see )" + url + R"( please"})");
        note("no JSON at all /r/x");
        const auto rows = events.since(0, 100000);
        first = rows[rows.size() - 4].seq;
        was = rows.back().hash;
    }
    {
        auto db = Database::open_writer(path).value();
        Events events(*db);
        CHECK(events.verify_chain() == "");
        const auto rows = events.since(first - 1, 100);
        REQUIRE(rows.size() == 5);
        CHECK(rows[0].data == there(R"({"hours":"1:00","total":"90.00"})"));
        CHECK(rows[1].data == there(R"({"hours":"2:00"})"));
        CHECK(rows[2].data == there(R"({"warnings":"see (link) please"})"));
        CHECK(rows[3].data == there("no JSON at all /r/x"));
        CHECK(rows[4].action == "log.scrubbed");
        CHECK(rows[4].data ==
              R"({"from":)" + std::to_string(first) + R"(,"rows":2,"was":")" + was + "\"}");
        for (const Check& check : verify_books(*db)) {
            INFO(check.name << ": " << check.detail);
            CHECK(check.ok);
        }
        CHECK(texts(*db, "SELECT value FROM settings WHERE name = 'links.in_copies'") ==
              std::vector<std::string>{"1"});
        // It is append-only as before.
        CHECK_THROWS(execute(*db, "UPDATE events SET data = '{}' WHERE seq = 1"));
    }
    CHECK(read_file(path).find(token(1, 1)) == std::string::npos);
    CHECK(read_file(path + ".before-5").find(token(1, 1)) != std::string::npos);
}

TEST_CASE("no live link of a client is left in books that are brought up to date (G23)") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    make_old_books(path, kSchema4);
    REQUIRE(read_file(path).find(token(1, 1)) != std::string::npos);
    std::vector<std::string> live;
    {
        auto db = Database::open_writer(path).value();
        for (const auto& report : Reports(*db).list({}, {}))
            if (report.link_digest) live.push_back(token(report.id, report.link));
        CHECK(texts(*db, "SELECT value FROM settings WHERE name = 'links.in_copies'").size() == 1);
        CHECK(texts(*db, "SELECT value FROM settings WHERE name = 'books.to_vacuum'").empty());
        // The log of the file, too.
        for (const char* file : {"", "-wal"})
            for (const auto& each : live)
                CHECK(read_file(path + file).find(each) == std::string::npos);
    }
    REQUIRE(live.size() == 11);
    for (const auto& each : live) CHECK(read_file(path).find(each) == std::string::npos);
    CHECK(read_file(path + ".before-5").find(token(1, 1)) != std::string::npos); // check says so
}

TEST_CASE(
    "links that clients of schemas 1 and 4 have open what they did, and a dead one stays dead") {
    for (const char* books : {"books_of_schema_1.sql", kSchema4}) {
        INFO(books);
        const TempDir dir;
        const std::string path = dir.file("books.db");
        make_old_books(path, books);
        std::vector<std::string> before;
        {
            const auto db = Access::connect(path, 0x2);
            before = texts(*db, "SELECT json_array(id, client, link, link_digest) FROM reports "
                                "WHERE link_digest IS NOT NULL ORDER BY id");
        }
        REQUIRE_FALSE(before.empty());
        auto db = Database::open_writer(path).value();
        CHECK(texts(*db, "SELECT json_array(report, client, n, digest) FROM client_links "
                         "WHERE kind = 'report' AND revoked_at IS NULL ORDER BY report") == before);
        CHECK(texts(*db, "SELECT 'x' FROM client_links").size() == before.size());
        const ClientLinks links(*db);
        for (const auto& report : Reports(*db).list({}, {})) {
            if (!report.link_digest) continue;
            const auto ended = report.ended_at ? report.ended_at : report.paid_at;
            const Instant now = ended ? *ended : report.created_at;
            const auto link = links.live(*report.link_digest, now, now - std::chrono::days{90});
            REQUIRE(link.has_value());
            CHECK(link->report == report.id);
            if (ended)
                CHECK_FALSE(links.live(*report.link_digest, now, now + std::chrono::seconds{1}));
        }
        // Whose reports were sent gets an archive from the program, which has the key.
        CHECK_FALSE(links.clients_without_archive().empty());
    }
}
