#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

struct Billed : Books {
    std::int64_t acme = add_company("12");
    std::int64_t report;
    Billed() {
        keep("tasks", {kept(task("5"))});
        keep_entries({entry("1", "5", 3600), entry("2", "5", 1800)});
        give("5", acme);
        report = add_report(acme);
        send(report, {line({get_entry("1"), get_entry("2")})});
    }
    AdjustmentRow adjustment(int from, int to) {
        AdjustmentRow row;
        row.entry = get_entry("1").id;
        row.report = report;
        row.line = reports.lines(report, 1).at(0).id;
        row.from_revision = from;
        row.to_revision = to;
        row.delta_seconds = 600;
        row.delta_billed = 600;
        row.delta_amount = 1000;
        row.why = "60 to 70 minutes";
        row.made_at = now;
        return row;
    }
    std::int64_t add(const AdjustmentRow& row) {
        Tx tx(*db);
        const std::int64_t id = reports.add_adjustment(row);
        tx.commit();
        return id;
    }
    void decide(std::int64_t id, const std::string& decision) {
        Tx tx(*db);
        reports.decide_adjustment(id, decision, "reason", "manager", now);
        tx.commit();
    }
};

} // namespace

TEST_CASE("a changed entry on a report is a drift until an adjustment stands (rules 19, 26)") {
    Billed books;
    CHECK(books.reports.drifts().empty());
    books.keep_entries({entry("1", "5", 4200)});
    const auto drifts = books.reports.drifts();
    REQUIRE(drifts.size() == 1);
    CHECK(drifts[0].allocation.entry == books.get_entry("1").id);
    CHECK(drifts[0].allocation.entry_revision == 1);
    CHECK(drifts[0].allocation.seconds == 3600);
    CHECK(drifts[0].latest_revision == 2);
    CHECK(drifts[0].state == domain::State::Sent);

    const std::int64_t id = books.add(books.adjustment(1, 2));
    CHECK(books.reports.drifts().empty());
    books.decide(id, "next_report");
    CHECK(books.reports.drifts().empty()); // decided: never proposed again
    books.tombstone("entries", {"1"});     // a deletion drifts as well (rule 20)
    CHECK(books.reports.drifts().size() == 1);
}

TEST_CASE("an entry that changed before it was billed is no drift") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep_entries({entry("1", "5", 3600)});
    books.keep_entries({entry("1", "5", 1800)});
    books.give("5", acme);
    books.send(books.add_report(acme), {books.line({books.get_entry("1")})});
    CHECK(books.get_entry("1").revision == 2);
    CHECK(books.reports.drifts().empty());
}

TEST_CASE("an entry that changes again before a decision has one open adjustment (rule 19)") {
    Billed books;
    books.keep_entries({entry("1", "5", 4200)});
    const std::int64_t first = books.add(books.adjustment(1, 2));
    books.keep_entries({entry("1", "5", 4800)});
    const std::int64_t second = books.add(books.adjustment(1, 3));
    CHECK(books.reports.find_adjustment(first)->replaced);
    const auto open = books.reports.adjustments(books.acme, true);
    REQUIRE(open.size() == 1);
    CHECK(open[0].id == second);
    CHECK(open[0].why == "60 to 70 minutes");
    CHECK(books.reports.adjustments({}, false).size() == 2);
    CHECK(books.reports.adjustments(books.acme + 1, false).empty());
}

TEST_CASE("a decided adjustment waits for a draft until one bills it, and for that one stays") {
    Billed books;
    books.keep_entries({entry("1", "5", 4200)});
    const std::int64_t id = books.add(books.adjustment(1, 2));
    const std::int64_t draft = books.add_report(books.acme), other = books.add_report(books.acme);
    CHECK(books.reports.adjustments_for_draft(books.acme, draft).empty());
    books.decide(id, "next_report");
    REQUIRE(books.reports.adjustments_for_draft(books.acme, draft).size() == 1);
    CHECK(books.reports.find_adjustment(id)->decision == "next_report");

    domain::Line line = books.line({books.get_entry("1")});
    line.kind = "adjustment";
    line.worked_seconds = 600;
    line.allocations = {{books.get_entry("1").id, 2, 600, "adjustment:" + std::to_string(id)}};
    books.draft(draft, {line});
    CHECK(books.reports.adjustments_for_draft(books.acme, draft).size() == 1);
    CHECK(books.reports.adjustments_for_draft(books.acme, other).empty());
    books.draft(draft, {});
    CHECK(books.reports.adjustments_for_draft(books.acme, other).size() == 1);
}

TEST_CASE("a write-off goes to no draft") {
    Billed books;
    const std::int64_t id = books.add(books.adjustment(1, 2));
    books.decide(id, "write_off");
    CHECK(books.reports.adjustments_for_draft(books.acme, 0).empty());
    CHECK_THROWS_AS(books.reports.decide_adjustment(999, "write_off", "", "m", books.now),
                    BrokenInvariant);
}
