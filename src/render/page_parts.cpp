#include <algorithm>

#include "render/assets.h"
#include "render/document_parts.h"
#include "render/locale.h"
#include "render/page_brand.h"
#include "render/page_texts.h"

// Pages of one project and of one task of a report: all their lines, what is billed and what is
// not.
namespace hb::render {

namespace {

using domain::Line;

class Part {
public:
    Part(const domain::ReportView& view, const PageOptions& options, PartPlace place)
        : view_(view), options_(options), place_(place), words_(words_for(view.locale)) {}

    bool write(const Write& out) {
        if (!find_lines()) return false;
        set_head();
        set_columns();
        set_sums();
        set_pages();
        data_.rows("rows", [this](const Data::Each& each) { write_rows(each); });
        form().write(data_, out);
        return true;
    }

private:
    static const Template& form() {
        static const Template page{kPartTemplate};
        return page;
    }
    bool is_project() const { return place_.kind == PartPlace::Kind::Project; }
    std::string amount(std::int64_t minor) const {
        return shown_amount(words_, minor, view_.currency);
    }
    void set_part(std::string_view name, std::string_view text) {
        if (text.empty())
            data_.flag(name, false);
        else
            data_.set(name, text);
    }

    bool find_lines() {
        const Numbers numbers = numbers_of(view_, place_.kind);
        for (const Line& line : view_.lines)
            if (numbers.at(is_project() ? line.project : line.task_ref) == place_.n)
                lines_.push_back(&line);
        pages_ = (lines_.size() + kLinesOnPartMax - 1) / kLinesOnPartMax;
        return place_.page >= 1 && place_.page <= pages_;
    }

    void set_head() {
        const Line& first = *lines_.front();
        const std::string_view project =
            first.project_name.empty() ? words_.no_project : std::string_view(first.project_name);
        const std::string heading(is_project() ? project : std::string_view(first.task_title));
        const std::string name = std::string(words_.report) + " " + view_.number.value_or("");
        data_.set("language", words_.language);
        data_.set("style_path", options_.style_path);
        data_.flag("icon", !options_.icon_path.empty());
        data_.set("icon_path", options_.icon_path);
        data_.set("icon_type",
                  options_.icon_path.ends_with(".svg") ? "image/svg+xml" : "image/png");
        set_brand(data_, words_, view_, options_);
        data_.set("page_title", heading + " · " + name);
        data_.set("heading", heading);
        data_.set("report_name", name);
        data_.set("period", titled_period(words_, view_.period));
        data_.set("report_path", options_.report_path);
        data_.set("back", words_.back_to_report);
        data_.flag("long_numbers", has_long_numbers(words_, view_));
    }

    void set_columns() {
        const bool net = view_.vat.mode == domain::VatMode::Added;
        data_.set("hours_word", words_.hours);
        data_.set("task_word", words_.task);
        data_.set("type_word", words_.work_type);
        data_.set("worked_word", words_.worked);
        data_.set("billed_word", words_.billed);
        data_.set("rate_word", words_.rate);
        data_.set("price_word",
                  net ? filled(words_.before_vat, words_.amount) : std::string(words_.amount));
        data_.set("badge_text", words_.correction);
    }

    void set_sums() {
        std::int64_t billed = 0, sum = 0;
        for (const Line* line : lines_) {
            if (!line->billable) continue;
            billed += line->billed_seconds;
            sum += line->amount;
        }
        data_.set("part_hours", shown_time(billed));
        data_.set("part_amount", shown_money(words_, sum, view_.currency));
    }

    std::string address(std::size_t page) const {
        const std::string& base = is_project() ? options_.project_path : options_.task_path;
        return base + std::to_string(place_.n) + "?page=" + std::to_string(page);
    }
    void set_pages() {
        data_.flag("paged", pages_ > 1);
        data_.set("page_of",
                  filled(words_.page_of, std::to_string(place_.page), std::to_string(pages_)));
        set_part("before", place_.page > 1 ? words_.previous_page : std::string_view());
        set_part("after", place_.page < pages_ ? words_.next_page : std::string_view());
        data_.set("before_url", address(place_.page - 1));
        data_.set("after_url", address(place_.page + 1));
    }

    void write_rows(const Data::Each& each) const {
        Numbers tasks;
        if (is_project() && !options_.task_path.empty())
            tasks = numbers_of(view_, PartPlace::Kind::Task);
        const std::size_t from = (place_.page - 1) * kLinesOnPartMax;
        const std::size_t to = std::min(lines_.size(), from + kLinesOnPartMax);
        Data row(form());
        for (std::size_t i = from; i < to; ++i) {
            set_row(row, *lines_[i], tasks);
            each(row);
        }
    }
    void set_row(Data& row, const Line& line, const Numbers& tasks) const {
        const auto maybe = [&row](std::string_view name, const std::string& text) {
            if (text.empty())
                row.flag(name, false);
            else
                row.set(name, text);
        };
        row.clear();
        row.set("title", line.task_title);
        const std::string url = task_address(view_, options_, tasks, line);
        row.flag("linked", !url.empty());
        row.set("task_url", url);
        row.flag("badge", line.kind == "adjustment");
        maybe("reason", line.billable ? "" : line_reason(words_, view_, line));
        maybe("people", people_of(view_, line));
        maybe("work_type", shown_type(view_.words, line));
        row.set("row_worked", shown_time(line.worked_seconds));
        row.set("row_billed", line.billable ? shown_time(line.billed_seconds) : "");
        row.set("row_rate", line.billable ? amount(line.rate) : "");
        row.set("row_amount", amount(line.amount));
    }

    const domain::ReportView& view_;
    const PageOptions& options_;
    const PartPlace place_;
    const Words& words_;
    std::vector<const Line*> lines_;
    std::size_t pages_ = 0;
    Data data_{form()};
};

} // namespace

bool shows_projects_alone(const domain::ReportView& view, const PageOptions& options) {
    return view.lines.size() > kLinesOnPageMax && !options.project_path.empty();
}

bool write_part_page(const domain::ReportView& view, const PageOptions& options, PartPlace place,
                     const Write& out) {
    return Part(view, options, place).write(out);
}

std::string busy_agreement_text(const domain::ReportView& view) {
    return std::string(words_for(view.locale).busy_text);
}

} // namespace hb::render
