#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

// Books with something of everything, all of it right.
struct Sound : Books {
    std::int64_t acme = add_company("12");
    std::int64_t sent, draft_id, paid;
    Sound() {
        keep("tasks", {kept(task("5")), kept(task("6"))});
        keep_entries({entry("1", "5", 3600), entry("2", "5", 1800), entry("3", "6", 600),
                      entry("4", "6", 60), entry("5", "6", 30), entry("6", "6", 45)});
        keep_entries({entry("2", "5", 2700)});
        give("5", acme);
        give("6", acme);
        sent = add_report(acme);
        send(sent, {line({get_entry("1"), get_entry("2")}), line({get_entry("3")})});
        draft_id = add_report(acme);
        draft(draft_id, {line({get_entry("4")})});
        paid = add_report(acme);
        const std::string hash = send(paid, {line({get_entry("5")})});
        tombstone("entries", {"6"});
        transfer();
        Tx tx(*db);
        ReportRow row = reports.find(paid).value();
        row.state = domain::State::Paid;
        row.settled = row.total;
        row.agreed_hash = hash;
        reports.update(row);
        PaymentRow payment;
        payment.report = paid;
        payment.source = "hand";
        payment.external_id = "1";
        payment.amount = row.total;
        payment.currency = "EUR";
        reports.add_payment(payment);
        OpRow op;
        op.remote = remote;
        op.purpose = domain::Purpose::deal(1);
        op.op = {domain::OpKind::DealCreate, domain::Repeat::Findable, "hb-1", "", "{}"};
        op.state = OpState::Done;
        op.remote_id = "42";
        outbox.add(op);
        events.add(now, "manager", "send", sent, "report", "{}");
        tx.commit();
    }
    // Entry 5 became longer and moved to the other task after it was paid.
    void transfer() {
        keep_entries({entry("5", "5", 90)});
        const auto moved = get_entry("5");
        AdjustmentRow row;
        row.entry = moved.id;
        row.report = paid;
        row.line = reports.lines(paid, 1).at(0).id;
        row.to_revision = 2;
        row.decision = "next_report";
        row.made_at = now;
        std::vector<domain::Line> lines{line({get_entry("4")})};
        Tx tx(*db);
        for (const int seconds : {-30, 90}) {
            row.side = seconds < 0 ? AdjustmentRow::Side::TakenOut : AdjustmentRow::Side::PutIn;
            row.delta_seconds = row.delta_billed = seconds;
            row.delta_amount = seconds;
            const auto id = reports.add_adjustment(row);
            row.pair = id;
            domain::Line other = line({moved});
            other.kind = "adjustment";
            other.worked_seconds = other.billed_seconds = other.amount = other.gross = seconds;
            other.allocations = {{moved.id, 2, seconds, "adjustment:" + std::to_string(id)}};
            lines.push_back(std::move(other));
        }
        tx.commit();
        draft(draft_id, lines);
    }
    // Damage from outside: no trigger and no key is in its way.
    void damage(const std::string& sql) {
        std::string drop;
        for (const char* kind : {"trigger", "index"}) {
            const std::string list = raw_text(std::string("SELECT group_concat('DROP ") + kind +
                                              " ' || name, ';') FROM "
                                              "sqlite_master WHERE sql IS NOT NULL AND type = '" +
                                              kind +
                                              "' AND (type = 'trigger' "
                                              "OR sql LIKE 'CREATE UNIQUE%')");
            drop += list + ";";
        }
        raw("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON;" + drop + sql);
    }
};

std::string failed(Database& db) {
    std::string names;
    for (const Check& check : verify_books(db)) // `damage` takes the schema's guards away
        if (!check.ok && check.name != "schema") names += check.name + ": " + check.detail + "\n";
    return names;
}

} // namespace

TEST_CASE("sound books verify, and every check says what it is about") {
    Sound books;
    CHECK(failed(*books.db).empty());
    const auto checks = verify_books(*books.db);
    CHECK(checks.size() >= 20);
    for (const Check& check : checks) CHECK_FALSE(check.name.empty());
}

TEST_CASE("empty books verify") {
    CHECK(failed(*Database::in_memory().value()).empty());
}

TEST_CASE("planted damage is found by the check that is about it, with the rows' ids") {
    struct Damage {
        const char* sql;
        const char* check;
        const char* detail;
    };
    const Damage damages[] = {
        {"UPDATE entries SET live_report = NULL WHERE remote_id = '1'", "live_report", "entry 1:"},
        {"UPDATE entries SET live_report = 2 WHERE remote_id = '6'", "live_report", "entry 6:"},
        {"UPDATE entries SET live_report = 3 WHERE remote_id = '1'", "live_report", "report 3"},
        {"INSERT INTO allocations(entry, entry_revision, origin, line, report, seconds, live) "
         "SELECT entry, entry_revision, origin, line, report, seconds, 1 FROM allocations "
         "WHERE entry = 1",
         "no entry is billed twice", "entry 1 (work): 2"},
        {"INSERT INTO entry_aliases VALUES (1, 6, 100, '', 'same', 'x', 0)",
         "what repeats other time is not billed, and is repeated by none",
         "entry 1: repeats entry 6 and is on report 1"},
        {"INSERT INTO entry_aliases VALUES (6, 5, 100, '', 'proposed', 'x', 0), "
         "(5, 3, 100, '', 'proposed', 'x', 0)",
         "what repeats other time is not billed, and is repeated by none",
         "entry 6: repeats entry 5, which repeats entry 3"},
        {"UPDATE rollup SET held_seconds = held_seconds + 1 WHERE task = 1", "held seconds",
         "off by -1 s"},
        {"DELETE FROM rollup", "held seconds", "task 2"},
        {"UPDATE reports SET total = total + 1, subtotal = subtotal + 1 WHERE id = 1",
         "report totals equal", "report 1"},
        {"UPDATE reports SET worked_seconds = 1 WHERE id = 2", "report totals equal", "report 2"},
        {"UPDATE lines SET worked_seconds = worked_seconds + 60 WHERE id = 1",
         "allocations of a line add up to its seconds", "line 1"},
        {"UPDATE allocations SET seconds = 1 WHERE entry = 3", "allocations carry the seconds",
         "allocation 3"},
        {"UPDATE lines SET amount = amount + 1, gross = gross + 1 WHERE id = 1",
         "line amounts equal rate by billed time", "line 1"},
        {"UPDATE allocations SET live = 0 WHERE entry = 3", "live allocations and visible lines",
         "line 2"},
        {"UPDATE reports SET state = 6 WHERE id = 2", "live allocations and visible lines",
         "entry 4"},
        {"UPDATE reports SET client = 99 WHERE id = 1",
         "a sent report holds entries of its client only", "entry 1"},
        {"UPDATE entries SET client = 99 WHERE remote_id = '6'",
         "free entries have the client of their task", "entry 6"},
        {"UPDATE entries SET work_date = 1 WHERE remote_id = '6'",
         "an entry dated by its source keeps that date", "entry 6"},
        {"UPDATE entries SET seconds = 5 WHERE remote_id = '6'", "a deleted entry has no seconds",
         "entry 6"},
        {"DELETE FROM entry_revisions WHERE entry = 2", "old revision", "entry 2"},
        {"UPDATE revisions SET canonical = canonical || ' ' WHERE report = 1",
         "sent revisions have the hash that was shown", "revision 1 of report 1"},
        {"UPDATE revisions SET canonical = '{\"worked_seconds\":1}' WHERE report = 1",
         "sent revisions say", "text says"},
        {"UPDATE revisions SET canonical = 'no' WHERE report = 1", "sent revisions say",
         "not JSON"},
        {"UPDATE reports SET agreed_hash = 'x' WHERE id = 3",
         "the client agreed to the revision in force", "report 3"},
        {"DELETE FROM revisions WHERE report = 1", "the client agreed to the revision in force",
         "report 1"},
        {"UPDATE reports SET number = 'HB2026-0077' WHERE id = 1",
         "numbers were given out by their series, once", "stands at 2"},
        {"UPDATE numbers SET last = 1", "numbers were given out by their series, once",
         "HB2026-0002"},
        {"UPDATE reports SET number = NULL WHERE id = 1",
         "numbers were given out by their series, once", "without a number"},
        {"UPDATE adjustments SET delta_seconds = 91 WHERE side = 2",
         "bills and corrections account", "entry 5 has 90 s"},
        {"UPDATE adjustments SET delta_amount = 1 WHERE side = 2",
         "a correction's line says what was decided, to its client", "adjustment:2"},
        {"UPDATE adjustments SET replaced = 1 WHERE side = 2",
         "a correction's line says what was decided, to its client", "decided nothing"},
        {"UPDATE adjustments SET client = 99 WHERE side = 1",
         "a correction's line says what was decided, to its client", "adjustment:1"},
        {"UPDATE adjustments SET decision = 'write_off' WHERE side = 2",
         "what is taken out of a bill is put in somewhere, once",
         "adjustment 1 takes out, and 0 put in"},
        {"DELETE FROM adjustments WHERE side = 1",
         "what is taken out of a bill is put in somewhere, once", "adjustment 1 did not take out"},
        {"UPDATE payments SET currency = 'USD'", "payments stay within their reports", "payment 1"},
        {"UPDATE reports SET settled = total - 1 WHERE id = 3",
         "payments stay within their reports", "report 3"},
        {"UPDATE reports SET settled = 1 WHERE id = 1", "payments stay within their reports",
         "report 1"},
        {"INSERT INTO questions(report, kind, about, asked_at) VALUES (1, 4, 'deal:1', 1)",
         "questions belong to reports that still count", "question 1 of report 1 has no now"},
        {"INSERT INTO questions(report, kind, about, asked_at) VALUES (1, 7, '', 1); "
         "UPDATE reports SET state = 7 WHERE id = 1",
         "questions belong to reports that still count", "question 1 is open on report 1"},
        {"UPDATE outbox SET remote_id = ''", "one deal and one invoice a report",
         "outgoing operation 1"},
        {"DELETE FROM tasks WHERE id = 2", "owner", "tasks is missing"},
        {"UPDATE allocations SET report = 2 WHERE entry = 1", "owner", "allocation 1"},
        {"UPDATE events SET data = '[]'", "the log's chain of hashes is whole", "event 1"},
    };
    for (const Damage& one : damages) {
        Sound books;
        books.damage(one.sql);
        INFO(one.sql);
        bool found = false;
        std::string all;
        for (const Check& check : verify_books(*books.db)) {
            if (check.ok) continue;
            all += check.name + ": " + check.detail + "\n";
            found = found || (check.name.find(one.check) != std::string::npos &&
                              check.detail.find(one.detail) != std::string::npos);
        }
        INFO(all);
        CHECK(found);
    }
}

TEST_CASE("a check that finds much names the first few") {
    Sound books;
    books.damage("UPDATE entries SET client = 99, live_report = NULL; DELETE FROM allocations");
    for (const Check& check : verify_books(*books.db))
        if (check.name.find("free entries have the client of their task") != std::string::npos) {
            CHECK(check.detail.find("entry 5") != std::string::npos);
            CHECK(check.detail.find("and more") != std::string::npos);
        }
}
