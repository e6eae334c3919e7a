#include <cstdio>
#include <functional>
#include <stdexcept>

#include "base/digest.h"
#include "base/text.h"
#include "bench/measure.h"
#include "bench/rig.h"
#include "bench/roles.h"
#include "engine/viewing.h"
#include "render/page.h"
#include "json/writer.h"

// What is measured on the books alone: commits and reports.
namespace hb::bench {
namespace {

std::int64_t micros(double milliseconds) {
    return static_cast<std::int64_t>(milliseconds * 1e3);
}

double milliseconds_of(const std::function<void()>& work) {
    const double began = seconds_now();
    work();
    return (seconds_now() - began) * 1e3;
}

// For figures whose tail counts: the 99th percentile of the wall clock would tell of other programs
// on the machine. The books lie in the page cache, so nothing waits for the disk.
double cpu_milliseconds_of(const std::function<void()>& work) {
    const double began = cpu_seconds();
    work();
    return (cpu_seconds() - began) * 1e3;
}

void synchronous(store::Database& db, bool full) {
    auto& pragma =
        full ? db.prepare("PRAGMA synchronous=FULL") : db.prepare("PRAGMA synchronous=NORMAL");
    pragma.step();
    pragma.reset();
}

constexpr std::int64_t kRowsOfAPage = 2500; // what one request brings

// One page of new entries, as a pull keeps it.
void keep_page(Rig& rig, std::int64_t page) {
    store::Tx tx(*rig.db);
    store::Sources::Keep context{
        rig.core->remotes.front()->row.id, "entries", 0, 1, 1, rig.clock.now()};
    std::vector<store::KeptRecord> rows;
    for (std::int64_t i = 0; i < kRowsOfAPage; ++i) {
        domain::SourceEntry entry;
        entry.id = std::to_string(page * kRowsOfAPage + i + 1);
        entry.task = std::to_string(1 + (i * 7 + page) % 1000);
        entry.person = "1";
        entry.seconds = 3600;
        entry.at = rig.clock.now();
        entry.text = "layout";
        rows.push_back(
            {{"entries", entry.id, "{\"ID\":\"" + entry.id + "\"}", sha256_hex(entry.id)},
             entry,
             ""});
    }
    const auto zone = Zone::utc();
    rig.core->sources.keep(
        context, rows, {}, [&zone](std::optional<std::int64_t>) -> const Zone& { return zone; },
        [](const store::TaskRow&) { return false; });
    tx.commit();
}

class Nobody final : public net::HttpClient {
public:
    net::Response send(const net::Request&) override { return {}; }
};

constexpr const char* kNowhere = "http://127.0.0.1:1/rest/1/sandbox/";

struct Report {
    std::size_t lines = 0;
    std::size_t bytes = 0;
};

// What `report create` works out, and both forms in which people see it; nothing is stored.
Report make_report(Rig& rig, std::int64_t client, const DayRange& month) {
    const auto lock = rig.core->lock();
    engine::Viewing viewing(*rig.core);
    domain::Filter filter;
    filter.company = {"bitrix24", "company", std::to_string(client)};
    filter.from = month.from;
    filter.to = month.to;
    const auto company = rig.core->sources.find_company(filter.company);
    const auto contract = viewing.drafting().terms(company->id, filter);
    if (!contract) throw std::runtime_error(to_string(contract.error()));
    store::ReportRow row;
    row.client = company->id;
    row.contract = contract->id;
    row.currency = contract->currency.code;
    row.period = month;
    row.created_at = rig.clock.now();
    const auto input = viewing.drafting().input(company->id, *contract, filter, 0);
    const auto draft = domain::evaluate(input);
    const auto view = viewing.of_draft(row, draft, input);
    const auto json = render::report_json(view, render::Audience::Staff);
    const auto page = render::report_page(view, {"/static/page.css", "/r/T/agree", "", "", ""});
    return {draft.lines.size(), json.size() + page.size()};
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

DayRange month_before(Instant now, int back) {
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
    const auto month = today.year() / today.month() - std::chrono::months{back};
    return {Day{month / 1}, Day{(month + std::chrono::months{1}) / 1} - std::chrono::days{1}};
}

// Everything before the two newest whole months stands on a sent report, as in an agency that bills
// every month.
void bill_until(Rig& rig, std::int64_t company, Day last) {
    domain::Filter filter;
    filter.company = {"bitrix24", "company", std::to_string(company)};
    filter.to = last;
    const auto made = rig.books->create(filter, {"bench"});
    if (!made) throw std::runtime_error("the bench could not bill: " + to_string(made.error()));
    if (!made->view.id) return; // billed already
    const auto id = *made->view.id;
    const auto sent = rig.books->send(id, rig.books->fingerprint(id), false, true, {"bench"});
    if (!sent) throw std::runtime_error("the bench could not bill: " + to_string(sent.error()));
}

void add_times(json::Writer& line, const std::string& name, const std::vector<double>& times) {
    line.member(name + "_p50_us", micros(median(times)));
    line.member(name + "_p99_us", micros(percentile(times, 0.99)));
}

} // namespace

int role_commits(const std::vector<std::string>& words) {
    const std::string& folder = words.at(1);
    const auto rounds = static_cast<int>(*parse_integer(words.at(2)));
    SystemClock clock;
    Rig rig(clock, folder + "/commits.db", kNowhere, std::make_unique<Nobody>());
    std::vector<double> syncs;
    std::vector<double> commits;
    for (int i = 0; i < rounds; ++i) { // in turns: other work on the machine hits both
        for (const double one : time_syncs(folder, 5, 8192)) syncs.push_back(one);
        for (int n = 0; n < 5; ++n)
            commits.push_back(milliseconds_of([&] {
                store::Tx tx(*rig.db);
                rig.core->sources.next_sequence("bench");
                tx.commit();
            }));
    }
    // Two files in turns. NORMAL puts its syncs off until a checkpoint, so both end with one.
    Rig full(clock, folder + "/full.db", kNowhere, std::make_unique<Nobody>());
    Rig normal(clock, folder + "/normal.db", kNowhere, std::make_unique<Nobody>());
    synchronous(*full.db, true);
    synchronous(*normal.db, false);
    double full_ms = 0;
    double normal_ms = 0;
    for (int i = 0; i < rounds; ++i) {
        full_ms += milliseconds_of([&] { keep_page(full, i); });
        normal_ms += milliseconds_of([&] { keep_page(normal, i); });
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
            rig.core->sources.find_company({"bitrix24", "company", std::to_string(number)})->id;
        out.queries.push_back(cpu_milliseconds_of(
            [&] { rig.core->sources.free_by_task(client, month.from, month.to); }));
        out.reports.push_back(
            cpu_milliseconds_of([&] { out.last = make_report(rig, number, month); }));
        if (i % std::max(1, samples / 5) == 0)
            out.scans.push_back(scan_everything(*rig.db, client, month));
    }
    return out;
}

} // namespace

int role_reports(const std::vector<std::string>& words) {
    const auto samples = static_cast<int>(*parse_integer(words.at(2)));
    SystemClock clock;
    Rig rig(clock, words.at(1), kNowhere, std::make_unique<Nobody>());
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
    line.member("plan", rig.core->sources.plan_of_free_by_task());
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

} // namespace hb::bench
