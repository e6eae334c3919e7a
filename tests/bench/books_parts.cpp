#include "bench/books_parts.h"

#include <stdexcept>

#include "base/digest.h"
#include "bench/measure.h"
#include "render/page.h"

namespace hb::bench {
namespace {

class Nobody final : public net::HttpClient {
public:
    net::Response send(const net::Request&) override { return {}; }
};

} // namespace

std::unique_ptr<net::HttpClient> nobody() {
    return std::make_unique<Nobody>();
}

std::int64_t micros(double milliseconds) {
    return static_cast<std::int64_t>(milliseconds * 1e3);
}

double milliseconds_of(const std::function<void()>& work) {
    const double began = seconds_now();
    work();
    return (seconds_now() - began) * 1e3;
}

double milliseconds_alone(const std::function<void()>& work) {
    const double queued = queued_seconds();
    const double took = milliseconds_of(work);
    return took - (queued_seconds() - queued) * 1e3;
}

double cpu_milliseconds_of(const std::function<void()>& work) {
    const double began = cpu_seconds();
    work();
    return (cpu_seconds() - began) * 1e3;
}

void add_times(json::Writer& line, const std::string& name, const std::vector<double>& times) {
    line.member(name + "_p50_us", micros(median(times)));
    line.member(name + "_p99_us", micros(percentile(times, 0.99)));
}

DayRange month_before(Instant now, int back) {
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
    const auto month = today.year() / today.month() - std::chrono::months{back};
    return {Day{month / 1}, Day{(month + std::chrono::months{1}) / 1} - std::chrono::days{1}};
}

void keep_page(Rig& rig, std::int64_t page, std::int64_t tasks) {
    store::Tx tx(*rig.db);
    store::Sources::Keep context{
        rig.books->remotes.front()->row.id, "entries", 0, 1, 1, rig.clock.now()};
    std::vector<store::KeptRecord> rows;
    for (std::int64_t i = 0; i < kRowsOfAPage; ++i) {
        domain::SourceEntry entry;
        entry.id = std::to_string(page * kRowsOfAPage + i + 1);
        entry.task = std::to_string(1 + (i * 7 + page) % tasks);
        entry.person = "1";
        entry.seconds = 3600;
        entry.at = rig.clock.now();
        entry.text = "layout";
        rows.push_back(
            {{"entries", entry.id, "{\"ID\":\"" + entry.id + "\"}", sha256_hex(entry.id)},
             entry,
             ""});
    }
    const domain::Calendar calendar = Zone::utc();
    rig.tables->sources.keep(
        context, rows, {},
        [&calendar](std::optional<std::int64_t>) -> const domain::Calendar& { return calendar; },
        [](const store::TaskRow&) { return false; });
    tx.commit();
}

domain::ReportView evaluate_report(books::Books& books, std::int64_t client,
                                   const DayRange& month) {
    const books::View view = books.view();
    books::Viewing viewing(view);
    domain::Filter filter;
    filter.company = {"bitrix24", "company", std::to_string(client)};
    filter.from = month.from;
    filter.to = month.to;
    const auto company = view->sources.find_company(filter.company);
    const auto contract = viewing.drafting().terms(company->id, filter);
    if (!contract) throw std::runtime_error(to_string(contract.error()));
    store::ReportRow row;
    row.client = company->id;
    row.contract = contract->id;
    row.currency = contract->currency.code;
    row.period = month;
    row.created_at = view.now();
    const auto input = viewing.drafting().input(company->id, *contract, filter, 0);
    return viewing.of_draft(row, domain::evaluate(input), input);
}

render::PageOptions page_options() {
    render::PageOptions out;
    out.style_path = "/static/page.css";
    out.agree_path = "/r/T/agree";
    return out;
}

Report make_report(books::Books& books, std::int64_t client, const DayRange& month) {
    const auto view = evaluate_report(books, client, month);
    const auto json = render::report_json(view, render::Audience::Staff);
    const auto page = render::report_page(view, page_options());
    return {view.lines.size(), json.size() + page.size()};
}

} // namespace hb::bench
