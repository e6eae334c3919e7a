// Billed time that changes afterwards, through the books: what is open, what a decision makes of
// it, and what the reports then say (G10, rules 1, 11, 17, 19-23, 26).
#include <catch2/catch.hpp>

#include "base/text.h"
#include "books/evidence.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/books_world.h"

using namespace hb;
using domain::TaskStatus;
using test::BooksWorld;

namespace {

const char* kTerms = R"("valid_from":"2026-01-01","currency":"BYN","rates":[{"amount":"90.00"}])";

Day day(const std::string& text) {
    return *parse_day(text);
}

// Client 1 with tasks 1 and 2 at 90.00, client 2 with task 3 at 120.00; June is billed.
struct June : BooksWorld {
    std::int64_t report = 0;

    explicit June(const std::string& terms = kTerms) {
        company("1", "First");
        company("2", "Second");
        person("1");
        person("2");
        task("1", "1", TaskStatus::InProgress);
        task("2", "1", TaskStatus::InProgress);
        task("3", "2", TaskStatus::InProgress);
        REQUIRE(contract("1", terms).ok());
        REQUIRE(contract("2", R"("valid_from":"2026-01-01","currency":"BYN",)"
                              R"("rates":[{"amount":"120.00"}])")
                    .ok());
    }
    void put(const std::string& id, const std::string& task, std::int64_t seconds,
             const std::string& date = "2026-06-10", const std::string& person = "1") {
        entry(id, task, person, seconds, day(date));
        settle();
    }
    std::int64_t draft(const std::string& client, const std::string& from, const std::string& to) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", client};
        filter.from = day(from);
        filter.to = day(to);
        const auto created = desk::create(*books, filter, actor);
        if (!created) UNSCOPED_INFO(to_string(created.error()));
        REQUIRE(created.ok());
        return created->view.id.value_or(0);
    }
    void invoice(std::int64_t id) {
        const auto sent = desk::send(*books, id, "", false, false, actor);
        if (!sent) UNSCOPED_INFO(to_string(sent.error()));
        REQUIRE(sent.ok());
        REQUIRE(desk::agree(*books, id, "", actor).ok());
        REQUIRE(books::confirm_invoiced(*books, id, deal(id)));
    }
    void bill_june() {
        report = draft("1", "2026-06-01", "2026-06-30");
        invoice(report);
    }
    std::string late() {
        std::string out;
        for (const auto& row : books->late(std::nullopt, false))
            out += (out.empty() ? "" : "; ") + std::to_string(row.seconds) + " s " + row.amount +
                   " " + row.why;
        return out;
    }
    Status decide(const std::string& decision) {
        const auto rows = books->late(std::nullopt, false);
        REQUIRE(rows.size() == 1);
        return desk::decide_late(*books, rows[0].ref, decision, "a reason", actor);
    }
    std::string lines(std::int64_t id, bool reasons = false) {
        const auto row = *tables->reports.find(id);
        std::string out;
        for (const auto& line : tables->reports.lines(id, store::counting_revision(row)))
            out += (out.empty() ? "" : "; ") + line.line.kind + " " + line.line.task_ref.id + " " +
                   std::to_string(line.line.worked_seconds) + " s " +
                   domain::format_amount(line.line.amount, *domain::find_currency(row.currency)) +
                   (line.line.billable ? "" : " free") + (reasons ? ": " + line.line.reason : "");
        return out;
    }
    std::string verify() {
        std::string out;
        for (const auto& check : store::verify_books(*db))
            if (!check.ok) out += check.name + ": " + check.detail + "\n";
        return out;
    }
    std::optional<std::int64_t> holder(const std::string& id) {
        return tables->sources.find_entry(domain::Ref{"bitrix24", "entry", id})->live_report;
    }
};

} // namespace

TEST_CASE("time moved to another task after billing is open as 0 seconds and 0.00, and becomes a "
          "pair of lines that costs nothing (G10, rule 21)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "2", 3600);
    CHECK(world.late() == "0 s 0.00 task bitrix24:task:1 -> bitrix24:task:2");
    CHECK(world.holder("1") == world.report);

    const auto id = [&](const char* task) {
        return world.tables->sources.find_task(domain::Ref{"bitrix24", "task", task})->id;
    };
    // G1: both tasks are under an adjustment, until it stands on a report.
    CHECK(world.tables->reports.tasks_being_corrected() == std::set{id("1"), id("2")});
    REQUIRE(world.decide("next_report").ok());
    CHECK(world.tables->reports.tasks_being_corrected() == std::set{id("1"), id("2")});
    CHECK(world.late() == "");
    const auto july = world.draft("1", "2026-07-01", "2026-07-31");
    CHECK(world.tables->reports.tasks_being_corrected().empty());
    CHECK(world.lines(july, true) ==
          "adjustment 1 -3600 s -90.00: correction of 2026-0001: task bitrix24:task:1 -> "
          "bitrix24:task:2; adjustment 2 3600 s 90.00: correction of 2026-0001: task "
          "bitrix24:task:1 -> bitrix24:task:2");
    CHECK(world.tables->reports.find(july)->total == 0);
    CHECK(world.lines(world.report) == "work 1 3600 s 90.00"); // rule 11
    CHECK(world.holder("1") == world.report);                  // rule 17
    CHECK(world.verify() == "");
    world.settle();
    CHECK(world.late() == ""); // rule 26
    world.invoice(july);
    CHECK(world.verify() == "");
}

TEST_CASE(
    "time moved to another client goes back to the first at what it was billed, and is billed "
    "to the other by its own terms; neither reads of the other (G10, rules 5, 8, 22, 56)") {
    June world;
    world.put("1", "1", 3600);
    world.put("2", "1", 3600, "2026-06-11");
    world.bill_june();
    world.put("1", "3", 3600);
    CHECK(world.late() == "0 s 0.00 task bitrix24:task:1 -> bitrix24:task:3, client "
                          "bitrix24:company:1 -> bitrix24:company:2");
    REQUIRE(world.decide("next_report").ok());
    world.put("3", "1", 7200, "2026-07-02");
    const auto july = world.draft("1", "2026-07-01", "2026-07-31");
    const auto other = world.draft("2", "2026-07-01", "2026-07-31");
    CHECK(world.lines(july, true) ==
          "adjustment 1 -3600 s -90.00: correction of 2026-0001: this time belongs to another "
          "client; work 1 7200 s 180.00: ");
    CHECK(world.lines(other, true) ==
          "adjustment 3 3600 s 120.00: moved here; it was first booked elsewhere");
    world.invoice(july);
    world.invoice(other);
    CHECK(world.verify() == "");
    // The first client paid for two hours of June and one of them went back: one stays.
    CHECK(world.tables->reports.find(july)->total == 9000);
    CHECK(world.tables->reports.find(other)->total == 12000);
}

TEST_CASE("a task that gets another company takes its billed time along, and back (G10, G13)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.task("1", "2", TaskStatus::InProgress);
    world.settle();
    CHECK(world.late() == "0 s 0.00 client bitrix24:company:1 -> bitrix24:company:2");
    world.task("1", "1", TaskStatus::InProgress);
    world.settle();
    CHECK(world.late() == ""); // nothing is left to decide
    world.task("1", "2", TaskStatus::InProgress);
    world.settle();
    REQUIRE(world.decide("next_report").ok());
    world.task("1", "1", TaskStatus::InProgress);
    world.settle();
    CHECK(world.late() == "0 s 0.00 client bitrix24:company:2 -> bitrix24:company:1");
    REQUIRE(world.decide("next_report").ok());
    // There and back: both clients have two lines that add up to nothing.
    const auto first = world.draft("1", "2026-07-01", "2026-07-31");
    const auto second = world.draft("2", "2026-07-01", "2026-07-31");
    CHECK(world.lines(first) == "adjustment 1 -3600 s -90.00; adjustment 1 3600 s 90.00");
    CHECK(world.lines(second) == "adjustment 1 3600 s 120.00; adjustment 1 -3600 s -120.00");
    CHECK(world.verify() == "");
}

TEST_CASE("time that moves again after a decision is taken from where it was put (rules 1, 21)") {
    June world;
    world.task("4", "1", TaskStatus::InProgress);
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "2", 3600);
    REQUIRE(world.decide("next_report").ok());
    world.invoice(world.draft("1", "2026-07-01", "2026-07-31"));
    world.put("1", "4", 5400);
    CHECK(world.late() == "1800 s 45.00 1:00 -> 1:30, task bitrix24:task:2 -> bitrix24:task:4");
    REQUIRE(world.decide("next_report").ok());
    const auto august = world.draft("1", "2026-08-01", "2026-08-31");
    CHECK(world.lines(august) == "adjustment 2 -3600 s -90.00; adjustment 4 5400 s 135.00");
    world.invoice(august);
    world.put("1", "4", 1800);
    CHECK(world.late() == "-3600 s -90.00 1:30 -> 0:30");
    REQUIRE(world.decide("next_report").ok());
    world.put("1", "1", 1800); // home again
    CHECK(world.late() == "0 s 0.00 task bitrix24:task:4 -> bitrix24:task:1");
    CHECK(world.verify() == "");
}

TEST_CASE("a change of person or date is a pair on its own task (G10)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "1", 3600, "2026-06-12", "2");
    CHECK(world.late() == "0 s 0.00 person bitrix24:user:1 -> bitrix24:user:2, date 2026-06-10 -> "
                          "2026-06-12");
    REQUIRE(world.decide("next_report").ok());
    const auto july = world.draft("1", "2026-07-01", "2026-07-31");
    CHECK(world.lines(july) == "adjustment 1 -3600 s -90.00; adjustment 1 3600 s 90.00");
    const auto rows = world.tables->reports.lines(july, 0);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].people == "bitrix24:user:1\tPerson 1\t-3600\n");
    CHECK(rows[1].people == "bitrix24:user:2\tPerson 2\t3600\n");
}

TEST_CASE(
    "a change that is left as it was is not asked about again, but the next one is (rule 26)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "2", 3600);
    REQUIRE(world.decide("write_off").ok());
    world.put("1", "2", 5400);
    CHECK(world.late() == "1800 s 45.00 1:00 -> 1:30");
    world.put("1", "3", 3600);
    CHECK(world.late() == "0 s 0.00 task bitrix24:task:1 -> bitrix24:task:3, client "
                          "bitrix24:company:1 -> bitrix24:company:2");
    world.put("1", "1", 3600);
    CHECK(world.late() == "");
    CHECK(world.verify() == "");
}

TEST_CASE(
    "time that was emptied and moved, and then grows, is billed where it is now (rules 8, 21)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "3", 0);
    CHECK(world.late() == "-3600 s -90.00 1:00 -> 0:00, task bitrix24:task:1 -> bitrix24:task:3, "
                          "client bitrix24:company:1 -> bitrix24:company:2");
    REQUIRE(world.decide("next_report").ok());
    world.put("1", "3", 1800);
    CHECK(world.late() == "1800 s 45.00 0:00 -> 0:30, task bitrix24:task:1 -> bitrix24:task:3, "
                          "client bitrix24:company:1 -> bitrix24:company:2");
    REQUIRE(world.decide("next_report").ok());
    const auto other = world.draft("2", "2026-07-01", "2026-07-31");
    CHECK(world.lines(other) == "adjustment 3 1800 s 60.00");
    CHECK(world.verify() == "");
}

TEST_CASE("an edit that is taken back before a decision leaves nothing to decide; after one it is "
          "another correction (rules 1, 19)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "1", 5400);
    CHECK(world.late() == "1800 s 45.00 1:00 -> 1:30");
    world.put("1", "1", 3600);
    CHECK(world.late() == "");
    world.put("1", "1", 5400);
    REQUIRE(world.decide("next_report").ok());
    world.put("1", "1", 3600);
    CHECK(world.late() == "-1800 s -45.00 1:30 -> 1:00");
    CHECK(world.verify() == "");
}

TEST_CASE("nobody gets back what was never billed, nobody pays twice for what stands on the bill "
          "(rules 1, 27)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    SECTION("longer, left unbilled, then deleted: what was billed goes back and no more") {
        world.put("1", "1", 5400);
        REQUIRE(world.decide("write_off").ok());
        world.gone("entries", "1");
        world.settle();
        CHECK(world.late() == "-5400 s -90.00 deleted in its planner, 1:30 -> 0:00");
        REQUIRE(world.decide("next_report").ok());
        world.put("9", "2", 7200, "2026-07-02");
        const auto july = world.draft("1", "2026-07-01", "2026-07-31");
        CHECK(world.lines(july) == "adjustment 1 -3600 s -90.00; work 2 7200 s 180.00");
        world.put("1", "1", 900); // and back again: a quarter of an hour that nobody has billed
        CHECK(world.late() == "900 s 22.50 0:00 -> 0:15");
    }
    SECTION("longer, left unbilled, then moved: what was billed moves") {
        world.put("1", "1", 5400);
        REQUIRE(world.decide("write_off").ok());
        world.put("1", "2", 4500);
        CHECK(world.late() == "-900 s 0.00 1:30 -> 1:15, task bitrix24:task:1 -> bitrix24:task:2");
        REQUIRE(world.decide("next_report").ok());
        const auto july = world.draft("1", "2026-07-01", "2026-07-31");
        CHECK(world.lines(july) == "adjustment 1 -3600 s -90.00; adjustment 2 3600 s 90.00");
    }
    SECTION("shorter, left as billed, then longer again: the hour was paid already") {
        world.put("1", "1", 1800);
        REQUIRE(world.decide("write_off").ok());
        world.put("1", "1", 3600);
        CHECK(world.late() == "1800 s 0.00 0:30 -> 1:00");
        world.put("1", "1", 5400);
        CHECK(world.late() == "3600 s 45.00 0:30 -> 1:30");
    }
    CHECK(world.verify() == "");
}

TEST_CASE("a transfer under rounding takes out what the time added to its group (G6, G10)") {
    June world(R"("valid_from":"2026-01-01","currency":"BYN",
        "rounding":{"level":"task","step_minutes":30,"mode":"up"},"rates":[{"amount":"90.00"}])");
    world.put("1", "1", 1200);
    world.put("2", "1", 1200, "2026-06-11"); // 40 minutes, billed as an hour
    world.bill_june();
    CHECK(world.lines(world.report) == "work 1 2400 s 90.00");
    SECTION("to another task of the same client: nothing changes for it") {
        world.put("1", "2", 1200);
        REQUIRE(world.decide("next_report").ok());
        const auto july = world.draft("1", "2026-07-01", "2026-07-31");
        CHECK(world.lines(july) == "adjustment 1 -1200 s -45.00; adjustment 2 1200 s 45.00");
    }
    SECTION("to another client: 20 minutes stay, billed as half an hour") {
        world.put("1", "3", 1200);
        REQUIRE(world.decide("next_report").ok());
        world.put("9", "2", 7200, "2026-07-02");
        const auto july = world.draft("1", "2026-07-01", "2026-07-31");
        const auto other = world.draft("2", "2026-07-01", "2026-07-31");
        CHECK(world.lines(july) == "adjustment 1 -1200 s -45.00; work 2 7200 s 180.00");
        CHECK(world.lines(other) == "adjustment 3 1200 s 40.00");
    }
    CHECK(world.verify() == "");
}

TEST_CASE("a correction costs what it changes now; decided ones cost together what the new facts "
          "cost, in whatever order they come (G10)") {
    June world(R"("valid_from":"2026-01-01","currency":"BYN",
        "rounding":{"level":"task","step_minutes":30,"mode":"up"},"rates":[{"amount":"90.00"}])");
    world.put("1", "1", 600);
    world.put("2", "1", 600, "2026-06-11"); // 20 minutes, billed as 30: 45.00
    world.bill_june();
    world.put("1", "1", 1500);
    world.put("2", "1", 1800, "2026-06-11");
    CHECK(world.late() == "900 s 45.00 0:10 -> 0:25; 1200 s 45.00 0:10 -> 0:30");
    const auto rows = world.books->late(std::nullopt, false);
    SECTION("the first decided: both are 55 minutes, the second costs nothing more") {
        REQUIRE(desk::decide_late(*world.books, rows[0].ref, "next_report", "x", world.actor).ok());
        CHECK(world.late() == "1200 s 0.00 0:10 -> 0:30");
    }
    SECTION("the second decided first") {
        REQUIRE(desk::decide_late(*world.books, rows[1].ref, "next_report", "x", world.actor).ok());
        CHECK(world.late() == "900 s 0.00 0:10 -> 0:25");
    }
    SECTION("one left unbilled: the other costs what it did") {
        REQUIRE(desk::decide_late(*world.books, rows[0].ref, "write_off", "x", world.actor).ok());
        CHECK(world.late() == "1200 s 45.00 0:10 -> 0:30");
    }
    SECTION("one taken back") {
        world.put("1", "1", 600);
        CHECK(world.late() == "1200 s 45.00 0:10 -> 0:30");
    }
    CHECK(world.verify() == "");
}

TEST_CASE("time moved to a bug gives its money back, time moved from one costs by the bill's rates "
          "(G9, G10)") {
    June world;
    world.task("5", "1", TaskStatus::InProgress, {"bug"});
    world.put("1", "1", 3600);
    world.put("2", "5", 1800);
    world.bill_june();
    SECTION("to a bug") {
        world.put("1", "5", 3600);
        CHECK(world.late() == "0 s -90.00 task bitrix24:task:1 -> bitrix24:task:5, billed -> not "
                              "billed (bug)");
        REQUIRE(world.decide("next_report").ok());
        const auto july = world.draft("1", "2026-07-01", "2026-07-31");
        CHECK(world.lines(july) == "adjustment 1 -3600 s -90.00; adjustment 5 3600 s 0.00 free");
    }
    SECTION("from a bug") {
        world.put("2", "1", 1800);
        CHECK(world.late() == "0 s 45.00 task bitrix24:task:5 -> bitrix24:task:1, not billed -> "
                              "billed");
        REQUIRE(world.decide("next_report").ok());
        const auto july = world.draft("1", "2026-07-01", "2026-07-31");
        CHECK(world.lines(july) == "adjustment 1 1800 s 45.00; adjustment 5 -1800 s 0.00 free");
    }
    CHECK(world.verify() == "");
}

TEST_CASE(
    "a verdict that changes after billing is an adjustment that a person decides (G9, rule 21)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.task("1", "1", TaskStatus::InProgress, {"urgent"});
    world.settle();
    CHECK(world.late() == ""); // tags that judge nothing ask for nothing
    CHECK(world.tables->reports.drifts().empty());
    world.task("1", "1", TaskStatus::InProgress, {"bug"});
    world.settle();
    CHECK(world.late() == "0 s -90.00 billed -> not billed (bug)");
    SECTION("decided: its hour stays on the client's page, without money") {
        REQUIRE(world.decide("next_report").ok());
        const auto july = world.draft("1", "2026-07-01", "2026-07-31");
        CHECK(world.lines(july) == "adjustment 1 3600 s 0.00 free; adjustment 1 -3600 s -90.00");
        world.task("1", "1", TaskStatus::InProgress);
        world.settle();
        CHECK(world.late() == "0 s 90.00 not billed -> billed");
    }
    SECTION("taken back: nothing to decide") {
        world.task("1", "1", TaskStatus::InProgress);
        world.settle();
        CHECK(world.late() == "");
    }
    SECTION("left as billed: not asked about again") {
        REQUIRE(world.decide("write_off").ok());
        world.task("1", "1", TaskStatus::InProgress, {"bug", "urgent"});
        world.settle();
        CHECK(world.late() == "");
    }
    CHECK(world.verify() == "");
}

TEST_CASE("a transfer that can't be made says why and stays open (G10, G13)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    SECTION("nobody owns it now") {
        world.task("1", "", TaskStatus::InProgress);
        world.settle();
        const auto refused = world.decide("next_report");
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == Code::Conflict);
        CHECK(refused.error().message.find("has no client now") != std::string::npos);
        CHECK(refused.error().hint.find("hourbridge link set bitrix24:task:1") !=
              std::string::npos);
    }
    SECTION("its new client has no contract") {
        world.company("7", "Seventh");
        world.task("1", "7", TaskStatus::InProgress);
        world.settle();
        const auto refused = world.decide("next_report");
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().message.find("Seventh has no contract") != std::string::npos);
    }
    SECTION("its new client has no rate for it") {
        world.company("7", "Seventh");
        REQUIRE(world
                    .contract("7", R"("valid_from":"2026-01-01","currency":"BYN",)"
                                   R"("rates":[{"work_type":"design","amount":"1.00"}])")
                    .ok());
        world.task("1", "7", TaskStatus::InProgress);
        world.settle();
        const auto refused = world.decide("next_report");
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().message.find("no rate") != std::string::npos);
    }
    SECTION("it is older than the first contract of its new client") {
        world.company("7", "Seventh");
        REQUIRE(world
                    .contract("7", R"("valid_from":"2026-06-20","currency":"BYN",)"
                                   R"("rates":[{"amount":"1.00"}])")
                    .ok());
        world.task("1", "7", TaskStatus::InProgress);
        world.settle();
        const auto refused = world.decide("next_report");
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().message.find("billed elsewhere") != std::string::npos);
    }
    CHECK(world.books->late(std::nullopt, false).size() == 1);
    CHECK(world.verify() == "");
}

TEST_CASE("a correction waits for a report in its own currency and VAT (rules 5, 22, 36)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "1", 5400);
    REQUIRE(world.decide("next_report").ok());
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-07-01","currency":"EUR",)"
                               R"("rates":[{"amount":"30.00"}])")
                .ok());
    world.put("2", "1", 3600, "2026-07-02");
    const auto july = world.draft("1", "2026-07-01", "2026-07-31");
    CHECK(world.lines(july) == "work 1 3600 s 30.00");
    const auto view = world.books->show(july);
    REQUIRE(view.ok());
    bool told = false;
    for (const auto& warning : view->warnings) told = told || warning.code == "correction_waits";
    CHECK(told);
    // The way out: a report that ends before the new terms.
    const auto june = world.draft("1", "2026-06-01", "2026-06-30");
    CHECK(world.lines(june) == "adjustment 1 1800 s 45.00");
    CHECK(world.verify() == "");
}

TEST_CASE("a report whose time was moved by a live report is not cancelled; once that one is gone, "
          "its time is free for its new owner (rules 17, 29, G4)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "3", 3600);
    REQUIRE(world.decide("next_report").ok());
    const auto other = world.draft("2", "2026-07-01", "2026-07-31");
    const auto refused = desk::cancel(*world.books, world.report, "a reason", world.actor);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Conflict);
    REQUIRE(desk::cancel(*world.books, other, "a reason", world.actor).ok());
    REQUIRE(desk::cancel(*world.books, world.report, "a reason", world.actor).ok());
    CHECK_FALSE(world.holder("1").has_value());
    const auto june = world.draft("2", "2026-06-01", "2026-06-30");
    CHECK(world.lines(june) == "work 3 3600 s 120.00");
    CHECK(world.verify() == "");
}

TEST_CASE("a policy of the contract makes the pair by itself (G2, G10)") {
    June world(R"("valid_from":"2026-01-01","currency":"BYN","late_policy":"next_report",
        "rates":[{"amount":"90.00"}])");
    world.put("1", "1", 3600);
    world.bill_june();
    world.put("1", "2", 3600);
    world.settle();
    CHECK(world.late() == "");
    const auto july = world.draft("1", "2026-07-01", "2026-07-31");
    CHECK(world.lines(july) == "adjustment 1 -3600 s -90.00; adjustment 2 3600 s 90.00");
    // It follows each change at once; what it can't do stays open for a person.
    world.put("1", "3", 3600);
    CHECK(world.late() == "");
    world.task("3", "", TaskStatus::InProgress);
    world.settle();
    world.settle();
    CHECK(world.late() == "0 s 0.00 client bitrix24:company:2 -> none");
    CHECK(world.verify() == "");
}

TEST_CASE("a zone that a later contract brings moves no billed time (G11, rule 16)") {
    June world;
    world.put("1", "1", 3600);
    world.bill_june();
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-01-01","currency":"BYN",
        "time_zone":"Pacific/Kiritimati","rates":[{"amount":"90.00"}])")
                .ok());
    world.put("1", "1", 3600, "2026-06-10");
    world.put("1", "1", 1800, "2026-06-10");
    CHECK(world.late() == "-1800 s -45.00 1:00 -> 0:30");
}
