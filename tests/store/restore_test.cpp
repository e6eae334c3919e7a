#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <sqlite3.h>

#include "books.h"
#include "store/crm.h"
#include "store/restore.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace fs = std::filesystem;

namespace {

struct Cut {}; // the process dies here

const auto kNothing = [](Database&) {};

// What somebody does to a file with another program.
void change(const std::string& file, const std::string& sql) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
    const int done = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
    INFO(sqlite3_errmsg(db));
    CHECK(done == SQLITE_OK);
    sqlite3_close(db);
}

// Books with one entry, a backup of them, and a second entry since.
struct Stand {
    TempDir dir;
    std::string books = dir.file("hourbridge.db");
    std::string backup = dir.file("copy.db");
    std::string kept = dir.file("hourbridge.db.kept");

    Stand() {
        Books open(Database::open_writer(books).value());
        open.keep_entries({entry("1", "5", 3600)});
        REQUIRE(open.db->backup_to(backup).ok());
        open.keep_entries({entry("2", "5", 60)});
    }
    // Does this file hold whole books, and the second entry?
    static bool has_second(const std::string& file) {
        auto db = Database::open_reader(file);
        INFO((db ? "" : to_string(db.error())));
        REQUIRE(db.ok());
        CHECK((*db)->quick_check().ok());
        REQUIRE(Sources(**db).find_entry(domain::Ref{"planner", "entry", "1"}));
        return Sources(**db).find_entry(domain::Ref{"planner", "entry", "2"}).has_value();
    }
};

} // namespace

TEST_CASE("a restore puts the backup in the place of the books and keeps these beside it") {
    const Stand stand;
    const auto done = restore_books(stand.backup, stand.books, stand.kept, [](Database& db) {
        Settings(db).put(0, "told", "yes", at(5));
    });
    REQUIRE(done.ok());
    CHECK(done->kept == stand.kept);
    CHECK_FALSE(Stand::has_second(stand.books));
    CHECK(Stand::has_second(stand.kept));
    CHECK_FALSE(Stand::has_second(stand.backup)); // the backup itself is untouched
    auto db = Database::open_reader(stand.books).value();
    CHECK(Settings(*db).get(0, "told") == "yes");
    CHECK_FALSE(fs::exists(stand.books + ".restoring"));
}

TEST_CASE(
    "links that were revoked or replaced since the backup stay so in it, by report and number, "
    "and none comes to life (G59)") {
    const auto put = [](Books& books, std::int64_t report, int link,
                        std::optional<std::string> digest) {
        Tx tx(*books.db);
        auto row = books.reports.find(report).value();
        row.link = link;
        row.link_digest = std::move(digest);
        books.reports.update(row);
        tx.commit();
    };
    Books before, now;
    std::vector<std::int64_t> ids;
    for (Books* books : {&before, &now}) {
        const auto client = books->add_company("7");
        books->add_contract(client);
        ids.clear();
        for (int i = 0; i < 5; ++i) {
            ids.push_back(books->add_report(client));
            books->send(ids.back(), {});
        }
    }
    for (const auto id : ids) put(before, id, 1, "digest 1 of " + std::to_string(id));
    put(before, ids[4], 1, std::nullopt);                         // revoked before the backup
    put(now, ids[0], 1, "digest 1 of " + std::to_string(ids[0])); // as it was
    put(now, ids[1], 1, std::nullopt);                            // revoked
    put(now, ids[2], 3, "digest 3");                              // replaced
    put(now, ids[3], 4, std::nullopt);                            // replaced, then revoked
    put(now, ids[4], 2, "digest 2");
    CHECK(count_links(*before.db) == 4);
    {
        Tx tx(*before.db);
        CHECK(carry_links(*now.db, *before.db) == 3);
        tx.commit();
    }
    const auto link = [&](std::size_t i) {
        const auto row = before.reports.find(ids[i]).value();
        return std::to_string(row.link) + " " + row.link_digest.value_or("none");
    };
    CHECK(link(0) == "1 digest 1 of " + std::to_string(ids[0]));
    CHECK(link(1) == "1 none");
    CHECK(link(2) == "3 digest 3");
    CHECK(link(3) == "4 none");
    CHECK(link(4) == "1 none");
    CHECK(count_links(*before.db) == 2);
}

TEST_CASE("killed at any moment a restore leaves whole books, old or new, and can be run again") {
    int moments = 0;
    for (int cut = 1;; ++cut) {
        const Stand stand;
        int seen = 0;
        bool died = false;
        try {
            const auto done = restore_books(stand.backup, stand.books, stand.kept, kNothing,
                                            [&](std::string_view) {
                                                if (++seen == cut) throw Cut{};
                                            });
            REQUIRE(done.ok());
        } catch (const Cut&) {
            died = true;
        }
        if (!died) break;
        moments = cut;
        INFO("cut " << cut);
        Stand::has_second(stand.books); // REQUIREs that they open and are whole
        REQUIRE(restore_books(stand.backup, stand.books, stand.kept + "2", kNothing).ok());
        CHECK_FALSE(Stand::has_second(stand.books));
        const bool kept = fs::exists(stand.kept) && Stand::has_second(stand.kept);
        const bool kept2 = fs::exists(stand.kept + "2") && Stand::has_second(stand.kept + "2");
        CHECK((kept || kept2)); // what was there is never lost
    }
    CHECK(moments >= 5);
}

TEST_CASE("what is no backup is refused, and the books stay") {
    const Stand stand;
    std::ofstream(stand.dir.file("text.db")) << "this is no database, only a text of some length";
    std::ofstream(stand.dir.file("cut.db"), std::ios::binary) << std::string(4096, '\0');
    fs::copy_file(stand.backup, stand.dir.file("half.db"));
    fs::resize_file(stand.dir.file("half.db"), fs::file_size(stand.backup) / 2);
    fs::copy_file(stand.backup, stand.dir.file("live.db"));
    std::ofstream(stand.dir.file("live.db-wal")) << "log";
    std::ofstream(stand.dir.file("empty.db")) << "";
    change(stand.dir.file("new.db"), "CREATE TABLE t (x); DROP TABLE t");
    for (const char* name : {"text.db", "cut.db", "half.db", "live.db", "none.db", "hourbridge.db",
                             "empty.db", "new.db"}) {
        INFO(name);
        CHECK_FALSE(restore_books(stand.dir.file(name), stand.books, stand.kept, kNothing).ok());
        CHECK(Stand::has_second(stand.books));
        CHECK_FALSE(fs::exists(stand.kept));
    }
}

TEST_CASE(
    "a backup whose schema somebody changed is refused: without its indexes hours could be billed "
    "twice (S2)") {
    for (const char* damage :
         {"DROP INDEX allocations_live", "DROP TRIGGER events_fixed",
          "CREATE TRIGGER thief AFTER INSERT ON payments BEGIN DELETE FROM payments; END",
          "CREATE UNIQUE INDEX mine ON payments (report)", "ALTER TABLE payments ADD COLUMN x TEXT",
          "DROP INDEX allocations_live; CREATE INDEX allocations_live ON allocations (entry)"}) {
        const Stand stand;
        const std::string changed = stand.dir.file("changed.db");
        fs::copy_file(stand.backup, changed);
        change(changed, damage);
        INFO(damage);
        const auto done = restore_books(changed, stand.books, stand.kept, kNothing);
        REQUIRE_FALSE(done.ok());
        CHECK(done.error().code == Code::Machine);
        CHECK((done.error().detail.find(" is missing") != std::string::npos ||
               done.error().detail.find(" is not ") != std::string::npos));
        CHECK(done.error().hint.find("restore a backup") != std::string::npos);
        CHECK(Stand::has_second(stand.books));
        // The same at a start; who only reads may, so that `verify` can say what is wrong.
        CHECK_FALSE(Database::open_writer(changed).ok());
        const auto reader = Database::open_reader(changed);
        REQUIRE(reader.ok());
        const auto checks = verify_books(**reader);
        CHECK(std::count_if(checks.begin(), checks.end(), [](const Check& check) {
                  return check.name == "schema" && !check.ok;
              }) == 1);
    }
}

TEST_CASE("a backup that names files outside its folder of documents is refused (S2)") {
    for (const char* file : {"../../ESCAPED", "/etc/passwd", "2026-0001/../../x", "a/b/c", "..",
                             ".hidden/x", "2026-0001/.x", "", "2026-0001\\x"}) {
        const Stand stand;
        change(stand.backup,
               std::string("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; "
                           "INSERT INTO documents (report, remote, template, remote_id, title, "
                           "number, state, file, sha256, bytes, looks, due_at, last_error) "
                           "VALUES (1, 1, '1', '7', '', '', 'stored', '") +
                   file + "', 'x', 1, 0, 0, '')");
        INFO(file);
        const auto done = restore_books(stand.backup, stand.books, stand.kept, kNothing);
        REQUIRE_FALSE(done.ok());
        CHECK(done.error().message == "this backup names a file outside its folder of documents");
        CHECK(Stand::has_second(stand.books));
    }
}

TEST_CASE("books that are damaged are put aside as they are; where there are none, none are kept") {
    const Stand stand;
    std::ofstream(stand.books, std::ios::binary) << "garbage in place of the books";
    const auto done = restore_books(stand.backup, stand.books, stand.kept, kNothing);
    REQUIRE(done.ok());
    CHECK_FALSE(Stand::has_second(stand.books));
    CHECK(fs::file_size(stand.kept) < 100);

    const std::string fresh = stand.dir.file("fresh.db");
    const auto first = restore_books(stand.backup, fresh, fresh + ".kept", kNothing);
    REQUIRE(first.ok());
    CHECK(first->kept.empty());
    CHECK_FALSE(Stand::has_second(fresh));
}
