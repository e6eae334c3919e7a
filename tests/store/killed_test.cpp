#include <catch2/catch.hpp>

#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include "books.h"

// Real deaths of a real process, in the moments round every commit (R4, R7).
using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

// A pull of three pages, a draft and its sending. Dies at the `death`-th moment round a commit.
void work(const std::string& path, int death) {
    auto opened = Database::open_writer(path).value();
    int moment = 0;
    opened->failpoint = [&moment, death](std::string_view) {
        if (++moment == death) ::_exit(9);
    };
    Books books(std::move(opened));
    const std::int64_t acme = books.add_company("12");
    books.keep("tasks", {kept(task("5"))});
    books.give("5", acme);
    for (int page = 0; page < 3; ++page) {
        std::vector<KeptRecord> records;
        for (int i = 0; i < 50; ++i)
            records.push_back(kept(entry(std::to_string(page * 50 + i), "5", 60)));
        Tx tx(*books.db);
        books.sources.keep(
            {books.remote, "entries", 0, 1, 1, books.now}, records, {},
            [&](std::optional<std::int64_t>) -> const domain::Calendar& { return books.calendar; },
            [](const TaskRow&) { return false; });
        books.sources.keep_cursor(books.remote,
                                  {"entries", "changes", std::to_string(page), 0, books.now, {}});
        tx.commit();
    }
    if (books.reports.list({}, {}).empty()) books.add_report(acme);
    const std::int64_t report = books.reports.list({}, {}).at(0).id;
    if (books.reports.find(report)->state == domain::State::Sent) return;
    const std::vector<domain::Line> lines{books.line({books.get_entry("1"), books.get_entry("2")})};
    books.draft(report, lines);
    books.send(report, lines);
}

// How the child ended: 0 when it lived to the end.
int run_child(const std::string& path, int death) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            work(path, death);
        } catch (const std::exception&) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

// Whatever the books hold must be whole: page with cursor, lines with allocations.
void check_whole(const std::string& path) {
    Books books(Database::open_writer(path).value());
    CHECK(books.db->quick_check().ok());
    for (const Check& check : verify_books(*books.db)) {
        INFO(check.name << ": " << check.detail);
        CHECK(check.ok);
    }
    const auto cursor = books.sources.find_cursor(books.remote, "entries", "changes");
    const std::int64_t pages = cursor ? std::atoi(cursor->cursor.c_str()) + 1 : 0;
    CHECK(books.sources.count_known(books.remote, "entries") % 50 == 0);
    CHECK(books.sources.count_known(books.remote, "entries") >= pages * 50);
}

} // namespace

TEST_CASE("killed at any commit, the books are whole, and the work done again ends the same (R4)") {
    int deaths = 0;
    for (int death = 1;; ++death) {
        const TempDir dir;
        const std::string path = dir.file("books.db");
        INFO("death at moment " << death);
        const int end = run_child(path, death);
        if (end == 0) break;
        REQUIRE(end == 9);
        ++deaths;
        check_whole(path);
        REQUIRE(run_child(path, 0) == 0);
        check_whole(path);
        Books books(Database::open_writer(path).value());
        CHECK(books.sources.count_known(books.remote, "entries") == 150);
        REQUIRE(books.reports.list({}, {}).size() == 1);
        CHECK(books.reports.list({}, {})[0].number == "HB2026-0001");
        CHECK(books.reports.allocations(1, false).size() == 2);
    }
    CHECK(deaths > 15);
}
