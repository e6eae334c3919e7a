#include <cstdio>
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
    return milliseconds_of([&] {
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

// The whole months of the 540 days that seed_rows fills.
std::vector<DayRange> months_before(Instant now) {
    std::vector<DayRange> out;
    std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
    auto month = today.year() / today.month();
    for (int i = 0; i < 16; ++i) {
        const Day next{month / 1};
        month -= std::chrono::months{1};
        out.push_back({Day{month / 1}, next - std::chrono::days{1}});
    }
    return out;
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
    std::vector<double> full;
    std::vector<double> normal;
    for (int i = 0; i < rounds; ++i) {
        const bool is_full = i % 2 == 0;
        synchronous(*rig.db, is_full);
        const double took = milliseconds_of([&] { keep_page(rig, i); });
        if (i >= 2) (is_full ? full : normal).push_back(took);
    }
    json::Writer line;
    line.begin_object();
    add_times(line, "sync", syncs);
    add_times(line, "commit", commits);
    add_times(line, "full", full);
    add_times(line, "normal", normal);
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

int role_reports(const std::vector<std::string>& words) {
    const auto samples = static_cast<int>(*parse_integer(words.at(2)));
    SystemClock clock;
    Rig rig(clock, words.at(1), kNowhere, std::make_unique<Nobody>());
    constexpr int kClients = 20;
    for (int client = 1; client <= kClients; ++client) rig.contract(client);
    const auto months = months_before(clock.now());

    std::vector<double> queries;
    std::vector<double> reports;
    std::vector<double> scans;
    Report last;
    for (int i = 0; i < samples; ++i) {
        const std::int64_t number = 1 + i % kClients;
        const auto& month = months[static_cast<std::size_t>(i / kClients) % months.size()];
        const auto client =
            rig.core->sources.find_company({"bitrix24", "company", std::to_string(number)})->id;
        queries.push_back(
            milliseconds_of([&] { rig.core->sources.free_by_task(client, month.from, month.to); }));
        reports.push_back(milliseconds_of([&] { last = make_report(rig, number, month); }));
        if (i % (samples / 5) == 0) scans.push_back(scan_everything(*rig.db, client, month));
    }
    json::Writer line;
    line.begin_object();
    add_times(line, "query", queries);
    add_times(line, "report", reports);
    add_times(line, "scan", scans);
    line.member("lines", static_cast<std::int64_t>(last.lines));
    line.member("bytes", static_cast<std::int64_t>(last.bytes));
    line.member("plan", rig.core->sources.plan_of_free_by_task());
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

} // namespace hb::bench
