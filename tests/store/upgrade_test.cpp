#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

#include "books.h"
#include "store/connection.h"
#include "store/migrations.h"

// R16: books of the first schema, with a client's report that was invoiced, in today's program.
using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

std::string old_books() {
    std::ifstream in(HB_SOURCE_DIR "/tests/store/samples/books_of_schema_1.sql");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

void make_old_books(const std::string& path) {
    execute(*Access::connect(path, 0x2 | 0x4), old_books());
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
    CHECK(deaths == 2 * (migrations().back().number - 1));
}
