#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

TEST_CASE("a page counts what is new, changed, unchanged and not mapped") {
    Books books;
    KeepCounts counts = books.keep(
        "entries", {kept(entry("1", "5", 60)), kept(entry("2", "5", 60)), problem("3", "no time")});
    CHECK(counts.added == 2);
    CHECK(counts.problems == 1);
    counts = books.keep("entries", {kept(entry("1", "5", 90)), kept(entry("2", "5", 60))}, {"9"});
    CHECK(counts.added == 0);
    CHECK(counts.revised == 1);
    CHECK(counts.unchanged == 2);
}

TEST_CASE("a re-read that changes nothing writes nothing, in every stream (rule 6, P7)") {
    Books books;
    const Instant created = at(5);
    auto full = task("5");
    full.tags = {"bug", "urgent"};
    full.links = {{"company", "12"}, {"deal", "7"}};
    full.created = created;
    full.seconds_total = 60;
    const auto read = [&] {
        books.keep("users", {kept(domain::SourcePerson{"7", "Kim", true})});
        books.keep("groups", {kept(domain::SourceProject{"3", "Site", false})});
        books.keep("companies", {kept(domain::SourceCompany{"12", "Acme", false})});
        books.keep("deals", {kept(domain::SourceDeal{"7", "Deal", "12", "NEW", ""})});
        books.keep("tasks", {kept(full)});
        books.keep("entries", {kept(entry("1", "5", 60)), problem("2", "no time")});
    };
    read();
    const std::int64_t before = books.db->total_changes();
    read();
    CHECK(books.db->total_changes() == before);
}

TEST_CASE("what is known tells hash, tombstone and problem of each id") {
    Books books;
    books.keep("entries",
               {kept(entry("1", "5", 60)), kept(entry("2", "5", 60)), problem("3", "x")});
    books.tombstone("entries", {"2"});
    const auto known = books.sources.known(books.remote, "entries", {"1", "2", "3", "4"});
    REQUIRE(known.size() == 3);
    CHECK(known.at("1").hash == kept(entry("1", "5", 60)).record.hash);
    CHECK_FALSE(known.at("1").gone);
    CHECK(known.at("2").gone);
    CHECK(known.at("3").has_problem);
    CHECK(books.sources.count_known(books.remote, "entries") == 2);
    CHECK(books.sources.known(books.remote, "tasks", {"1"}).empty());
}

TEST_CASE("a record that can't be mapped is kept, counted and shown, and is no entry") {
    Books books;
    books.keep("entries", {problem("3", "at /SECONDS: expected a number")});
    const auto rows = books.sources.problems(10);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].remote == "planner");
    CHECK(rows[0].problem == "at /SECONDS: expected a number");
    CHECK(books.sources.count_problems(books.remote, "entries") == 1);
    CHECK_FALSE(books.sources.find_entry(domain::Ref{"planner", "entry", "3"}));

    books.keep("entries", {kept(entry("3", "5", 60))});
    CHECK(books.sources.count_problems(books.remote, "entries") == 0);
    CHECK(books.get_entry("3").revision == 1);
}

TEST_CASE("an entry whose new version can't be mapped keeps its old facts") {
    Books books;
    books.keep_entries({entry("1", "5", 60)});
    books.keep("entries", {problem("1", "no time")});
    CHECK(books.get_entry("1").seconds == 60);
    CHECK(books.get_entry("1").revision == 1);
    CHECK(books.sources.count_problems(books.remote, "entries") == 1);
}

TEST_CASE("the raw record is kept as it came") {
    Books books;
    books.keep("entries", {kept(entry("1", "5", 60), R"({"ID":"1","NOTE":"\u0000"})")});
    CHECK(books.sources.record_text(books.remote, "entries", "1") ==
          R"({"ID":"1","NOTE":"\u0000"})");
    CHECK_FALSE(books.sources.record_text(books.remote, "entries", "2"));
}

TEST_CASE("a page and its cursor come together or not at all (G29)") {
    Books books;
    {
        Tx tx(*books.db);
        books.sources.keep_cursor(books.remote, {"entries", "changes", "77", 0, at(1), {}});
        books.sources.keep(
            {books.remote, "entries", 0, 1, 1, books.now}, {kept(entry("1", "5", 1))}, {},
            [&](std::optional<std::int64_t>) -> const domain::Calendar& { return books.calendar; },
            [](const TaskRow&) { return false; });
    }
    CHECK_FALSE(books.sources.find_cursor(books.remote, "entries", "changes"));
    CHECK_FALSE(books.sources.find_entry(domain::Ref{"planner", "entry", "1"}));
    CHECK(books.sources.known(books.remote, "entries", {"1"}).empty());
    // What the lost page had found out is not remembered either.
    CHECK(books.keep_entries({entry("1", "5", 1)}).added == 1);
    CHECK(books.get_entry("1").task == books.get_task("5").id);
}

TEST_CASE("the status before the pull that changed it is kept (G1)") {
    Books books;
    auto facts = task("5");
    const auto keep_as = [&](domain::TaskStatus status, std::int64_t pull) {
        books.pull = pull;
        facts.status = status;
        books.keep("tasks", {kept(facts, "status " + std::to_string(static_cast<int>(status)))});
        return books.get_task("5");
    };
    using enum domain::TaskStatus;
    TaskRow row = keep_as(InProgress, 1);
    CHECK(row.status_before == Unknown);
    CHECK(row.status_pull == 1);
    row = keep_as(Completed, 2);
    CHECK(row.status_before == InProgress);
    CHECK(row.status_pull == 2);
    // A second change within one pull leaves the state before that pull.
    row = keep_as(Deferred, 2);
    CHECK(row.facts.status == Deferred);
    CHECK(row.status_before == InProgress);
    row = keep_as(Deferred, 3);
    CHECK(row.status_pull == 2);
}

TEST_CASE("sequences rise by one and belong to their name") {
    Books books;
    Tx tx(*books.db);
    CHECK(books.sources.current_sequence("pull") == 0);
    CHECK(books.sources.next_sequence("pull") == 1);
    CHECK(books.sources.next_sequence("pull") == 2);
    CHECK(books.sources.next_sequence("run") == 1);
    CHECK(books.sources.current_sequence("pull") == 2);
}

TEST_CASE("one account stands under one name (G17)") {
    Books books;
    CHECK(books.sources.find_account("planner.example")->name == "planner");
    Tx tx(*books.db);
    try {
        books.sources.add_remote("again", "bitrix24", "planner.example", books.now);
        FAIL("the account was taken twice");
    } catch (const StoreError& error) {
        CHECK(error.unique_violation());
    }
    books.sources.rename_remote(books.remote, "portal");
    books.sources.move_remote(books.remote, "portal.example");
    CHECK(books.sources.find_remote("portal")->account == "portal.example");
    CHECK(books.sources.remotes().size() == 1);
}

TEST_CASE("cursors of one stream are kept for each way of reading") {
    Books books;
    Tx tx(*books.db);
    books.sources.keep_cursor(books.remote, {"entries", "changes", "5", 0, at(1), {}});
    books.sources.keep_cursor(books.remote, {"entries", "full", "9", 3, at(2), at(4)});
    books.sources.keep_cursor(books.remote, {"entries", "changes", "6", 0, at(3), {}});
    CHECK(books.sources.cursors(books.remote).size() == 2);
    CHECK(books.sources.find_cursor(books.remote, "entries", "changes")->cursor == "6");
    const auto full = books.sources.find_cursor(books.remote, "entries", "full");
    CHECK(full->run == 3);
    CHECK(full->completed_at == at(4));
}
