// One hour told by two planners is one hour on the bill (rule 7).
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "books/aliases.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/books_world.h"
#include "store/verify.h"

using namespace hb;
using domain::Ref;
using test::BooksWorld;

namespace {

Day june(int day) {
    return *parse_day("2026-06-01") + std::chrono::days{day - 1};
}

// A client with a task in Bitrix24 and one in Kimai, and a worker who has an account in both.
struct Twins {
    Twins() {
        client = world.company("1", "Client");
        REQUIRE(world
                    .contract("1", R"("valid_from":"2026-02-01","currency":"BYN",)"
                                   R"("rates":[{"amount":"90.00"}])")
                    .ok());
        for (const char* planner : {"bitrix24", "kimai"}) {
            world.planner(planner);
            world.person("1");
            world.person("2");
            world.task("1", planner == std::string("kimai") ? "" : "1",
                       domain::TaskStatus::InProgress);
        }
        link("kimai:task:1", "bitrix24:company:1");
        link("kimai:user:1", "bitrix24:user:1");
        world.settle();
    }
    void link(const std::string& what, const std::string& whose) {
        const auto done = desk::set_link(*world.books, what, whose, {}, world.actor);
        if (!done) UNSCOPED_INFO(to_string(done.error()));
        REQUIRE(done.ok());
    }
    void log(const std::string& planner, const std::string& id, std::int64_t seconds, Day day,
             const std::string& text, const std::string& person = "1") {
        world.planner(planner);
        world.entry(id, "1", person, seconds, day, text);
        world.settle();
    }
    std::string told(bool all = false) {
        std::string out;
        for (const auto& one : books::aliases(world.books->read(), all))
            out += one.entry + " = " + one.same_as + " " + one.row.decision + "\n";
        return out;
    }
    std::int64_t draft() {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", "1"};
        filter.from = june(1);
        filter.to = june(30);
        const auto created = desk::create(*world.books, filter, world.actor);
        REQUIRE(created.ok());
        return created->view.id.value_or(0);
    }
    std::int64_t worked(std::int64_t report) {
        return world.tables->reports.find(report)->worked_seconds;
    }
    Status decide(const std::string& entry, const std::string& other, bool same) {
        return books::decide_alias(*world.books, *domain::parse_ref(entry),
                                   *domain::parse_ref(other), same, "known", world.actor);
    }
    std::string verify() {
        std::string out;
        for (const auto& check : store::verify_books(*world.db))
            if (!check.ok) out += check.name + ": " + check.detail + "\n";
        return out;
    }
    BooksWorld world;
    std::int64_t client = 0;
};

} // namespace

TEST_CASE("the same time in two planners is proposed as one, and only one is in a draft (rule 7)") {
    Twins twins;
    twins.log("bitrix24", "10", 3600, june(10), "call with the client");
    twins.log("kimai", "20", 3600, june(10), "Call with the client");
    twins.log("kimai", "21", 1800, june(10), "layout of the menu"); // work of its own
    CHECK(twins.told() == "kimai:entry:20 = bitrix24:entry:10 proposed\n");
    const auto report = twins.draft();
    CHECK(twins.worked(report) == 5400);
    const auto view = twins.world.books->show(report);
    REQUIRE(view.ok());
    bool warned = false, listed = false;
    for (const auto& warning : view->warnings) warned = warned || warning.code == "may_repeat";
    for (const auto& row : view->excluded)
        listed =
            listed || (row.entry == "kimai:entry:20" && row.why == "may repeat bitrix24:entry:10");
    CHECK(warned);
    CHECK(listed);

    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", false).ok());
    CHECK(twins.told().empty());
    CHECK(twins.told(true) == "kimai:entry:20 = bitrix24:entry:10 different\n");
    CHECK(twins.worked(report) == 9000); // both, since a person said so
    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", true).ok());
    CHECK(twins.worked(report) == 5400);
    CHECK(twins.verify() == "");
}

TEST_CASE("what was sent stays, and its twin is never billed after it (rule 7)") {
    Twins twins;
    twins.log("kimai", "20", 3600, june(10), "call");
    const auto report = twins.draft();
    const auto print = twins.world.books->fingerprint(report);
    REQUIRE(desk::send(*twins.world.books, report, print, false, false, twins.world.actor).ok());
    // The CRM's own entry would go before, but the other one is on a bill.
    twins.log("bitrix24", "10", 3600, june(10), "call");
    CHECK(twins.told() == "bitrix24:entry:10 = kimai:entry:20 proposed\n");
    CHECK(twins.draft() == 0);
    const auto wrong = twins.decide("kimai:entry:20", "bitrix24:entry:10", true);
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().message.find("which was sent") != std::string::npos);
    REQUIRE(twins.decide("bitrix24:entry:10", "kimai:entry:20", true).ok());
    CHECK(twins.world.books->late(twins.client, false).empty());
    CHECK(twins.verify() == "");
}

TEST_CASE("two people, two clients or two days are not one piece of work (rule 7)") {
    Twins twins;
    twins.log("bitrix24", "10", 3600, june(10), "call");
    twins.log("kimai", "20", 3600, june(10), "call", "2"); // nobody said that they are one person
    twins.log("kimai", "21", 3600, june(11), "call");
    CHECK(twins.told().empty());
    twins.link("kimai:user:2", "bitrix24:user:1"); // at once, not with the next pull
    CHECK(twins.told() == "kimai:entry:20 = bitrix24:entry:10 proposed\n");
}

TEST_CASE("time that a link gives to a client is compared before a draft can take it (rule 7)") {
    Twins twins;
    REQUIRE(desk::remove_link(*twins.world.books, "kimai:task:1", twins.world.actor).ok());
    twins.log("bitrix24", "10", 3600, june(10), "call");
    twins.log("kimai", "20", 3600, june(10), "call");
    CHECK(twins.told().empty()); // nobody's yet
    twins.link("kimai:task:1", "bitrix24:company:1");
    CHECK(twins.told() == "kimai:entry:20 = bitrix24:entry:10 proposed\n");
    CHECK(twins.worked(twins.draft()) == 3600);
}

namespace {

// Two accounts of one person, each with the same hour, billed before anybody said who they are.
struct Billed : Twins {
    std::int64_t report = 0;
    explicit Billed(bool agreed) {
        log("bitrix24", "10", 3600, june(10), "call");
        log("kimai", "20", 3600, june(10), "call", "2");
        report = draft();
        CHECK(worked(report) == 7200);
        auto& books = *world.books;
        REQUIRE(
            desk::send(books, report, books.fingerprint(report), false, false, world.actor).ok());
        if (agreed) REQUIRE(desk::agree(books, report, "", world.actor).ok());
        world.settle();
        CHECK(told().empty());
        link("kimai:user:2", "bitrix24:user:1");
    }
    std::string late() {
        std::string out;
        for (const auto& row : world.books->late(client, false))
            out += row.ref + " " + std::to_string(row.seconds) + " s " + row.amount + " " +
                   row.why + "; ";
        return out;
    }
};

} // namespace

TEST_CASE("what was sent twice is shown, and a decision corrects the bill, never its revision "
          "(rules 7, 10, 19)") {
    Billed twins(true);
    const auto rows = books::aliases(twins.world.books->read(), false);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].entry == "kimai:entry:20");
    CHECK(rows[0].same_as == "bitrix24:entry:10");
    CHECK(rows[0].report == twins.report);
    CHECK(rows[0].same_as_report == twins.report);
    CHECK(twins.late().empty()); // only shown
    twins.world.settle();
    CHECK(twins.late().empty());

    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", true).ok());
    CHECK(twins.late() == "adjustment:1 -3600 s -90.00 repeats bitrix24:entry:10, 1:00 -> 0:00; ");
    CHECK(twins.worked(twins.report) == 7200); // frozen
    CHECK(twins.verify() == "");
    CHECK(twins.told().empty());

    // Said otherwise before the correction was decided: nothing is left of it.
    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", false).ok());
    CHECK(twins.late().empty());
    CHECK(twins.told().empty()); // never proposed again
    CHECK(twins.verify() == "");

    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", true).ok());
    REQUIRE(desk::decide_late(*twins.world.books, "adjustment:2", "next_report", "twice",
                              twins.world.actor)
                .ok());
    twins.log("bitrix24", "11", 7200, june(20), "layout of the shop");
    CHECK(twins.late().find("adjustment") == std::string::npos);
    CHECK(twins.verify() == "");
    twins.world.settle();
    CHECK(twins.late().find("adjustment") == std::string::npos); // once (rule 26)
    // The one that stayed is deleted: its bill is corrected, and the other was no repetition.
    twins.world.planner("bitrix24");
    twins.world.gone("entries", "10");
    twins.world.settle();
    CHECK(twins.late().find("-3600 s -90.00 deleted in its planner") != std::string::npos);
    CHECK(twins.late().find("3600 s 90.00 0:00 -> 1:00") != std::string::npos);
    CHECK(twins.verify() == "");
}

TEST_CASE("a report that was only sent drifts, and recalled it bills the time once (rules 7, 19)") {
    Billed twins(false);
    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", true).ok());
    CHECK(twins.world.tables->reports.find(twins.report)->drifted);
    CHECK(twins.verify() == "");
    REQUIRE(desk::recall(*twins.world.books, twins.report, twins.world.actor).ok());
    twins.world.settle();
    CHECK(twins.worked(twins.report) == 3600);
    CHECK(twins.verify() == "");
}

TEST_CASE("an alias ends with the time that it repeats: nothing is lost (rule 7)") {
    Twins twins;
    twins.log("bitrix24", "10", 3600, june(10), "call");
    twins.log("kimai", "20", 3600, june(10), "call");
    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", true).ok());
    const auto report = twins.draft();
    CHECK(twins.worked(report) == 3600);
    twins.world.planner("bitrix24");
    twins.world.gone("entries", "10");
    twins.world.settle();
    CHECK(twins.told(true).empty());
    CHECK(twins.worked(report) == 3600); // the other one now
    CHECK(twins.verify() == "");
}

TEST_CASE("no chains and no circles of aliases (rule 7)") {
    Twins twins;
    twins.log("bitrix24", "10", 3600, june(10), "call");
    twins.log("bitrix24", "11", 3600, june(11), "layout");
    twins.log("kimai", "20", 3600, june(10), "call");
    REQUIRE(twins.decide("kimai:entry:20", "bitrix24:entry:10", true).ok());
    for (const auto& [entry, other] : {std::pair{"bitrix24:entry:10", "kimai:entry:20"},
                                       std::pair{"bitrix24:entry:10", "bitrix24:entry:11"},
                                       std::pair{"bitrix24:entry:11", "kimai:entry:20"},
                                       std::pair{"kimai:entry:20", "bitrix24:entry:11"},
                                       std::pair{"kimai:entry:20", "kimai:entry:20"}}) {
        INFO(entry << " = " << other);
        const auto refused = twins.decide(entry, other, true);
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == Code::Conflict);
    }
    CHECK(twins.decide("bitrix24:entry:77", "kimai:entry:20", true).error().code == Code::NotFound);
    // By hand, for what does not look alike.
    REQUIRE(twins.decide("bitrix24:entry:11", "bitrix24:entry:10", true).ok());
    CHECK(twins.verify() == "");
}

TEST_CASE("random months in two planners: no piece of work stands on two bills (rule 7)") {
    const char* given = std::getenv("HB_SEED");
    const auto seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "aliases: HB_SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const char* texts[] = {"call", "layout", "call about layout", ""};
    int proposed = 0;
    for (int round = 0; round < 20; ++round) {
        Twins twins;
        for (int step = 0; step < 30; ++step) {
            twins.world.clock.advance(std::chrono::minutes{5});
            const int what = pick(10);
            const std::string planner = pick(2) ? "kimai" : "bitrix24";
            if (what < 6) {
                twins.log(planner, std::to_string(1 + pick(12)), 900 * (1 + pick(2)),
                          june(1 + pick(3)), texts[pick(4)]);
            } else if (what == 6) {
                twins.world.planner(planner);
                twins.world.gone("entries", std::to_string(1 + pick(12)));
                twins.world.settle();
            } else if (what == 7 && pick(3) == 0) {
                // Who they are is said after some of it was billed.
                if (pick(2))
                    (void)desk::remove_link(*twins.world.books, "kimai:user:1", twins.world.actor);
                else
                    twins.link("kimai:user:1", "bitrix24:user:1");
            } else if (what == 7) {
                for (const auto& one : books::aliases(twins.world.books->read(), false))
                    if (pick(2)) REQUIRE(twins.decide(one.entry, one.same_as, pick(2) == 0).ok());
            } else if (const auto report = twins.draft(); report != 0 && what == 9) {
                const auto print = twins.world.books->fingerprint(report);
                (void)desk::send(*twins.world.books, report, print, true, true, twins.world.actor);
            }
            INFO("seed " << seed << ", round " << round << ", step " << step);
            REQUIRE(twins.verify() == "");
            for (const auto& one : books::aliases(twins.world.books->read(), true)) {
                if (one.row.decision == "different") continue;
                ++proposed;
                const auto entry = twins.world.tables->sources.find_entry(one.row.entry);
                if (!entry->live_report) continue;
                // Only what became alike after it was sent may stand on a bill beside its twin.
                CHECK(twins.world.tables->reports.find(*entry->live_report)->state !=
                      domain::State::Draft);
            }
        }
    }
    CHECK(proposed > 100);
}
