#include <algorithm>
#include <set>

#include "base/text.h"
#include "desk/archive.h"
#include "render/archive_page.h"
#include "web/form.h"
#include "web/routes/link.h"
#include "web/routes/routes.h"

// GET /a/TOKEN: every report of one client; `?year=` of one year, `?period=` those whose period
// holds the words.
namespace hb::web {

namespace {

constexpr std::size_t kPeriodsMax = 24;
constexpr std::size_t kFoundMax = 200;
constexpr std::size_t kSearchMax = 60; // characters of what was typed

int year_of(DayRange period) {
    return static_cast<int>(parse_integer(format_day(period.to).substr(0, 4)).value_or(0));
}

// Its own page where there is one, since there it can be agreed to; else below the archive.
std::string page_of(const std::string& archive, const desk::ArchivedReport& report) {
    if (!report.token.empty()) return "/r/" + report.token;
    return archive + "/" + percent_encode(report.number);
}

render::ArchiveRow row_of(const std::string& archive, const desk::ArchivedReport& report) {
    render::ArchiveRow row;
    row.period = report.period;
    row.number = report.number;
    row.state = report.state;
    row.currency = report.currency;
    row.total = report.total;
    row.due = report.due;
    row.figures = report.figures;
    row.page_path = page_of(archive, report);
    if (!report.figures) return row; // its files are gone (410)
    const std::string base = archive + "/" + percent_encode(report.number) + "/report.";
    row.files = {{"PDF", base + "pdf"}, {"XLSX", base + "xlsx"}, {"CSV", base + "csv"}};
    return row;
}

// Which reports are shown, and what the page says about the others.
void choose(render::ArchiveView& view, const desk::Archive& all) {
    std::set<std::pair<Day, Day>> periods;
    for (const auto& report : all.reports) {
        const int year = year_of(report.period);
        if (view.years.empty() || view.years.back() != year) view.years.push_back(year);
        bool shown = true;
        if (!view.search.empty())
            shown = view.rows.size() < kFoundMax &&
                    render::is_period_meant(view.locale, report.period, view.search);
        else if (view.year != 0)
            shown = year == view.year;
        else {
            periods.emplace(report.period.from, report.period.to);
            shown = periods.size() <= kPeriodsMax;
            view.more = view.more || !shown;
        }
        if (shown) view.rows.push_back(row_of(view.path, report));
    }
}

} // namespace

Answer get_archive(const Site& site, const Asked& asked) {
    std::optional<desk::Archive> all;
    {
        const books::View view = site.books.view();
        all = desk::archive_behind(view, asked.captured.at(0));
    }
    if (!all) return missed(site, asked);
    render::ArchiveView page;
    page.locale = all->locale;
    page.client_name = all->client_name;
    page.company = all->company;
    page.path = "/a/" + asked.captured.at(0);
    page.year =
        static_cast<int>(parse_integer(only_value(asked.query, "year")).value_or(0) % 10'000);
    page.search = shorten(trim(to_utf8(only_value(asked.query, "period"))), kSearchMax);
    choose(page, *all);
    return html(200, render::archive_page(page, plain_options()));
}

} // namespace hb::web
