#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

struct TwoDrafts : Books {
    std::int64_t acme = add_company("12");
    std::int64_t first_draft, second_draft;
    TwoDrafts() {
        keep("tasks", {kept(task("5"))});
        keep_entries({entry("1", "5", 3600), entry("2", "5", 1800)});
        give("5", acme);
        first_draft = add_report(acme);
        second_draft = add_report(acme);
    }
    std::string held_seconds() { return raw_text("SELECT sum(held_seconds) FROM rollup"); }
};

} // namespace

TEST_CASE("the second claimant of an entry loses in the database itself (rules 2, 9)") {
    TwoDrafts books;
    books.draft(books.first_draft, {books.line({books.get_entry("1")})});
    try {
        books.draft(books.second_draft, {books.line({books.get_entry("1")})});
        FAIL("an entry was taken twice");
    } catch (const StoreError& error) {
        CHECK(error.unique_violation());
    }
    CHECK(books.get_entry("1").live_report == books.first_draft);
    CHECK(books.reports.lines(books.second_draft, 0).empty());
    CHECK(books.reports.allocations_of_entry(books.get_entry("1").id).size() == 1);
}

TEST_CASE("an entry twice on one report is refused too") {
    TwoDrafts books;
    const EntryRow one = books.get_entry("1");
    CHECK_THROWS_AS(books.draft(books.first_draft, {books.line({one, one})}), StoreError);
    CHECK_FALSE(books.get_entry("1").live_report);
}

TEST_CASE("who holds an entry and the sums of held time follow the allocations (G31)") {
    TwoDrafts books;
    books.draft(books.first_draft, {books.line({books.get_entry("1"), books.get_entry("2")})});
    CHECK(books.get_entry("1").live_report == books.first_draft);
    CHECK(books.held_seconds() == "5400");
    books.draft(books.first_draft, {books.line({books.get_entry("2")})});
    CHECK_FALSE(books.get_entry("1").live_report);
    CHECK(books.held_seconds() == "1800");
    books.send(books.first_draft, {books.line({books.get_entry("2")})});
    CHECK(books.get_entry("2").live_report == books.first_draft);
    CHECK(books.held_seconds() == "1800");
    {
        Tx tx(*books.db);
        CHECK(books.reports.release(books.first_draft) == 1);
        tx.commit();
    }
    CHECK_FALSE(books.get_entry("2").live_report);
    CHECK(books.held_seconds() == "0");
    // What came free can be taken again.
    books.draft(books.second_draft, {books.line({books.get_entry("2")})});
    CHECK(books.get_entry("2").live_report == books.second_draft);
}

TEST_CASE("an allocation of an adjustment holds no entry and stands beside the work") {
    TwoDrafts books;
    books.send(books.first_draft, {books.line({books.get_entry("1")})});
    domain::Line adjustment = books.line({books.get_entry("1")});
    adjustment.kind = "adjustment";
    adjustment.allocations[0].origin = "adjustment:1";
    books.draft(books.second_draft, {adjustment});
    CHECK(books.get_entry("1").live_report == books.first_draft);
    CHECK(books.reports.allocations_of_entry(books.get_entry("1").id).size() == 2);
    CHECK(books.held_seconds() == "7200");
    {
        Tx tx(*books.db);
        books.reports.release(books.second_draft);
        tx.commit();
    }
    CHECK(books.get_entry("1").live_report == books.first_draft);
}

TEST_CASE("an evaluation of a draft that finds nothing new writes nothing") {
    TwoDrafts books;
    const std::vector<domain::Line> lines{books.line({books.get_entry("1"), books.get_entry("2")})};
    books.draft(books.first_draft, lines);
    const std::int64_t before = books.db->total_changes();
    books.draft(books.first_draft, lines);
    CHECK(books.db->total_changes() == before);

    auto changed = lines;
    changed[0].task_title = "A new title";
    books.draft(books.first_draft, changed);
    CHECK(books.reports.lines(books.first_draft, 0).at(0).line.task_title == "A new title");
}

TEST_CASE("an entry that comes free follows its task, whose client changed meanwhile (G13)") {
    TwoDrafts books;
    const std::int64_t other = books.add_company("13");
    books.send(books.first_draft, {books.line({books.get_entry("1")})});
    books.give("5", other);
    CHECK(books.get_entry("1").client == books.acme);
    Tx tx(*books.db);
    books.reports.release(books.first_draft);
    CHECK(books.get_entry("1").client == other);
}
