#include <cstdio>
#include <stdexcept>

#include "base/text.h"
#include "bench/agency_seed.h"
#include "bench/books_parts.h"
#include "bench/measure.h"
#include "bench/roles.h"
#include "desk/reports.h"
#include "render/page.h"
#include "store/outbox.h"

// What is measured on the books of an agency: reports, sums of all time, the proof of the books and
// a month of drafts.
namespace hb::bench {
namespace {

void print(json::Writer& line) {
    std::printf("%s\n", line.end_object().text().c_str());
    std::fflush(stdout);
}

Rig open_books(Clock& clock, const std::string& file, Books how = Books::Write) {
    return Rig(clock, file, kNowhere, nobody(), how);
}

// The sums of one client's month, every row of the table looked at.
void scan_sums(store::Database& db, std::int64_t client, const DayRange& month) {
    auto& scan = db.prepare("SELECT task, sum(seconds) FROM entries NOT INDEXED "
                            "WHERE client = :client AND work_date BETWEEN :from AND :to "
                            "AND live_report IS NULL AND deleted = 0 GROUP BY task");
    scan.bind(":client", client)
        .bind(":from", to_epoch_days(month.from))
        .bind(":to", to_epoch_days(month.to));
    std::int64_t sum = 0;
    while (scan.step()) sum += scan.integer(1);
    if (sum == 0) throw std::runtime_error("the full scan found nothing");
}

// What an evaluation needs of each entry, every row of the table read and the month picked here.
void scan_rows(store::Database& db, std::int64_t client, const DayRange& month) {
    auto& scan = db.prepare("SELECT id, remote_id, task, person, seconds, at, day, text, revision, "
                            "deleted, seen, paid_task, client, work_date, live_report "
                            "FROM entries NOT INDEXED");
    std::vector<store::EntryRow> rows;
    while (scan.step()) {
        store::EntryRow row;
        row.id = scan.integer(0);
        row.ref.id = scan.text(1);
        row.task = scan.integer(2);
        row.person = scan.integer(3);
        row.seconds = scan.integer(4);
        row.text = scan.text(7);
        row.seen = scan.integer(10);
        row.client = scan.integer_or_null(12);
        row.work_date = from_epoch_days(scan.integer(13));
        row.live_report = scan.integer_or_null(14);
        if (row.client == client && month.contains(row.work_date)) rows.push_back(std::move(row));
    }
    if (rows.empty()) throw std::runtime_error("the full scan found nothing");
}

struct Times {
    std::vector<double> query, query_and_page, report, sums_scan, rows_scan;
};

// The oldest month that is free: all before it is billed, as when an agency bills every month.
void time_usual(Rig& rig, int samples, Times& out, Report& last) {
    const auto month = month_before(rig.clock.now(), kFreeMonths);
    const auto client = rig.tables->sources.find_company({"bitrix24", "company", "1"})->id;
    const auto view = evaluate_report(*rig.books, 1, month);
    for (int i = 0; i < samples; ++i) {
        out.query.push_back(cpu_milliseconds_of(
            [&] { rig.tables->sources.free_by_task(client, month.from, month.to); }));
        out.query_and_page.push_back(cpu_milliseconds_of([&] {
            rig.tables->sources.free_by_task(client, month.from, month.to);
            render::report_page(view, page_options());
        }));
        out.report.push_back(
            cpu_milliseconds_of([&] { last = make_report(*rig.books, 1, month); }));
        if (i % std::max(1, samples / 5) != 0) continue;
        out.sums_scan.push_back(cpu_milliseconds_of([&] { scan_sums(*rig.db, client, month); }));
        out.rows_scan.push_back(cpu_milliseconds_of([&] { scan_rows(*rig.db, client, month); }));
    }
}

} // namespace

int role_seed(const std::vector<std::string>& words) {
    SystemClock clock;
    auto rig = open_books(clock, words.at(1));
    // Made anew when the machine stops, and no memory is judged.
    for (auto* pragma : {&rig.db->prepare("PRAGMA synchronous=OFF"),
                         &rig.db->prepare("PRAGMA cache_size=-1000000")}) {
        pragma->step();
        pragma->reset();
    }
    const double began = seconds_now();
    seed_agency(rig, *parse_integer(words.at(2)));
    rig.db->checkpoint();
    json::Writer line;
    line.begin_object().member("wall_us", micros((seconds_now() - began) * 1e3));
    print(line);
    return 0;
}

int role_agency(const std::vector<std::string>& words) {
    SystemClock clock;
    auto rig = open_books(clock, words.at(1), Books::Read);
    const auto samples = static_cast<int>(*parse_integer(words.at(2)));
    Times times;
    Report last;
    time_usual(rig, samples, times, last);
    // The newest month while the five before it are free too: they are listed as late.
    std::vector<double> waiting;
    for (int i = 0; i < 10; ++i)
        waiting.push_back(
            cpu_milliseconds_of([&] { make_report(*rig.books, 1, month_before(clock.now(), 1)); }));
    json::Writer line;
    line.begin_object();
    add_times(line, "query", times.query);
    add_times(line, "query_and_page", times.query_and_page);
    add_times(line, "report", times.report);
    add_times(line, "sums_scan", times.sums_scan);
    add_times(line, "rows_scan", times.rows_scan);
    add_times(line, "waiting", waiting);
    line.member("lines", static_cast<std::int64_t>(last.lines));
    line.member("plan", rig.tables->sources.plan_of_free_by_task());
    line.member("peak_kb", peak_kb());
    print(line);
    return 0;
}

int role_sums(const std::vector<std::string>& words) {
    SystemClock clock;
    auto rig = open_books(clock, words.at(1), Books::Read);
    std::vector<double> quick;
    std::vector<store::Sources::ClientTotal> totals;
    for (int i = 0; i < 20; ++i)
        quick.push_back(cpu_milliseconds_of([&] { totals = rig.tables->sources.totals(); }));
    // From the rows themselves, without rollup and index.
    std::map<std::int64_t, std::int64_t> slow;
    const double slow_ms = cpu_milliseconds_of([&] {
        auto& held =
            rig.db->prepare("SELECT h.client, sum(a.seconds) FROM allocations a NOT INDEXED"
                            " JOIN reports h ON h.id = a.report WHERE a.live = 1 "
                            "GROUP BY h.client");
        while (held.step()) slow[held.integer(0)] += held.integer(1);
        auto& free = rig.db->prepare("SELECT client, sum(seconds) FROM entries NOT INDEXED "
                                     "WHERE live_report IS NULL GROUP BY client");
        while (free.step()) slow[free.integer(0)] += free.integer(1);
    });
    bool equal = slow.size() == totals.size();
    for (const auto& total : totals)
        equal = equal && slow[*total.client] == total.held_seconds + total.free_seconds;
    json::Writer line;
    line.begin_object();
    add_times(line, "totals", quick);
    line.member("slow_us", micros(slow_ms)).member("equal", equal);
    line.member("clients", static_cast<std::int64_t>(totals.size()));
    print(line);
    return 0;
}

int role_verify(const std::vector<std::string>& words) {
    SystemClock clock;
    auto rig = open_books(clock, words.at(1), Books::Read);
    std::string wrong;
    const double cpu = cpu_seconds();
    const double took = milliseconds_alone([&] {
        for (const auto& check : store::verify_books(*rig.db))
            if (!check.ok) wrong += check.name + ": " + check.detail + "; ";
    });
    if (!wrong.empty()) throw std::runtime_error("the books of the bench are wrong: " + wrong);
    json::Writer line;
    line.begin_object().member("wall_us", micros(took));
    line.member("cpu_us", micros((cpu_seconds() - cpu) * 1e3)).member("peak_kb", peak_kb());
    print(line);
    return 0;
}

int role_batch(const std::vector<std::string>& words) {
    SystemClock clock;
    auto rig = open_books(clock, words.at(1));
    const auto month = month_before(clock.now(), kFreeMonths);
    std::size_t made = 0;
    const double cpu = cpu_seconds();
    const double took = milliseconds_alone([&] {
        for (const auto& row : desk::batch(*rig.books, month, {"bench"}))
            made += row.report ? 1 : 0;
    });
    json::Writer line;
    line.begin_object().member("wall_us", micros(took));
    line.member("cpu_us", micros((cpu_seconds() - cpu) * 1e3));
    line.member("made", static_cast<std::int64_t>(made));
    const auto free = time_syncs(words.at(2), 50, 8192);
    line.member("sync_p50_us", micros(median(free)));
    print(line);
    return 0;
}

} // namespace hb::bench
