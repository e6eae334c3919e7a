#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

std::vector<std::string> ids(const std::vector<EntryRow>& rows) {
    std::vector<std::string> out;
    for (const EntryRow& row : rows) out.push_back(row.ref.id);
    return out;
}

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("a client's entries of a period: free and held ones, deleted ones only while held") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep_entries({entry("1", "5", 60, day(100)), entry("2", "5", 60, day(101)),
                        entry("3", "5", 60, day(102)), entry("4", "5", 60, day(103)),
                        entry("5", "9", 60, day(101))});
    books.give("5", acme);
    const std::int64_t report = books.add_report(acme);
    books.send(report, {books.line({books.get_entry("1"), books.get_entry("2")})});
    books.tombstone("entries", {"2", "3"});
    CHECK(ids(books.sources.entries_of_client(acme, day(100), day(103))) == Ids{"1", "2", "4"});
    CHECK(ids(books.sources.entries_of_client(acme, day(101), day(102))) == Ids{"2"});
    CHECK(ids(books.sources.entries_of_report(report)) == Ids{"1", "2"});
    CHECK(ids(books.sources.entries_of_task(books.get_task("9").id)) == Ids{"5"});
}

TEST_CASE("the earliest free entry and what can be late") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    CHECK_FALSE(books.sources.earliest_free(acme));
    books.keep_entries({entry("1", "5", 60, day(100)), entry("2", "5", 60, day(101)),
                        entry("3", "5", 60, day(110))});
    books.give("5", acme);
    CHECK(books.sources.earliest_free(acme) == day(100));
    books.draft(books.add_report(acme), {books.line({books.get_entry("1")})});
    CHECK(books.sources.earliest_free(acme) == day(101));
    books.task_is_paid = true;
    books.keep_entries({entry("4", "5", 60, day(120))});
    CHECK(ids(books.sources.free_until(acme, day(101))) == Ids{"2", "4"}); // 4: its task was paid
}

TEST_CASE("what can be late is asked for by its reason (G2)") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep_entries({entry("1", "5", 60, day(100)), entry("2", "5", 60, day(101)),
                        entry("3", "5", 0, day(101)), entry("4", "9", 60, day(101))});
    books.give("5", acme);
    books.draft(books.add_report(acme), {books.line({books.get_entry("1")})});
    books.seen = 2;
    books.keep_entries({entry("5", "5", 60, day(101)), entry("6", "5", 60, day(103))});
    books.task_is_paid = true;
    books.keep_entries({entry("7", "5", 60, day(120)), entry("8", "5", 60, day(120))});
    books.tombstone("entries", {"8"});

    CHECK(ids(books.sources.free_of_paid_tasks(acme)) == Ids{"7"});
    CHECK(ids(books.sources.free_seen_after(acme, {day(100), day(102)}, 1)) == Ids{"5"});
    // 1 is held, 3 has no time, 4 is another's.
    CHECK(ids(books.sources.free_seen_after(acme, {day(100), day(102)}, -1)) == Ids{"2", "5"});
    CHECK(ids(books.sources.free_seen_after(acme, {day(103), day(130)}, 1)) == Ids{"6", "7"});
}

TEST_CASE("free time that goes to the client's next report (G2)") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep_entries(
        {entry("1", "5", 60), entry("2", "5", 60), entry("3", "5", 60), entry("4", "9", 60)});
    books.give("5", acme);
    books.draft(books.add_report(acme), {books.line({books.get_entry("1")})});
    for (const char* id : {"1", "2", "4"})
        books.sources.decide_late(books.get_entry(id).id, "next_report", "agreed", "ann",
                                  books.now);
    books.sources.decide_late(books.get_entry("3").id, "write_off", "agreed", "ann", books.now);
    CHECK(ids(books.sources.free_for_next_report(acme)) == Ids{"2"});
}

TEST_CASE("a snapshot shows one moment and gives way to what is written afterwards") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    const auto reader = Database::open_reader(dir.file("books.db")).value();
    Sources seen(*reader);
    books.keep_entries({entry("1", "5", 60)});
    {
        const Snapshot one(*reader);
        const Snapshot nested(*reader); // within another one it does nothing
        CHECK(seen.find_entry(domain::Ref{"planner", "entry", "1"}));
        books.keep_entries({entry("2", "5", 60)});
        CHECK_FALSE(seen.find_entry(domain::Ref{"planner", "entry", "2"}));
    }
    CHECK(seen.find_entry(domain::Ref{"planner", "entry", "2"}));
    CHECK_FALSE(reader->in_transaction());
}

TEST_CASE("free time by task comes from the index alone (P9)") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep_entries({entry("1", "5", 60, day(100)), entry("2", "5", 30, day(101)),
                        entry("3", "6", 10, day(101)), entry("4", "5", 5, day(200))});
    books.give("5", acme);
    books.give("6", acme);
    const auto sums = books.sources.free_by_task(acme, day(100), day(101));
    REQUIRE(sums.size() == 2);
    CHECK(sums[0].seconds == 90);
    CHECK(sums[1].seconds == 10);
    CHECK(books.sources.plan_of_free_by_task().find("COVERING INDEX entries_free") !=
          std::string::npos);
}

TEST_CASE("totals of all time come from the rollup and an index alone (P11)") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    const std::int64_t other = books.add_company("13");
    books.keep_entries({entry("1", "5", 60, day(100)), entry("2", "5", 30, day(101)),
                        entry("3", "6", 10, day(200)), entry("4", "9", 5, day(100))});
    books.give("5", acme);
    books.give("6", other);
    books.send(books.add_report(acme), {books.line({books.get_entry("1")})});
    const auto totals = books.sources.totals();
    REQUIRE(totals.size() == 3);
    CHECK(totals[0].client == std::nullopt); // no one's yet
    CHECK(totals[0].free_seconds == 5);
    CHECK(totals[1].client == acme);
    CHECK(totals[1].held_seconds == 60);
    CHECK(totals[1].free_seconds == 30);
    CHECK(totals[2].held_seconds == 0);
    CHECK(totals[2].free_seconds == 10);
    CHECK(books.sources.plan_of_totals().find("COVERING INDEX entries_free") != std::string::npos);
}

TEST_CASE("ids to be read again come in the order of their numbers, page by page") {
    Books books;
    std::vector<domain::SourceEntry> many;
    for (const int id : {9, 10, 11, 99, 100, 101, 1000}) {
        many.push_back(entry(std::to_string(id), "5", 60));
    }
    books.keep_entries(many);
    const std::int64_t acme = books.add_company("12");
    books.give("5", acme);
    books.draft(books.add_report(acme), {books.line({books.get_entry("11")})});
    books.tombstone("entries", {"101"});
    CHECK(books.sources.unbilled_ids(books.remote, "", 3) == Ids{"9", "10", "99"});
    CHECK(books.sources.unbilled_ids(books.remote, "99", 3) == Ids{"100", "1000"});
    CHECK(books.sources.unbilled_ids(books.remote, "1000", 3).empty());
    CHECK(books.sources.all_entry_ids(books.remote, "9", 3) == Ids{"10", "11", "99"});
    CHECK(books.sources.all_entry_ids(books.remote, "99", 9) == Ids{"100", "1000"});
    CHECK(books.sources.unbilled_ids(books.remote + 1, "", 3).empty());
}

TEST_CASE("a task whose remote total differs from the cached sum is told (rule 52)") {
    Books books;
    const auto with_total = [](const std::string& id, std::optional<std::int64_t> total) {
        auto facts = task(id);
        facts.seconds_total = total;
        return kept(facts);
    };
    books.keep("tasks", {with_total("1", 60), with_total("2", 90), with_total("3", {}),
                         with_total("4", 10), with_total("5", 0), with_total("6", {})});
    books.keep_entries({entry("1", "1", 60), entry("2", "2", 60), entry("3", "3", 60)});
    const auto gaps = books.sources.total_gaps(books.remote);
    REQUIRE(gaps.size() == 3);
    CHECK(gaps[0].remote_id == "2");
    CHECK(gaps[0].remote_seconds == 90);
    CHECK(gaps[0].cached_seconds == 60);
    CHECK(gaps[1].remote_id == "3");
    CHECK(gaps[1].remote_seconds == std::nullopt);
    CHECK(gaps[2].remote_id == "4");
    CHECK(gaps[2].cached_seconds == 0);
}

TEST_CASE("tasks with time and without a client need mapping (G13)") {
    Books books;
    books.keep("tasks", {kept(task("5")), kept(task("6")), kept(task("7"))});
    books.keep_entries({entry("1", "5", 60), entry("2", "6", 60)});
    books.give("6", books.add_company("12"));
    const auto rows = books.sources.needs_mapping(10);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].ref.id == "5");
}
