#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

struct OneTask : Books {
    std::int64_t acme = add_company("12");
    OneTask() {
        keep("tasks", {kept(task("5")), kept(task("6"))});
        keep_entries({entry("1", "5", 3600), entry("2", "5", 1800), entry("3", "6", 60)});
        give("5", acme);
        give("6", acme);
    }
};

} // namespace

TEST_CASE("a report comes back as it was stored, every column") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    const std::int64_t id = books.add_report(acme);
    ReportRow row = books.reports.find(id).value();
    CHECK(row.state == domain::State::Draft);
    CHECK(row.period == DayRange{day(90), day(120)});
    CHECK_FALSE(row.number);
    row.currency = "USD";
    row.state = domain::State::PartlyPaid;
    row.filter = R"({"a":1})";
    row.period = {day(91), day(121)};
    row.number = "N-1";
    row.revision = 2;
    row.link = 3;
    row.link_digest = "digest";
    row.deal_key = "hb-1";
    row.worked_seconds = 4;
    row.billed_seconds = 5;
    row.nonbillable_seconds = 6;
    row.subtotal = 7;
    row.vat = 8;
    row.total = 15;
    row.settled = 9;
    row.surplus = 10;
    row.written_off = 11;
    row.drifted = true;
    row.note = "note";
    row.sent_at = at(1);
    row.sent_seen = 12;
    row.agreed_at = at(2);
    row.agreed_by = "client";
    row.agreed_hash = "hash";
    row.invoiced_at = at(3);
    row.paid_at = at(4);
    row.ended_at = at(5);
    row.ended_reason = "reason";
    Tx tx(*books.db);
    books.reports.update(row);
    const ReportRow back = books.reports.find_number("N-1").value();
    CHECK(back.id == id);
    CHECK(back.client == acme);
    CHECK(back.currency == "USD");
    CHECK(back.state == domain::State::PartlyPaid);
    CHECK(back.filter == row.filter);
    CHECK(back.period == row.period);
    CHECK(back.revision == 2);
    CHECK(back.link == 3);
    CHECK(back.link_digest == "digest");
    CHECK(back.deal_key == "hb-1");
    CHECK(back.worked_seconds == 4);
    CHECK(back.billed_seconds == 5);
    CHECK(back.nonbillable_seconds == 6);
    CHECK(back.subtotal == 7);
    CHECK(back.vat == 8);
    CHECK(back.total == 15);
    CHECK(back.settled == 9);
    CHECK(back.surplus == 10);
    CHECK(back.written_off == 11);
    CHECK(back.drifted);
    CHECK(back.note == "note");
    CHECK(back.created_at == books.now);
    CHECK(back.created_by == "manager");
    CHECK(back.sent_at == at(1));
    CHECK(back.sent_seen == 12);
    CHECK(back.agreed_at == at(2));
    CHECK(back.agreed_by == "client");
    CHECK(back.agreed_hash == "hash");
    CHECK(back.invoiced_at == at(3));
    CHECK(back.paid_at == at(4));
    CHECK(back.ended_at == at(5));
    CHECK(back.ended_reason == "reason");
    CHECK(books.reports.find_deal_key("hb-1")->id == id);
    CHECK_FALSE(books.reports.find_deal_key(""));

    const std::int64_t before = books.db->total_changes();
    books.reports.update(back); // as it stands already
    CHECK(books.db->total_changes() == before);
    row.id = 999;
    CHECK_THROWS_AS(books.reports.update(row), BrokenInvariant);
}

TEST_CASE("reports are listed by state and client; drafts by id (G8)") {
    OneTask books;
    const std::int64_t other = books.add_company("13");
    const std::int64_t a = books.add_report(books.acme), b = books.add_report(books.acme);
    const std::int64_t c = books.add_report(other);
    books.send(b, {books.line({books.get_entry("1")})});
    CHECK(books.reports.list({}, {}).size() == 3);
    CHECK(books.reports.list(domain::State::Sent, {}).at(0).id == b);
    CHECK(books.reports.list({}, other).at(0).id == c);
    const auto drafts = books.reports.drafts();
    REQUIRE(drafts.size() == 2);
    CHECK(drafts[0].id == a);
    CHECK(drafts[1].id == c);
    REQUIRE(books.reports.sent_of(books.acme).size() == 1);
    CHECK(books.reports.sent_of(books.acme)[0].id == b);
}

TEST_CASE("numbers are counted per series and never given twice (rule 15, G28)") {
    Books books;
    {
        Tx tx(*books.db);
        CHECK(books.reports.next_number("HB2026", 4) == "HB2026-0001");
        CHECK(books.reports.next_number("HB2026", 4) == "HB2026-0002");
        CHECK(books.reports.next_number("XY2026", 2) == "XY2026-01");
        tx.commit();
    }
    {
        Tx tx(*books.db); // not committed: as if never asked
        CHECK(books.reports.next_number("HB2026", 4) == "HB2026-0003");
    }
    Tx tx(*books.db);
    CHECK(books.reports.next_number("HB2026", 4) == "HB2026-0003");
    for (int i = 0; i < 97; ++i) (void)books.reports.next_number("XY2026", 2);
    CHECK(books.reports.next_number("XY2026", 2) == "XY2026-99");
    CHECK(books.reports.next_number("XY2026", 2) == "XY2026-100");
}

TEST_CASE("a report keeps its number, and a sent one is never deleted (rules 14, 15)") {
    OneTask books;
    const std::int64_t id = books.add_report(books.acme);
    books.send(id, {books.line({books.get_entry("1")})});
    ReportRow row = books.reports.find(id).value();
    row.number = "HB2026-0009";
    CHECK_THROWS_AS(books.reports.update(row), StoreError);
    CHECK_THROWS(books.raw("DELETE FROM reports WHERE id = " + std::to_string(id)));
    CHECK(books.reports.find(id)->number == "HB2026-0001");
}

TEST_CASE("what was sent can't be changed or deleted (rules 10, 12, 14)") {
    OneTask books;
    const std::int64_t id = books.add_report(books.acme);
    books.send(id, {books.line({books.get_entry("1")})});
    CHECK_THROWS(books.raw("UPDATE revisions SET canonical = '{}'"));
    CHECK_THROWS(books.raw("DELETE FROM revisions"));
    CHECK_THROWS(books.raw("UPDATE lines SET amount = 1"));
    CHECK_THROWS(books.raw("DELETE FROM lines"));
    CHECK_THROWS(books.raw("DELETE FROM allocations"));
    CHECK_THROWS(books.raw("UPDATE allocations SET seconds = 1"));
    CHECK_THROWS(books.raw("UPDATE contracts SET text = '{\"a\":1}'"));
    const auto revision = books.reports.find_revision(id, 1);
    REQUIRE(revision);
    CHECK(revision->actor == "manager");
    CHECK_FALSE(books.reports.find_revision(id, 2));
}

TEST_CASE("an ended allocation never lives again") {
    OneTask books;
    const std::int64_t id = books.add_report(books.acme);
    books.send(id, {books.line({books.get_entry("1")})});
    Tx tx(*books.db);
    CHECK(books.reports.release(id) == 1);
    CHECK(books.reports.release(id) == 0);
    CHECK_THROWS(books.raw("UPDATE allocations SET live = 1"));
}

TEST_CASE("a recalled report goes out again as the next revision; the first stays readable") {
    OneTask books;
    const std::int64_t id = books.add_report(books.acme);
    books.send(id, {books.line({books.get_entry("1")})});
    {
        Tx tx(*books.db);
        books.reports.release(id);
        ReportRow row = books.reports.find(id).value();
        row.state = domain::State::Draft;
        books.reports.update(row);
        tx.commit();
    }
    CHECK_FALSE(books.get_entry("1").live_report);
    books.draft(id, {books.line({books.get_entry("1"), books.get_entry("2")})});
    CHECK(books.reports.lines(id, 0).size() == 1);
    books.send(id, {books.line({books.get_entry("1"), books.get_entry("2")})});
    CHECK(books.reports.lines(id, 0).empty());
    CHECK(books.reports.lines(id, 1).at(0).line.worked_seconds == 3600);
    CHECK(books.reports.lines(id, 2).at(0).line.worked_seconds == 5400);
    CHECK(books.reports.allocations(id, true).size() == 2);
    CHECK(books.reports.allocations(id, false).size() == 3);
    REQUIRE(books.reports.lines_of_task(books.get_task("5").id).size() == 1);
    CHECK(books.reports.lines_of_task(books.get_task("5").id)[0].revision == 2);
}

TEST_CASE("a line comes back as it was drawn up") {
    OneTask books;
    const std::int64_t id = books.add_report(books.acme);
    domain::Line line = books.line({books.get_entry("1")});
    line.task_url = "https://planner.example/task/5";
    line.work_type = "design";
    line.project = {"planner", "group", "3"};
    line.project_name = "Site";
    line.billable = false;
    line.reason = "warranty";
    line.gross = 1;
    {
        Tx tx(*books.db);
        books.reports.replace_draft(id, {line}, {R"([{"name":"Kim"}])"});
        tx.commit();
    }
    const auto rows = books.reports.lines(id, 0);
    REQUIRE(rows.size() == 1);
    const domain::Line& back = rows[0].line;
    CHECK(rows[0].people == R"([{"name":"Kim"}])");
    CHECK(rows[0].position == 1);
    CHECK(back.kind == "work");
    CHECK(domain::to_string(back.task_ref) == "planner:task:5");
    CHECK(back.task_title == line.task_title);
    CHECK(back.task_url == line.task_url);
    CHECK(back.work_type == "design");
    CHECK(back.project == line.project);
    CHECK(back.project_name == "Site");
    CHECK(back.rate == line.rate);
    CHECK(back.worked_seconds == 3600);
    CHECK(back.billed_seconds == 3600);
    CHECK(back.amount == line.amount);
    CHECK(back.gross == 1);
    CHECK_FALSE(back.billable);
    CHECK(back.reason == "warranty");
}

TEST_CASE("contract versions follow one another and come back") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    const std::int64_t first = books.add_contract(acme), second = books.add_contract(acme);
    CHECK(books.contracts.of_client(acme).size() == 2);
    CHECK(books.contracts.find(second)->version == 2);
    CHECK(books.contracts.find(first)->valid_from == day(1));
    CHECK(books.contracts.all().size() == 2);
    ContractRow gap = *books.contracts.find(second);
    gap.version = 4;
    CHECK_THROWS_AS(books.contracts.add(gap), BrokenInvariant);
}

TEST_CASE("presets and exclusions are kept until changed") {
    OneTask books;
    const std::int64_t id = books.add_report(books.acme);
    Tx tx(*books.db);
    books.reports.save_preset("month", "{}", "manager", at(1));
    books.reports.save_preset("month", R"({"a":1})", "manager", at(2));
    CHECK(books.reports.presets() ==
          std::vector<std::pair<std::string, std::string>>{{"month", R"({"a":1})"}});
    const std::int64_t entry_id = books.get_entry("1").id, task_id = books.get_task("6").id;
    books.reports.exclude(id, entry_id, 0, "not yet", "manager", at(1));
    books.reports.exclude(id, 0, task_id, "disputed", "manager", at(1));
    books.reports.exclude(id, entry_id, 0, "later", "manager", at(2));
    const auto rows = books.reports.exclusions(id);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].task == task_id);
    CHECK(rows[1].reason == "later");
    CHECK(books.reports.include(id, entry_id, 0));
    CHECK_FALSE(books.reports.include(id, entry_id, 0));
    CHECK(books.reports.exclusions(id).size() == 1);
}
