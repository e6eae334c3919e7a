#include <catch2/catch.hpp>

#include "books.h"
#include "store/hidden.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

TEST_CASE("a new entry carries when it was first seen and whether its task was paid then (G2)") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep("tasks", {kept(task("5")), kept(task("6"))});
    books.keep_entries({entry("0", "5", 60)});
    books.give("5", acme);
    books.send(books.add_report(acme), {books.line({books.get_entry("0")})});
    CHECK(books.paid_asked == 0);

    books.seen = 17;
    books.task_is_paid = true;
    books.keep_entries({entry("1", "5", 60), entry("2", "5", 60), entry("3", "6", 60)});
    CHECK(books.paid_asked == 1); // once a task, and only for one that was ever billed
    CHECK(books.get_entry("1").paid_task);
    CHECK(books.get_entry("2").paid_task);
    CHECK_FALSE(books.get_entry("3").paid_task);
    CHECK(books.get_entry("1").seen == 17);
    CHECK(books.get_entry("1").seen_at == books.now);

    books.seen = 18;
    books.task_is_paid = false;
    books.keep_entries({entry("1", "5", 90)});
    CHECK(books.get_entry("1").seen == 17);
    CHECK(books.get_entry("1").paid_task);
    CHECK(books.paid_asked == 1);
}

TEST_CASE("a changed entry is a revision, and the old state is kept") {
    Books books;
    books.keep_entries({entry("1", "5", 60)});
    auto changed = entry("1", "6", 90, day(101));
    changed.text = "other words";
    changed.person = "8";
    books.keep_entries({changed});
    const EntryRow row = books.get_entry("1");
    CHECK(row.revision == 2);
    CHECK(row.seconds == 90);
    CHECK(row.work_date == day(101));
    CHECK(row.task == books.get_task("6").id);
    const auto old = books.sources.revisions_of(row.id);
    REQUIRE(old.size() == 1);
    CHECK(old[0].revision == 1);
    CHECK(old[0].seconds == 60);
    CHECK(old[0].text == "work");
    CHECK(old[0].task == books.get_task("5").id);
}

TEST_CASE("a record that changed in what is no fact of ours is no revision") {
    Books books;
    books.keep("entries", {kept(entry("1", "5", 60), "first")});
    const KeepCounts counts = books.keep("entries", {kept(entry("1", "5", 60), "second")});
    CHECK(counts.revised == 0);
    CHECK(counts.unchanged == 1);
    CHECK(books.get_entry("1").revision == 1);
    CHECK(books.sources.record_text(books.remote, "entries", "1") == "second");
}

TEST_CASE("what is gone for good is no longer called hidden, however its end was told (G48)") {
    Books books;
    books.keep_entries({entry("1", "5", 60), entry("2", "5", 60)});
    Hidden hidden(*books.db);
    Tx tx(*books.db);
    hidden.add(books.remote, "entries", {"1", "2"}, domain::NotShown::Unproven, books.now);
    tx.commit();
    books.tombstone("entries", {"1"});
    CHECK_FALSE(hidden.find(books.remote, "entries", "1"));
    CHECK(hidden.find(books.remote, "entries", "2"));
}

TEST_CASE("a deletion is a revision of zero seconds and never removes a row (rules 14, 20)") {
    Books books;
    books.keep_entries({entry("1", "5", 60)});
    CHECK(books.tombstone("entries", {"1", "unheard of"}) == 1);
    EntryRow row = books.get_entry("1");
    CHECK(row.deleted);
    CHECK(row.seconds == 0);
    CHECK(row.revision == 2);
    CHECK(books.tombstone("entries", {"1"}) == 0);
    CHECK(books.get_entry("1").revision == 2);
    CHECK(books.sources.revisions_of(row.id).at(0).seconds == 60);

    // It comes back unchanged: a revision too.
    CHECK(books.keep_entries({entry("1", "5", 60)}).revised == 1);
    row = books.get_entry("1");
    CHECK_FALSE(row.deleted);
    CHECK(row.seconds == 60);
    CHECK(row.revision == 3);
}

TEST_CASE("an entry may name a task and a person that are not shown; facts fill them in later") {
    Books books;
    books.keep_entries({entry("1", "5", 60)});
    CHECK_FALSE(books.get_task("5").known);
    CHECK_FALSE(books.sources.find_person(domain::Ref{"planner", "user", "7"})->known);
    CHECK(books.paid_asked == 0); // nothing of an unknown task was ever billed
    const std::int64_t id = books.get_task("5").id;

    books.keep("tasks", {kept(task("5"))});
    books.keep("users", {kept(domain::SourcePerson{"7", "Kim", true})});
    CHECK(books.get_task("5").known);
    CHECK(books.get_task("5").id == id);
    CHECK(books.sources.find_person(books.get_entry("1").person)->name == "Kim");
}

TEST_CASE("a task that is gone keeps its title and its entries") {
    Books books;
    books.keep("tasks", {kept(task("5"))});
    books.keep_entries({entry("1", "5", 60)});
    books.tombstone("tasks", {"5"});
    CHECK_FALSE(books.get_task("5").known);
    CHECK(books.get_task("5").facts.title == "Task 5");
    CHECK(books.get_entry("1").seconds == 60);
    books.keep("tasks", {kept(task("5"))});
    CHECK(books.get_task("5").known);
}

TEST_CASE("companies, deals, projects and people that are gone are only no longer known") {
    Books books;
    books.add_company("12");
    books.keep("deals", {kept(domain::SourceDeal{"7", "Deal", "12", "NEW", ""})});
    books.keep("users", {kept(domain::SourcePerson{"7", "Kim", true})});
    books.keep("groups", {kept(domain::SourceProject{"3", "Site", false})});
    CHECK(books.tombstone("companies", {"12"}) == 1);
    CHECK(books.tombstone("deals", {"7"}) == 1);
    CHECK(books.tombstone("users", {"7"}) == 1);
    CHECK(books.tombstone("groups", {"3"}) == 1);
    CHECK_FALSE(books.sources.find_company(domain::Ref{"planner", "company", "12"})->known);
    CHECK_FALSE(books.sources.find_deal(domain::Ref{"planner", "deal", "7"})->known);
    CHECK_FALSE(books.sources.find_person(domain::Ref{"planner", "user", "7"})->known);
    CHECK(books.sources.find_project(domain::Ref{"planner", "group", "3"})->name == "Site");
}

TEST_CASE("the work date is the date as given, or the moment in the client's zone (G11)") {
    Books books;
    auto moment = entry("1", "5", 60);
    moment.day.reset();
    moment.at = parse_instant("2026-03-05T23:30:00Z").value();
    books.keep_entries({moment, entry("2", "5", 60, day(7))});
    CHECK(books.get_entry("1").work_date == parse_day("2026-03-05").value());
    CHECK(books.get_entry("2").work_date == day(7));

    books.calendar = Zone::find("Europe/Minsk").value();
    const std::int64_t client = books.add_company("12");
    books.give("5", client);
    CHECK(books.get_entry("1").work_date == parse_day("2026-03-06").value());
    CHECK(books.get_entry("1").client == client);
    CHECK(books.get_entry("1").revision == 1);

    Tx tx(*books.db);
    books.sources.recompute_work_dates(client, Zone::utc());
    CHECK(books.get_entry("1").work_date == parse_day("2026-03-05").value());
    CHECK(books.get_entry("2").work_date == day(7));
}

TEST_CASE(
    "a new client moves free entries and those a draft reserves, not those of a sent report") {
    Books books;
    const std::int64_t acme = books.add_company("12"), other = books.add_company("13");
    books.keep("tasks", {kept(task("5"))});
    books.keep_entries({entry("1", "5", 60), entry("2", "5", 60), entry("3", "5", 60)});
    books.give("5", acme);
    const std::int64_t sent = books.add_report(acme), draft = books.add_report(acme);
    books.send(sent, {books.line({books.get_entry("1")})});
    books.draft(draft, {books.line({books.get_entry("2")})});

    books.give("5", other);
    CHECK(books.get_entry("1").client == acme);
    CHECK(books.get_entry("1").revision == 2); // the scan for drift sees it
    CHECK(books.get_entry("2").client == other);
    CHECK(books.get_entry("2").revision == 1);
    CHECK(books.get_entry("3").client == other);
    // The draft finds its entry no more and lets it go at its next evaluation.
    const auto of_acme = books.sources.entries_of_client(acme, day(0), day(1000));
    REQUIRE(of_acme.size() == 1);
    CHECK(of_acme[0].ref.id == "1");

    books.give("5", other); // the same again is no change
    CHECK(books.get_entry("1").revision == 2);
    CHECK(books.sources.revisions_of(books.get_entry("1").id).size() == 1);
}

TEST_CASE(
    "facts of an entry on a sent report change, its date and client stay as billed (G10, G11)") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep("tasks", {kept(task("5")), kept(task("6"))});
    books.keep_entries({entry("1", "5", 60)});
    books.give("5", acme);
    books.send(books.add_report(acme), {books.line({books.get_entry("1")})});
    books.keep_entries({entry("1", "6", 90, day(200))});
    const EntryRow row = books.get_entry("1");
    CHECK(row.revision == 2);
    CHECK(row.seconds == 90);
    CHECK(row.day == day(200));
    CHECK(row.work_date == day(100));
    CHECK(row.client == acme);
    CHECK(row.task == books.get_task("6").id);
}
