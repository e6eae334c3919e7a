#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "books.h"
#include "store/connection.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

std::int64_t count_remotes(Database& db) {
    Statement& select = db.prepare("SELECT count(*) FROM remotes");
    select.step();
    const std::int64_t count = select.integer(0);
    select.reset();
    return count;
}

void insert_remote(Database& db, const std::string& name) {
    db.prepare("INSERT INTO remotes(name, connector, account, first_seen) "
               "VALUES (:name, 'c', :name, 0)")
        .bind(":name", name)
        .run();
}

} // namespace

TEST_CASE("a transaction that is not committed leaves nothing") {
    auto db = Database::in_memory().value();
    {
        Tx tx(*db);
        insert_remote(*db, "a");
        CHECK(db->in_transaction());
    }
    CHECK_FALSE(db->in_transaction());
    CHECK(count_remotes(*db) == 0);
    Tx tx(*db);
    insert_remote(*db, "a");
    tx.commit();
    CHECK(count_remotes(*db) == 1);
}

TEST_CASE("a program killed before a commit has done nothing, killed after it has done it") {
    auto db = Database::in_memory().value();
    std::string kill_at;
    db->failpoint = [&kill_at](std::string_view moment) {
        if (moment == kill_at) throw std::runtime_error("killed");
    };
    const auto add = [&db](const std::string& name) {
        Tx tx(*db);
        insert_remote(*db, name);
        tx.commit();
    };
    kill_at = "before commit";
    CHECK_THROWS_AS(add("a"), std::runtime_error);
    CHECK(count_remotes(*db) == 0);
    kill_at = "after commit";
    CHECK_THROWS_AS(add("a"), std::runtime_error);
    CHECK(count_remotes(*db) == 1);
}

TEST_CASE("a parameter that was forgotten stops the statement instead of storing the last value") {
    auto db = Database::in_memory().value();
    const char* sql = "INSERT INTO sequences(name, last) VALUES (:name, :last)";
    db->prepare(sql).bind(":name", "a").bind(":last", 1).run();
    CHECK_THROWS_AS(db->prepare(sql).bind(":name", "b").run(), StoreError);
    CHECK_THROWS_AS(db->prepare(sql).bind(":nmae", "b"), StoreError);
}

TEST_CASE("numbers keep their 64 bits, NULL is no zero and text keeps its NUL bytes") {
    auto db = Database::in_memory().value();
    Statement& echo = db->prepare("SELECT :a, :b, :c, :d, :e");
    const std::string with_nul("a\0b", 3);
    echo.bind(":a", std::int64_t{5'000'000'000})
        .bind_null(":b")
        .bind(":c", with_nul)
        .bind(":d", std::string_view())
        .bind(":e", std::optional<std::int64_t>());
    REQUIRE(echo.step());
    CHECK(echo.integer(0) == 5'000'000'000);
    CHECK_THROWS_AS(echo.integer(1), StoreError);
    CHECK_THROWS_AS(echo.text(1), StoreError);
    CHECK(echo.integer_or_null(1) == std::nullopt);
    CHECK(echo.text(2) == with_nul);
    CHECK(echo.text(3).empty());
    CHECK_THROWS_AS(echo.integer(2), StoreError);
    CHECK(echo.is_null(4));
    echo.reset();
}

TEST_CASE("a statement in use can't be taken a second time") {
    auto db = Database::in_memory().value();
    const char* sql = "SELECT name FROM sqlite_master";
    Statement& outer = db->prepare(sql);
    REQUIRE(outer.step());
    CHECK_THROWS_AS(db->prepare(sql), BrokenInvariant);
    outer.reset();
    CHECK_NOTHROW(db->prepare(sql));
}

TEST_CASE("a prepared text holds exactly one statement, since a second would never run") {
    auto db = Database::in_memory().value();
    CHECK_THROWS_AS(db->prepare("DELETE FROM jobs; DELETE FROM inbox"), BrokenInvariant);
}

TEST_CASE("the file is for its owner alone and set up for safety (F11)") {
    const TempDir dir;
    auto db = Database::open_writer(dir.file("books.db")).value();
    struct stat info {};
    REQUIRE(::stat(dir.file("books.db").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    const auto pragma = [&db](const std::string& name) {
        const auto statement = prepare_once(*db, "PRAGMA " + name);
        REQUIRE(statement->step());
        return name == "journal_mode" ? statement->text(0) : std::to_string(statement->integer(0));
    };
    CHECK(pragma("journal_mode") == "wal");
    CHECK(pragma("synchronous") == "2");
    CHECK(pragma("foreign_keys") == "1");
    CHECK(pragma("busy_timeout") != "0");
    CHECK(pragma("mmap_size") == "0");
}

TEST_CASE("a reader sees what was committed, and can't write") {
    const TempDir dir;
    auto writer = Database::open_writer(dir.file("books.db")).value();
    auto reader = Database::open_reader(dir.file("books.db")).value();
    Tx tx(*writer);
    insert_remote(*writer, "a");
    CHECK(count_remotes(*reader) == 0);
    tx.commit();
    CHECK(count_remotes(*reader) == 1);
    CHECK_THROWS_AS(insert_remote(*reader, "b"), StoreError);
}

TEST_CASE("a second writer in the same moment is told so instead of being let in") {
    const TempDir dir;
    auto one = Database::open_writer(dir.file("books.db")).value();
    auto two = Database::open_writer(dir.file("books.db")).value();
    execute(*two, "PRAGMA busy_timeout=1");
    Tx tx(*one);
    CHECK_THROWS_AS(Tx(*two), StoreError);
}

TEST_CASE("a directory that is not there is told with what to do") {
    const TempDir dir;
    const auto opened = Database::open_writer(dir.file("none/books.db"));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::Machine);
    CHECK_FALSE(opened.error().hint.empty());
    CHECK(Database::open_reader(dir.file("none.db")).error().code == Code::Machine);
}

TEST_CASE("an index that tells another story than its table is found by the weekly check (G37)") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    books.keep_entries({entry("1", "5", 60), entry("2", "5", 60)});
    CHECK(books.db->integrity_check().ok());
    // A row is taken away while SQLite does not know of an index.
    const std::string name = books.raw_text("SELECT name FROM sqlite_master WHERE type = 'index' "
                                            "AND tbl_name = 'entries' AND sql IS NOT "
                                            "NULL LIMIT 1");
    books.raw("CREATE TEMP TABLE hidden AS SELECT * FROM sqlite_master WHERE name = '" + name +
              "'");
    books.raw("PRAGMA trusted_schema=ON");
    books.raw("PRAGMA writable_schema=ON");
    books.raw("DELETE FROM sqlite_master WHERE name = '" + name + "'");
    books.raw("PRAGMA writable_schema=RESET");
    books.raw("PRAGMA foreign_keys=OFF");
    books.raw("DELETE FROM entries WHERE id = 2");
    books.raw("PRAGMA writable_schema=ON");
    books.raw("INSERT INTO sqlite_master SELECT * FROM temp.hidden");
    books.raw("PRAGMA writable_schema=RESET");
    const auto found = books.db->integrity_check();
    REQUIRE_FALSE(found);
    CHECK(found.error().detail.find(name) != std::string::npos);
}
