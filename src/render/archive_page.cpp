#include "render/archive_page.h"

#include <algorithm>

#include "base/text.h"
#include "domain/same_text.h"
#include "render/assets.h"
#include "render/locale.h"

namespace hb::render {
namespace {

using domain::State;

const Template& form() {
    static const Template page{kArchiveTemplate};
    return page;
}

std::string_view status_of(const Words& words, State state) {
    switch (state) {
    case State::Agreed:
        return words.state_agreed;
    case State::Invoiced:
        return words.state_invoiced;
    case State::PartlyPaid:
        return words.state_partly_paid;
    case State::Paid:
        return words.state_paid;
    case State::Cancelled:
        return words.state_cancelled;
    case State::Credited:
        return words.state_credited;
    case State::Draft: // never listed
    case State::Sent:
        break;
    }
    return words.state_sent;
}

void set_files(Data& row, const Words& words, const ArchiveRow& from) {
    const std::string period = titled_period(words, from.period);
    row.rows("row_files", [files = from.files, period](const Data::Each& each) {
        for (const auto& [name, path] : files) {
            Data file(form());
            file.set("file_name", name);
            file.set("file_path", path);
            file.set("file_period", period);
            each(file);
        }
    });
}

Data row_of(const Words& words, const ArchiveRow& from) {
    Data row(form());
    row.set("page_path", from.page_path);
    row.set("row_period", titled_period(words, from.period));
    row.set("row_number", from.number);
    row.set("row_status", status_of(words, from.state));
    const auto money = [&](std::int64_t minor) {
        return from.figures ? shown_money(words, minor, from.currency) : std::string("\u2013");
    };
    row.set("row_total", money(from.total));
    row.set("row_due", money(from.due));
    set_files(row, words, from);
    return row;
}

void set_words(Data& all, const Words& words) {
    all.set("language", words.language);
    all.set("skip", words.skip);
    all.set("title", words.archive_title);
    all.set("years_word", words.archive_years);
    all.set("latest_word", words.archive_latest_link);
    all.set("search_word", words.archive_search);
    all.set("search_button", words.archive_search_button);
    all.set("none_text", words.archive_none);
    all.set("period_word", words.period);
    all.set("status_word", words.status);
    all.set("total_word", words.total);
    all.set("due_word", words.due_short);
    all.set("files_word", words.jump_files);
    all.set("download_word", words.download);
}

void set_years(Data& all, const ArchiveView& view) {
    all.flag("latest", view.year != 0 || !view.search.empty());
    all.rows("years", [&view](const Data::Each& each) {
        if (view.years.size() < 2 && !view.more) return;
        for (const int year : view.years) {
            Data row(form());
            row.set("year", std::to_string(year));
            row.flag("chosen", year == view.year);
            each(row);
        }
    });
}

} // namespace

std::string archive_page(const ArchiveView& view, const PageOptions& options) {
    const Words& words = words_for(view.locale);
    Data all(form());
    set_words(all, words);
    all.set("style_path", options.style_path);
    all.flag("icon", !options.icon_path.empty());
    all.set("icon_path", options.icon_path);
    all.flag("has_company", !view.company.empty());
    all.set("company", view.company);
    all.set("client", view.client_name);
    all.set("path", view.path);
    all.set("search", view.search);
    set_years(all, view);
    all.flag("has_rows", !view.rows.empty());
    all.rows("rows", [&](const Data::Each& each) {
        for (const ArchiveRow& row : view.rows) each(row_of(words, row));
    });
    return form().text(all);
}

bool is_period_meant(std::string_view locale, DayRange period, std::string_view typed) {
    const Words& words = words_for(locale);
    std::string text = " " + titled_period(words, period) + " " + shown_period(words, period) +
                       " " + format_day(period.from) + " " + format_day(period.to);
    for (auto at = text.find("\u00A0"); at != std::string::npos; at = text.find("\u00A0", at))
        text.replace(at, 2, " ");
    text = fold_case(text);
    const std::string wanted = fold_case(typed);
    for (const auto word : split(wanted, ' '))
        if (!word.empty() && text.find(word) == std::string::npos) return false;
    return true;
}

} // namespace hb::render
