#include <catch2/catch.hpp>

#include "books/owners.h"
#include "books/unbilled.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/books_world.h"
#include "render/report_view.h"
#include "store/hidden.h"
#include "store/waiting.h"

// Every hour of every client is somewhere that a person can see (rule 8).

using namespace hb;
using domain::TaskStatus;

namespace {

constexpr std::int64_t kHour = 3600;

struct Agency : test::BooksWorld {
    Agency() {
        client = company("1", "Client");
        company("2", "Delta");
        person("1");
        task("1", "1", TaskStatus::InProgress);
        task("2", "1", TaskStatus::InProgress, {"bug"});
        task("3", "2", TaskStatus::InProgress);
        task("4", "", TaskStatus::InProgress);
    }
    void terms(const std::string& rates = R"([{"amount":"90"}])") {
        REQUIRE(
            contract("1", R"("valid_from":"2026-01-01","currency":"BYN","rates":)" + rates).ok());
    }
    void work(const char* id, const char* of, std::int64_t seconds, const char* day,
              const char* words = "work") {
        entry(id, of, "1", seconds, *parse_day(day), words);
    }
    books::UnbilledClient of(const std::string& name) {
        for (auto& row : books::unbilled(books->read()))
            if (row.name == name) return row;
        FAIL("no row of " << name);
        return {};
    }
    std::int64_t draft(const char* from, const char* to) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", "1"};
        filter.from = *parse_day(from);
        filter.to = *parse_day(to);
        return *desk::create(*books, filter, actor)->view.id;
    }
    std::int64_t client = 0;
};

std::int64_t sum(const books::UnbilledClient& row) {
    return row.seconds + row.late_seconds + row.unmapped_seconds + row.not_shown_seconds +
           row.held_seconds + row.long_seconds + row.nonbillable_seconds + row.external_seconds +
           row.written_off_seconds + row.repeated_seconds + row.drafted_seconds +
           row.billed_seconds;
}

} // namespace

TEST_CASE("unbilled puts every second of a client in one place, and they add up (rule 8)") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-04-10"); // sent
    world.work("2", "1", kHour, "2026-05-10"); // drafted
    world.work("3", "1", kHour, "2026-06-10"); // free
    world.work("4", "1", kHour, "2026-07-01"); // free, another month
    world.work("5", "2", kHour, "2026-06-11"); // a bug
    world.work("6", "1", kHour, "2025-12-10"); // before the first terms
    world.settle();
    REQUIRE(desk::send(*world.books, world.draft("2026-04-01", "2026-04-30"), "", false, false,
                       world.actor)
                .ok());
    const auto draft = world.draft("2026-05-01", "2026-05-31");
    world.work("7", "1", kHour, "2026-04-11"); // late
    world.work("8", "1", kHour, "2026-04-12"); // late, written off
    world.settle();
    REQUIRE(
        desk::decide_late(*world.books, "bitrix24:entry:8", "write_off", "goodwill", world.actor)
            .ok());

    const auto row = world.of("Client");
    CHECK(row.terms);
    CHECK(row.draft == draft);
    CHECK(row.seconds == 2 * kHour);
    REQUIRE(row.months.size() == 2);
    CHECK(row.months.at("2026-06").seconds == kHour);
    CHECK(row.months.at("2026-07").amount == 9000);
    CHECK(row.oldest == *parse_day("2026-06-10"));
    CHECK(row.amount == 18000);
    CHECK(row.late_seconds == kHour);
    CHECK(row.written_off_seconds == kHour);
    CHECK(row.nonbillable_seconds == kHour);
    CHECK(row.external_seconds == kHour);
    CHECK(row.drafted_seconds == kHour);
    CHECK(row.billed_seconds == kHour);
    CHECK(sum(row) == row.total_seconds);
    CHECK(row.total_seconds == 8 * kHour);
}

TEST_CASE(
    "unbilled prices each day by its own terms, and says nothing where a rate is missing (G52)") {
    Agency world;
    world.terms();
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-06-01","currency":"BYN",)"
                               R"("rates":[{"amount":"120"}])")
                .ok());
    world.work("1", "1", kHour, "2026-05-10");
    world.work("2", "1", kHour, "2026-06-10");
    world.settle();
    CHECK(world.of("Client").amount == 9000 + 12000);
    world.project("7", "Website");
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-07-01","currency":"BYN",)"
                               R"("rates":[{"project":"bitrix24:group:7","amount":"90"}])")
                .ok());
    world.work("3", "1", kHour, "2026-07-01"); // of no project
    world.settle();
    CHECK(world.of("Client").seconds == 3 * kHour);
    CHECK_FALSE(world.of("Client").amount.has_value());
}

TEST_CASE(
    "terms of next year in another currency take no money from what is unbilled today (G52)") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-06-10");
    world.settle();
    REQUIRE(world
                .contract("1", R"("valid_from":"2027-01-01","currency":"EUR",)"
                               R"("rates":[{"amount":"40"}])")
                .ok());
    CHECK(world.of("Client").amount == 9000);
    CHECK(world.of("Client").currency.code == "BYN");
    world.work("2", "1", kHour, "2027-01-05"); // in both: no sum has a currency
    world.settle();
    CHECK_FALSE(world.of("Client").amount.has_value());
}

TEST_CASE("a client without terms is named with its hours, in check and in a batch (point 7)") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-06-10");
    world.work("2", "3", 2 * kHour, "2026-06-11");
    world.work("3", "4", 3 * kHour, "2026-06-12");
    world.settle();
    const auto delta = world.of("Delta");
    CHECK_FALSE(delta.terms);
    CHECK(delta.seconds == 2 * kHour);
    CHECK_FALSE(delta.amount.has_value());
    CHECK(sum(delta) == delta.total_seconds);
    const auto nobody = world.of("");
    CHECK_FALSE(nobody.ref.has_value());
    CHECK(nobody.unmapped_seconds == 3 * kHour);

    const auto without = books::clients_without_terms(world.books->read());
    REQUIRE(without.size() == 1);
    CHECK(without.front().name == "Delta");
    CHECK(without.front().seconds == 2 * kHour);

    const auto batch = desk::batch(
        *world.books, {*parse_day("2026-06-01"), *parse_day("2026-06-30")}, world.actor);
    REQUIRE(batch.size() == 2);
    CHECK(batch[0].outcome == "made");
    CHECK(batch[1].name == "Delta");
    CHECK(batch[1].outcome == "no terms");
    CHECK(
        desk::batch(*world.books, {*parse_day("2026-04-01"), *parse_day("2026-04-30")}, world.actor)
            .size() == 1);
    CHECK(world.books->meters.of(books::kClientsWithoutTerms).at("") == 1);
    CHECK(world.books->meters.of(books::kSecondsWithoutTerms).at("") == 2 * kHour);
}

TEST_CASE("a dry run shows the report, stores nothing and reserves nothing") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-06-10");
    world.settle();
    domain::Filter filter;
    filter.company = {"bitrix24", "company", "1"};
    filter.from = *parse_day("2026-06-01");
    filter.to = *parse_day("2026-06-30");
    const auto events = world.tables->events.since(0, 1000).size();
    const auto shown = world.books->preview(filter, world.actor);
    REQUIRE(shown.ok());
    CHECK_FALSE(shown->view.id.has_value());
    CHECK(shown->view.totals.total == 9000);
    CHECK(shown->exit_code == 0);
    CHECK(world.tables->reports.drafts().empty());
    CHECK(world.tables->events.since(0, 1000).size() == events);
    REQUIRE(desk::create(*world.books, filter, world.actor).ok());
    CHECK(world.books->preview(filter, world.actor)->exit_code == 4); // all of it is held
}

TEST_CASE("a filter that names an unknown project or work type is refused with the known ones") {
    Agency world;
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-01-01","currency":"BYN",)"
                               R"("work_types":[{"tag":"design","type":"design"},)"
                               R"({"tag":"bug","type":"bug"}],"rates":[{"amount":"90"}])")
                .ok());
    domain::Filter filter;
    filter.company = {"bitrix24", "company", "1"};
    filter.from = *parse_day("2026-06-01");
    filter.to = *parse_day("2026-06-30");
    filter.work_type = "desing";
    auto refused = desk::create(*world.books, filter, world.actor);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::NotFound);
    CHECK(refused.error().hint == "known: bug, design");
    filter.work_type = "Design"; // without case
    CHECK(desk::create(*world.books, filter, world.actor).ok());
    filter.projects = {{"bitrix24", "group", "99999"}};
    refused = world.books->preview(filter, world.actor);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::NotFound);
    CHECK(refused.error().message.find("99999") != std::string::npos);
}

namespace {

// What guards hold, put there as a pull puts it.
struct Guarded : Agency {
    void wait(const std::string& stream, const std::string& id, domain::MoneyField field) {
        store::Tx tx(*db);
        store::Waiting waiting(*db);
        waiting.put(
            {0, 1, {stream, id, "{}", "newer " + id}, clock.now(), false, {{field, "was", ""}}});
        for (const auto& row : waiting.of_stream(1, stream)) waiting.set_asked(row.id, true);
        tx.commit();
    }
    void hide(const std::string& stream, const std::string& id) {
        store::Tx tx(*db);
        store::Hidden(*db).add(1, stream, {id}, domain::NotShown::Rights, clock.now());
        tx.commit();
    }
    void linked_by_deal() {
        domain::SourceTask by_deal;
        by_deal.id = "5";
        by_deal.title = "By a deal";
        by_deal.status = TaskStatus::InProgress;
        by_deal.links = {{"company", "1"}, {"deal", "31"}};
        task(by_deal);
    }
    std::int64_t metric(const char* why) {
        for (const auto& [label, value] : books->meters.of(books::kSecondsHeld))
            if (label.find(why) != std::string::npos) return value;
        return -1;
    }
};

} // namespace

TEST_CASE("what guards hold has its own places: values that wait, what is not shown, what is long; "
          "all places of a client add up to its time (rules 1, 8; G46, G48, G54)") {
    Guarded world;
    world.terms();
    world.linked_by_deal();
    world.work("1", "1", kHour, "2026-06-01");       // free
    world.work("2", "1", 2 * kHour, "2026-06-02");   // its own values wait
    world.work("3", "2", 3 * kHour, "2026-06-03");   // its task waits, and it is a bug
    world.work("4", "5", 4 * kHour, "2026-06-04");   // its deal waits
    world.work("5", "1", 5 * kHour, "2026-06-05");   // not shown
    world.work("6", "1", 30 * kHour, "2026-06-06");  // long: pending until somebody accepts it
    world.work("7", "1", 7 * kHour, "2026-06-07");   // not shown, and a person keeps it
    world.work("8", "1", 8 * kHour, "2026-06-08");   // not shown and waiting: one place only
    world.work("9", "3", 9 * kHour, "2026-06-09");   // of another client
    world.work("10", "4", 10 * kHour, "2026-06-10"); // of none
    world.wait("entries", "2", domain::MoneyField::EntryTags);
    world.wait("entries", "8", domain::MoneyField::EntryTags);
    world.wait("tasks", "2", domain::MoneyField::TaskTags);
    world.wait("deals", "31", domain::MoneyField::DealCompany);
    for (const char* id : {"5", "7", "8"}) world.hide("entries", id);
    {
        store::Tx tx(*world.db);
        REQUIRE(store::Hidden(*world.db).keep(1, "entries", "7", "it stays", "test"));
        tx.commit();
    }
    world.settle();

    const auto row = world.of("Client");
    CHECK(row.seconds == 8 * kHour); // 1 and 7
    CHECK(row.held_seconds == 9 * kHour);
    CHECK(row.not_shown_seconds == 13 * kHour);
    CHECK(row.long_seconds == 30 * kHour);
    CHECK(row.nonbillable_seconds == 0); // nobody knows whether it is still a bug
    CHECK(sum(row) == row.total_seconds);
    CHECK(row.total_seconds == 60 * kHour);
    CHECK(sum(world.of("Delta")) == 9 * kHour);
    CHECK(sum(world.of("")) == 10 * kHour);

    const auto held = books::held_time(world.books->read());
    REQUIRE(held.size() == 1);
    CHECK(held[0].name == "Client");
    CHECK(held[0].held_seconds == 9 * kHour);
    CHECK(held[0].not_shown_seconds == 13 * kHour);
    CHECK(held[0].long_seconds == 30 * kHour);
    CHECK(world.metric("values") == 9 * kHour);
    CHECK(world.metric("not_shown") == 13 * kHour);
    CHECK(world.metric("long") == 30 * kHour);

    // A person decides: each second goes to where it belongs, and none is lost.
    REQUIRE(desk::accept_long(*world.books, "bitrix24:entry:6", "a week", world.actor).ok());
    {
        store::Tx tx(*world.db);
        for (const char* stream : {"entries", "tasks", "deals"})
            store::Waiting(*world.db).drop(1, stream, {"2", "8", "31"});
        store::Hidden(*world.db).drop(1, "entries", {"5", "8"});
        tx.commit();
    }
    world.settle();
    const auto after = world.of("Client");
    CHECK(after.held_seconds + after.not_shown_seconds + after.long_seconds == 0);
    CHECK(after.nonbillable_seconds == 3 * kHour);
    CHECK(after.seconds == 57 * kHour);
    CHECK(sum(after) == row.total_seconds);
    CHECK(books::held_time(world.books->read()).empty());
    CHECK(world.metric("values") == 0);
}

TEST_CASE("a company that may be one's own now: all time of that client is held (G46)") {
    Guarded world;
    world.terms();
    world.work("1", "1", kHour, "2026-06-01");
    world.work("2", "3", kHour, "2026-06-01");
    world.wait("companies", "1", domain::MoneyField::CompanyOwn);
    world.settle();
    CHECK(world.of("Client").held_seconds == kHour);
    CHECK(world.of("Delta").held_seconds == 0);
}

TEST_CASE("what pulls take from time that is on no report is shown for 31 days, client by client, "
          "until it is back (G47)") {
    Guarded world;
    world.terms();
    world.work("1", "1", 2 * kHour, "2026-06-01");
    world.work("2", "1", 3 * kHour, "2026-06-02");
    world.work("3", "1", 4 * kHour, "2026-06-03");
    world.work("4", "1", 5 * kHour, "2026-06-04");
    world.work("5", "3", 6 * kHour, "2026-06-05"); // Delta: without terms
    world.work("6", "1", kHour + 60, "2026-06-06");
    world.settle();
    CHECK_FALSE(world.of("Client").taken_away);
    CHECK(books::taken_away(world.books->read()).empty());

    world.gone("entries", "1");                          // disappeared
    world.work("2", "2", 3 * kHour, "2026-06-02");       // free work now
    world.work("3", "3", 4 * kHour, "2026-06-03");       // another client's
    world.work("4", "1", 5 * kHour - 600, "2026-06-04"); // an edit
    world.task("3", "", TaskStatus::InProgress);         // nobody's
    world.clock.advance(std::chrono::hours{1});
    world.settle();
    const auto row = world.of("Client");
    REQUIRE(row.taken_away);
    CHECK(row.taken_away->lost.seconds == 9 * kHour);
    CHECK(row.taken_away->lost.amount == 9 * 9000);
    CHECK(row.taken_away->entries == 3);
    CHECK(sum(row) == row.total_seconds); // no part of what is there
    REQUIRE(world.of("Delta").taken_away);
    CHECK(world.of("Delta").taken_away->lost.seconds == 6 * kHour);
    CHECK(world.of("Delta").total_seconds == 0); // all of it is gone, and the client is still named
    const auto named = books::taken_away(world.books->read());
    REQUIRE(named.size() == 2);
    CHECK(named[0].name == "Client");

    // It comes back: nothing was taken.
    world.clock.advance(std::chrono::hours{1});
    world.work("1", "1", 2 * kHour, "2026-06-01", "again");
    world.work("2", "1", 3 * kHour, "2026-06-02");
    world.task("3", "2", TaskStatus::InProgress);
    world.settle();
    CHECK(world.of("Client").taken_away->lost.seconds == 4 * kHour);
    CHECK_FALSE(world.of("Delta").taken_away);

    // A month later nobody is reminded of the rest.
    world.clock.advance(std::chrono::days{31});
    world.settle();
    CHECK_FALSE(world.of("Client").taken_away);
}

TEST_CASE("tags of a task that make its free time free work, and a project that goes, are losses; "
          "a person's decision and a bill are none (G47)") {
    Guarded world;
    world.terms();
    world.work("1", "1", 2 * kHour, "2026-06-01");
    world.work("2", "1", 3 * kHour, "2026-05-02");
    world.settle();
    // Billed since: what happens to it is the report's.
    const auto report = world.draft("2026-05-01", "2026-05-31");
    REQUIRE(desk::send(*world.books, report, "", false, false, world.actor).ok());
    world.task("1", "1", TaskStatus::InProgress, {"bug"});
    world.settle();
    REQUIRE(world.of("Client").taken_away);
    CHECK(world.of("Client").taken_away->lost.seconds == 2 * kHour);
    CHECK(world.of("Client").taken_away->entries == 1);
    world.task("1", "1", TaskStatus::InProgress);
    world.settle();
    CHECK_FALSE(world.of("Client").taken_away);

    // A link by hand moves it to another client, because somebody says so.
    REQUIRE(desk::set_link(*world.books, "bitrix24:task:1", "bitrix24:company:2", std::nullopt,
                           world.actor)
                .ok());
    world.settle();
    CHECK_FALSE(world.of("Client").taken_away);
    CHECK(world.of("Delta").seconds == 2 * kHour);
}

TEST_CASE("time that came late and time that simply was not billed yet are told apart (G2)") {
    Agency world;
    world.terms();
    world.work("1", "1", kHour, "2026-05-05");
    world.work("2", "1", 2 * kHour, "2026-06-05");
    world.settle();
    const auto june = world.draft("2026-06-01", "2026-06-30");
    REQUIRE(desk::send(*world.books, june, "", false, false, world.actor).ok());
    world.work("3", "1", 3 * kHour, "2026-06-06"); // after June went out
    world.work("4", "1", 4 * kHour, "2026-07-01");
    world.settle();
    const auto view = world.books->show(world.draft("2026-07-01", "2026-07-31")).value();
    std::map<std::string, std::string> why;
    for (const auto& row : view.late) why[row.ref] = row.why;
    CHECK(why == std::map<std::string, std::string>{{"bitrix24:entry:1", "earlier"},
                                                    {"bitrix24:entry:3", "sent_period"}});
    const std::string text = render::report_text(view);
    const auto late = text.find("Late: not on this report until you decide");
    const auto earlier = text.find("Not billed yet, from before this period: 1:00 h");
    REQUIRE(late != std::string::npos);
    REQUIRE(earlier != std::string::npos);
    CHECK(text.find("bitrix24:entry:3", late) < earlier);
    CHECK(text.find("bitrix24:entry:1", late) > earlier);
    // The tray holds what waits for a decision, and each second of both has its place.
    const auto row = world.of("Client");
    CHECK(row.late_seconds == 3 * kHour);
    CHECK(row.seconds == kHour);
    CHECK(sum(row) == row.total_seconds);
}

TEST_CASE("a record that can't be read is a warning for the client of its task alone") {
    Agency world;
    world.terms();
    REQUIRE(world
                .contract("2", R"("valid_from":"2026-01-01","currency":"BYN",
                                  "rates":[{"amount":"90"}])")
                .ok());
    world.work("1", "1", kHour, "2026-06-05");
    world.work("2", "3", kHour, "2026-06-05");
    world.settle();
    const auto mine = world.draft("2026-06-01", "2026-06-30");
    domain::Filter filter;
    filter.company = {"bitrix24", "company", "2"};
    filter.from = *parse_day("2026-06-01");
    filter.to = *parse_day("2026-06-30");
    const auto other = *desk::create(*world.books, filter, world.actor)->view.id;
    const auto warned = [&](std::int64_t report) {
        const auto view = world.books->show(report).value();
        return std::any_of(view.warnings.begin(), view.warnings.end(),
                           [](const auto& warning) { return warning.code == "unmapped"; });
    };
    CHECK_FALSE(warned(mine));
    {
        books::Step step = world.books->begin();
        const auto& remote = *world.books->remotes.front();
        const store::Sources::Keep context{remote.row.id, "entries", 0, 1, 1, step.now()};
        const domain::SourceRecord record{
            "entries", "9", R"({"ID":"9","TASK_ID":"3","SECONDS":"a while","USER_ID":"1"})", "h"};
        step->sources.keep(context, {{record, std::nullopt, "at /SECONDS: expected a number"}}, {},
                           books::calendar_lookup(step), {});
        step.put_off(remote);
    }
    world.settle();
    CHECK_FALSE(warned(mine));
    CHECK(warned(other));
}
