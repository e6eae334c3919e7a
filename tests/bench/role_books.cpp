#include <cstdio>
#include <stdexcept>

#include "base/text.h"
#include "bench/books_parts.h"
#include "bench/measure.h"
#include "bench/roles.h"
#include "desk/reports.h"

// What is measured on the books alone: commits and reports.
namespace hb::bench {
namespace {

void synchronous(store::Database& db, bool full) {
    auto& pragma =
        full ? db.prepare("PRAGMA synchronous=FULL") : db.prepare("PRAGMA synchronous=NORMAL");
    pragma.step();
    pragma.reset();
}

// The same sums without any index: what a report would cost if it read everything.
double scan_everything(store::Database& db, std::int64_t client, const DayRange& month) {
    return cpu_milliseconds_of([&] {
        auto& scan = db.prepare("SELECT task, sum(seconds) FROM entries NOT INDEXED "
                                "WHERE client = :client AND work_date BETWEEN :from AND :to "
                                "AND live_report IS NULL AND deleted = 0 GROUP BY task");
        scan.bind(":client", client)
            .bind(":from", to_epoch_days(month.from))
            .bind(":to", to_epoch_days(month.to));
        std::int64_t sum = 0;
        while (scan.step()) sum += scan.integer(1);
        if (sum == 0) throw std::runtime_error("the full scan found nothing");
    });
}

// Everything before the two newest whole months is on a sent report, as in an agency that bills
// every month.
void bill_until(Rig& rig, std::int64_t company, Day last) {
    domain::Filter filter;
    filter.company = {"bitrix24", "company", std::to_string(company)};
    filter.to = last;
    const auto made = desk::create(*rig.books, filter, {"bench"});
    if (!made) throw std::runtime_error("the bench could not bill: " + to_string(made.error()));
    if (!made->view.id) return; // billed already
    const auto id = *made->view.id;
    const auto sent =
        desk::send(*rig.books, id, rig.books->fingerprint(id), false, true, {"bench"});
    if (!sent) throw std::runtime_error("the bench could not bill: " + to_string(sent.error()));
}

} // namespace

int role_commits(const std::vector<std::string>& words) {
    const std::string& folder = words.at(1);
    const auto rounds = static_cast<int>(*parse_integer(words.at(2)));
    SystemClock clock;
    Rig rig(clock, folder + "/commits.db", kNowhere, nobody());
    std::vector<double> syncs;
    std::vector<double> commits;
    for (int i = 0; i < rounds; ++i) { // in turns: other work on the machine hits both
        for (const double one : time_syncs(folder, 5, 8192)) syncs.push_back(one);
        for (int n = 0; n < 5; ++n)
            commits.push_back(milliseconds_of([&] {
                store::Tx tx(*rig.db);
                rig.tables->sources.next_sequence("bench");
                tx.commit();
            }));
    }
    // Two files in turns. NORMAL puts its syncs off until a checkpoint, so both end with one.
    Rig full(clock, folder + "/full.db", kNowhere, nobody());
    Rig normal(clock, folder + "/normal.db", kNowhere, nobody());
    synchronous(*full.db, true);
    synchronous(*normal.db, false);
    double full_ms = 0;
    double normal_ms = 0;
    for (int i = 0; i < rounds; ++i) {
        full_ms += milliseconds_of([&] { keep_page(full, i, 1000); });
        normal_ms += milliseconds_of([&] { keep_page(normal, i, 1000); });
    }
    full_ms += milliseconds_of([&] { full.db->checkpoint(); });
    normal_ms += milliseconds_of([&] { normal.db->checkpoint(); });
    json::Writer line;
    line.begin_object();
    add_times(line, "sync", syncs);
    add_times(line, "commit", commits);
    line.member("full_us", micros(full_ms / rounds));
    line.member("normal_us", micros(normal_ms / rounds));
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

namespace {

struct ReportTimes {
    std::vector<double> queries, reports, scans;
    Report last;
};

ReportTimes time_reports(Rig& rig, std::int64_t first, std::int64_t clients, int samples) {
    ReportTimes out;
    for (int i = 0; i < samples; ++i) {
        const std::int64_t number = first + i % clients;
        const auto month = month_before(rig.clock.now(), 1 + i / static_cast<int>(clients) % 2);
        const auto client =
            rig.tables->sources.find_company({"bitrix24", "company", std::to_string(number)})->id;
        out.queries.push_back(cpu_milliseconds_of(
            [&] { rig.tables->sources.free_by_task(client, month.from, month.to); }));
        out.reports.push_back(
            cpu_milliseconds_of([&] { out.last = make_report(*rig.books, number, month); }));
        if (i % std::max(1, samples / 5) == 0)
            out.scans.push_back(scan_everything(*rig.db, client, month));
    }
    return out;
}

} // namespace

int role_reports(const std::vector<std::string>& words) {
    const auto samples = static_cast<int>(*parse_integer(words.at(2)));
    SystemClock clock;
    Rig rig(clock, words.at(1), kNowhere, nobody());
    constexpr std::int64_t kBilled = 4; // clients 1 to 4; the fifth never got a bill
    for (std::int64_t client = 1; client <= kBilled + 1; ++client) rig.contract(client);
    for (std::int64_t client = 1; client <= kBilled; ++client)
        bill_until(rig, client, month_before(clock.now(), 3).to);
    const auto usual = time_reports(rig, 1, kBilled, samples);
    const auto unbilled = time_reports(rig, kBilled + 1, 1, 10);

    json::Writer line;
    line.begin_object();
    add_times(line, "query", usual.queries);
    add_times(line, "report", usual.reports);
    add_times(line, "scan", usual.scans);
    add_times(line, "unbilled", unbilled.reports);
    line.member("lines", static_cast<std::int64_t>(usual.last.lines));
    line.member("bytes", static_cast<std::int64_t>(usual.last.bytes));
    line.member("plan", rig.tables->sources.plan_of_free_by_task());
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

} // namespace hb::bench
