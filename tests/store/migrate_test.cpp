#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "books.h"
#include "store/connection.h"
#include "store/migrations.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

std::int64_t pragma(Database& db, const std::string& name) {
    const auto statement = prepare_once(db, "PRAGMA " + name);
    statement->step();
    return statement->integer(0);
}

} // namespace

TEST_CASE("migrations are numbered without gaps") {
    int expected = 0;
    for (const Migration& migration : migrations()) CHECK(migration.number == ++expected);
    CHECK(expected >= 1);
}

TEST_CASE("every table is STRICT") {
    auto db = Database::in_memory().value();
    const auto loose = prepare_once(*db, "SELECT name FROM pragma_table_list "
                                         "WHERE schema = 'main' AND type = 'table' AND strict = 0 "
                                         "AND name NOT LIKE 'sqlite%'");
    CHECK_FALSE(loose->step());
}

TEST_CASE("a migration is applied once") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    { Books books(Database::open_writer(path).value()); }
    auto again = Database::open_writer(path).value();
    CHECK(again->total_changes() == 0);
    CHECK(pragma(*again, "user_version") == migrations().back().number);
    CHECK(pragma(*again, "application_id") == kApplicationId);
    CHECK(Sources(*again).find_remote("planner").has_value());
}

TEST_CASE("books of a newer program are refused, for writing and for reading") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    execute(*Database::open_writer(path).value(), "PRAGMA user_version=9999");
    for (const auto& opened : {Database::open_writer(path), Database::open_reader(path)}) {
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Code::Machine);
        CHECK(opened.error().detail.find("9999") != std::string::npos);
    }
}

TEST_CASE("another program's database is refused and left as it was") {
    const TempDir dir;
    const std::string path = dir.file("other.db");
    auto other = Access::connect(path, 0x2 | 0x4);
    execute(*other, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    other.reset();
    const auto size = std::filesystem::file_size(path);
    const auto opened = Database::open_writer(path);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().detail == "it is a database of another program");
    CHECK(std::filesystem::file_size(path) == size);
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_CASE("a file that is no database is refused and left as it was") {
    const TempDir dir;
    const std::string path = dir.file("letter.txt");
    std::ofstream(path) << std::string(2000, 'x');
    const auto opened = Database::open_writer(path);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::Machine);
    CHECK(std::filesystem::file_size(path) == 2000);
}

TEST_CASE("a reader does not use books that still have to be migrated") {
    const TempDir dir;
    std::ofstream(dir.file("empty.db")).flush();
    const auto opened = Database::open_reader(dir.file("empty.db"));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().hint.find("writing command") != std::string::npos);
}

TEST_CASE("a migration that fails half-way leaves the version before (R16)") {
    const TempDir dir;
    auto db = Access::connect(dir.file("books.db"), 0x2 | 0x4);
    // The schema's last table is in its way.
    execute(*db, "CREATE TABLE events (a)");
    CHECK_THROWS_AS(migrate(*db), StoreError);
    CHECK(pragma(*db, "user_version") == 0);
    const auto tables = prepare_once(*db, "SELECT count(*) FROM sqlite_master");
    tables->step();
    CHECK(tables->integer(0) == 1);
}

namespace {

std::vector<Migration> with_second(const char* sql) {
    std::vector<Migration> steps = migrations();
    steps.push_back({steps.back().number + 1, "9999_test", sql});
    return steps;
}

std::string copy_before(const std::string& path) {
    return path + ".before-" + std::to_string(migrations().back().number + 1);
}

} // namespace

TEST_CASE("books with data are copied before a migration, and keep their data") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    Books books(Database::open_writer(path).value());
    books.keep_entries({entry("1", "5", 60)});
    const auto steps = with_second("ALTER TABLE remotes ADD COLUMN note TEXT");
    REQUIRE(migrate(*books.db, steps).ok());
    CHECK(pragma(*books.db, "user_version") == steps.back().number);
    CHECK(books.get_entry("1").seconds == 60);
    CHECK(books.raw_text("SELECT count(*) FROM remotes WHERE note IS NULL") == "1");

    REQUIRE(std::filesystem::exists(copy_before(path)));
    Books copy(Database::open_writer(copy_before(path)).value());
    CHECK(copy.get_entry("1").seconds == 60);
    // Done once: a second start neither migrates nor copies.
    std::filesystem::remove(copy_before(path));
    REQUIRE(migrate(*books.db, steps).ok());
    CHECK_FALSE(std::filesystem::exists(copy_before(path)));
}

TEST_CASE("a migration of books with data that fails leaves them as they were (R16)") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    books.keep_entries({entry("1", "5", 60)});
    const auto steps = with_second("ALTER TABLE remotes ADD COLUMN note TEXT; DROP TABLE no_such");
    CHECK_THROWS_AS(migrate(*books.db, steps), StoreError);
    CHECK(pragma(*books.db, "user_version") == migrations().back().number);
    CHECK_THROWS(books.raw("SELECT note FROM remotes"));
    CHECK(books.get_entry("1").seconds == 60);
    CHECK_FALSE(books.db->in_transaction());
}

TEST_CASE("no migration without its copy") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    Books books(Database::open_writer(path).value());
    std::filesystem::create_directories(copy_before(path) + ".part/in the way");
    const auto status = migrate(*books.db, with_second("DROP TABLE inbox"));
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::Machine);
    CHECK(books.raw_text("SELECT count(*) FROM inbox") == "0");
}
