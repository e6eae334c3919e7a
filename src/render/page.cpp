#include "render/page.h"

#include "base/text.h"
#include "render/assets.h"
#include "render/document_parts.h"
#include "render/locale.h"
#include "render/page_brand.h"
#include "render/page_texts.h"
#include "render/template.h"

// page.mustache says what stands where; this file computes the texts that it shows. Every value is
// escaped by the template and never read as a template itself. A section falls back to the data
// around it, so each name means one thing.
namespace hb::render {

namespace {

using domain::Line;
using domain::State;
using domain::VatMode;

// Above one of these projects are folded, and open without script.
constexpr std::size_t kOpenLinesMax = 30;
constexpr std::size_t kOpenProjectsMax = 8;

std::string text_of(std::string_view words) {
    return std::string(words);
}

// A section of its own name, not shown when empty.
void set_part(Data& data, std::string_view name, std::string_view text) {
    if (text.empty())
        data.flag(name, false);
    else
        data.set(name, text);
}

bool has_money(State state) {
    return state == State::Invoiced || state == State::PartlyPaid || state == State::Paid;
}

class Page {
public:
    Page(const domain::ReportView& view, const PageOptions& options)
        : view_(view), options_(options), words_(words_for(view.locale)) {}

    void write(const Write& out) {
        projects_ = numbers_of(view_, PartPlace::Kind::Project);
        if (!options_.task_path.empty()) tasks_ = numbers_of(view_, PartPlace::Kind::Task);
        set_head();
        set_summary();
        set_ways();
        set_columns();
        set_projects();
        set_charts();
        set_free();
        set_sums();
        set_agreement();
        set_completeness();
        set_rules();
        set_changes();
        set_staff();
        form().write(data_, out);
    }

private:
    static const Template& form() {
        static const Template page{kPageTemplate};
        return page;
    }
    void set(std::string_view name, std::string_view text) { data_.set(name, text); }
    void flag(std::string_view name, bool on) { data_.flag(name, on); }
    std::string amount(std::int64_t minor) const {
        return shown_amount(words_, minor, view_.currency);
    }
    std::string money(std::int64_t minor) const {
        return shown_money(words_, minor, view_.currency);
    }

    void set_head() {
        const bool draft = view_.state == State::Draft;
        std::string name = text_of(draft ? words_.draft : words_.report);
        if (view_.number && !view_.number->empty()) name += " " + *view_.number;
        const std::string period = titled_period(words_, view_.period);
        set("language", words_.language);
        set("style_path", options_.style_path);
        flag("icon", !options_.icon_path.empty());
        set("icon_path", options_.icon_path);
        set("icon_type", options_.icon_path.ends_with(".svg") ? "image/svg+xml" : "image/png");
        flag("message", !options_.message.empty());
        set("message_text", options_.message);
        const std::string company = view_.own_company ? view_.own_company->name : "";
        flag("has_company", !company.empty());
        set("company", company);
        set_brand(data_, words_, view_, options_);
        set_part(data_, "brand_note",
                 view_.brand ? brand_text(view_.brand->note, view_.locale) : std::string_view());
        set("heading", period);
        set("report_title", words_.report_title);
        set("report_name", name);
        flag("draft", draft);
        set("draft_word", words_.draft);
        set("page_title", draft ? name + " · " + period : period + " · " + name);
        set("for_client", words_.for_client);
        set("client", view_.client_name);
        set("period_word", words_.period);
        set("period", shown_period(words_, view_.period));
        flag("revised", view_.revision > 1);
        set("revision_word", words_.revision);
        set("revision", std::to_string(view_.revision));
        flag("long_numbers", has_long_numbers(words_, view_));
    }

    void set_summary() {
        const std::int64_t due = view_.totals.total - view_.paid;
        set("state", domain::to_string(view_.state));
        set("state_text", state_text(words_, view_));
        const bool settled = view_.state == State::Paid;
        const bool asked = view_.state != State::Draft && !settled; // nobody is asked for a draft
        const bool partly = view_.state == State::PartlyPaid;
        set("head_sum_word", !asked ? words_.total : partly ? words_.due : words_.to_pay);
        set("head_sum", money(settled ? view_.totals.total : due));
        flag("due", view_.due_on && asked && has_money(view_.state));
        set("due_word", words_.due_day);
        set("due_day", view_.due_on ? shown_day(words_, *view_.due_on) : "");
        const bool owed = view_.state == State::Invoiced || view_.state == State::PartlyPaid;
        set_part(data_, "payment",
                 owed && !is_free(view_) && view_.brand
                     ? brand_text(view_.brand->payment, view_.locale)
                     : std::string_view());
        set("payment_title", words_.payment_title);
        set("hours_word", words_.hours);
        set("head_hours", shown_time(view_.billed_seconds));
        const std::string next = next_text(words_, view_);
        flag("has_next", !next.empty());
        set("next_title", words_.next_title);
        set("next_text", next);
        const AgreedText agreed = agreed_text(words_, view_);
        flag("agreed", !agreed.before.empty() || !agreed.name.empty());
        set("agreed_before", agreed.before);
        flag("named", !agreed.name.empty());
        set("agreed_name", agreed.name);
        set("agreed_after", agreed.after);
        set("thanks_text", words_.thanks);
        set("already_text", words_.already);
    }

    void set_ways() {
        set("skip", words_.skip);
        set("on_this_page", words_.on_this_page);
        set("jump_agree", is_free(view_) ? words_.acknowledge_button : words_.jump_agree);
        set("files_title", words_.jump_files);
        const std::pair<std::string_view, const std::string&> all[] = {
            {"PDF", options_.pdf_path},
            {"XLSX", options_.xlsx_path},
            {"CSV", options_.csv_path},
            {"JSON", options_.json_path}};
        std::vector<Data> files;
        for (const auto& [name, path] : all) {
            if (path.empty()) continue;
            Data& file = files.emplace_back(form());
            file.set("file_path", path);
            file.set("file_name", name);
        }
        flag("files", !files.empty());
        set("download_word", words_.download);
        list("file_list", std::move(files));
        set("our_side", words_.our_side);
        set("client_side", words_.client_side);
        set("sign_here", words_.sign_here);
    }

    void set_columns() {
        bool types = false;
        for (const Line& line : view_.lines)
            types = types || (line.billable && !line.work_type.empty());
        flag("has_types", types);
        rounded_ = view_.rounding.level != domain::RoundingLevel::None;
        flag("rounded", rounded_);
        set("task_word", words_.task);
        set("type_word", words_.work_type);
        set("worked_word", words_.worked);
        set("billed_word", rounded_ ? words_.billed : words_.hours);
        set("rate_word", words_.rate);
        set("amount_word", words_.amount);
        const bool net = view_.vat.mode == VatMode::Added;
        set("price_word", net ? filled(words_.before_vat, words_.amount) : text_of(words_.amount));
        set("reason_word", words_.reason);
    }

    void set_row(Data& row, const Line& line) const {
        row.clear();
        row.set("title", line.task_title);
        const std::string url = task_address(view_, options_, tasks_, line);
        row.flag("linked", !url.empty());
        row.set("task_url", url);
        row.flag("badge", line.kind == "adjustment");
        row.set("badge_text", words_.correction);
        const std::string people = people_of(view_, line);
        row.flag("peopled", !people.empty());
        row.set("people", people);
        row.flag("typed", !line.work_type.empty());
        row.set("work_type", shown_type(view_.words, line));
        row.set("row_worked", shown_time(line.worked_seconds));
        row.set("row_billed", shown_time(line.billed_seconds));
        row.set("row_rate", amount(line.rate));
        row.set("row_amount", amount(line.amount));
    }

    // One group for each project, in the order in which lines first name it.
    struct Group {
        std::string_view name;
        std::vector<const Line*> lines;
        std::int64_t billed = 0;
        std::int64_t amount = 0;
        std::size_t number = 1; // among all projects, also those without charge
    };

    void group() {
        std::map<domain::Ref, std::size_t> index;
        for (const Line& line : view_.lines) {
            if (!line.billable) continue;
            const auto [at, added] = index.try_emplace(line.project, groups_.size());
            if (added) groups_.push_back({line.project_name, {}, 0, 0, projects_.at(line.project)});
            Group& group = groups_[at->second];
            group.lines.push_back(&line);
            group.billed += line.billed_seconds;
            group.amount += line.amount;
        }
    }

    void set_project(Data& project, const Group& group) const {
        project.clear();
        project.set("project", group.name.empty() ? words_.no_project : group.name);
        project.flag("open",
                     view_.lines.size() <= kOpenLinesMax && groups_.size() <= kOpenProjectsMax);
        project.set("count_text", filled(words_.show_lines, std::to_string(group.lines.size())));
        project.set("project_hours", shown_time(group.billed));
        project.set("project_amount", amount(group.amount));
        project.set("project_url", options_.project_path + std::to_string(group.number));
        project.rows("rows", [this, &group](const Data::Each& each) {
            Data row(form());
            for (const Line* line : group.lines) {
                set_row(row, *line);
                each(row);
            }
        });
    }

    void set_projects() {
        group();
        alone_ = shows_projects_alone(view_, options_);
        flag("alone", alone_);
        set("by_project", filled(words_.by_project, std::to_string(view_.lines.size())));
        flag("has_billable", !groups_.empty());
        set("billable_title", words_.billable_title);
        data_.rows("projects", [this](const Data::Each& each) {
            Data project(form());
            for (const Group& group : groups_) {
                set_project(project, group);
                each(project);
            }
        });
    }

    void set_charts() {
        std::vector<Data> charts;
        add_chart(charts, words_.chart_projects, project_bars(words_, view_));
        add_chart(charts, words_.chart_types, type_bars(words_, view_));
        flag("has_charts", !charts.empty());
        list("charts", std::move(charts));
    }
    static void add_chart(std::vector<Data>& charts, std::string_view title,
                          std::vector<Bar> bars) {
        if (bars.empty()) return;
        Data& chart = charts.emplace_back(form());
        chart.set("chart_title", title);
        chart.rows("bars", [bars = std::move(bars)](const Data::Each& each) {
            Data row(form());
            for (const Bar& bar : bars) {
                row.set("bar_name", bar.name);
                row.set("bar_length", std::to_string(bar.length));
                row.set("bar_share", std::to_string(bar.percent));
                row.set("bar_time", shown_time(bar.seconds));
                each(row);
            }
        });
    }

    void set_free() {
        const bool any = std::any_of(view_.lines.begin(), view_.lines.end(),
                                     [](const Line& line) { return !line.billable; });
        flag("has_free", any);
        std::int64_t free_lines = std::count_if(view_.lines.begin(), view_.lines.end(),
                                                [](const Line& line) { return !line.billable; });
        set("free_count", filled(words_.show_lines, std::to_string(free_lines)));
        data_.rows("free", [this](const Data::Each& each) {
            Data row(form());
            for (const Line& line : view_.lines) {
                if (line.billable) continue;
                set_row(row, line);
                row.set("reason", line_reason(words_, view_, line));
                each(row);
            }
        });
        set("free_title", words_.free_title);
        set("free_note", words_.free_note);
        set("free_hours", shown_time(view_.nonbillable_seconds));
        set("free_amount", amount(0));
    }

    using Sums = std::vector<Data>;
    static void add_sum(Sums& sums, std::string_view word, std::string_view value,
                        bool strong = false) {
        Data& sum = sums.emplace_back(form());
        sum.set("sum_word", word);
        sum.set("sum_value", value);
        sum.flag("strong", strong);
    }
    void list(std::string_view name, std::vector<Data> rows) {
        data_.rows(name, [rows = std::move(rows)](const Data::Each& each) {
            for (const Data& row : rows) each(row);
        });
    }

    void set_sums() {
        const std::string rate = domain::format_vat_rate(view_.vat.rate_e4);
        const auto vat = [&](std::string_view word) { return filled(word, rate); };
        Sums sums;
        if (view_.vat.mode == VatMode::Added) {
            add_sum(sums, words_.sum_of_lines, money(view_.totals.subtotal));
            add_sum(sums, vat(words_.vat), money(view_.totals.vat));
        }
        add_sum(sums, words_.total, money(view_.totals.total), true);
        if (view_.vat.mode == VatMode::Included)
            add_sum(sums, vat(words_.vat_included), money(view_.totals.vat));
        if (view_.vat.mode == VatMode::None) add_sum(sums, words_.no_vat, "");
        if (has_money(view_.state)) {
            add_sum(sums, words_.paid, money(view_.paid));
            add_sum(sums, words_.due, money(view_.totals.total - view_.paid), true);
        }
        if (view_.surplus > 0) add_sum(sums, words_.credit, money(view_.surplus));
        set("sums_title", words_.sums_title);
        list("sums", std::move(sums));
    }

    void set_agreement() {
        flag("agree",
             (view_.state == State::Sent || options_.inactive) && !options_.agree_path.empty());
        flag("inactive", options_.inactive);
        const bool free = is_free(view_);
        set("agree_title", free ? words_.acknowledge_title : words_.agree_title);
        set("agree_explained", free ? text_of(words_.acknowledge_explained)
                                    : filled(words_.agree_explained, money(view_.totals.total)));
        set("agree_path", options_.agree_path);
        set("hash", view_.hash);
        set("typed_name", options_.typed_name);
        set("typed_email", options_.typed_email);
        set("name_word", words_.agree_name);
        set("email_word", words_.agree_email);
        set("optional_word", words_.optional);
        set("agree_button", free ? words_.acknowledge_button : words_.agree_button);
    }

    void set_completeness() {
        const domain::Completeness rows = view_.completeness.value_or(domain::Completeness{});
        std::vector<Data> shown;
        for (const DocumentFact& fact : complete_rows(words_, rows)) {
            Data& row = shown.emplace_back(form());
            row.set("row_time", fact.word);
            row.set("row_name", fact.value);
        }
        const bool split = shown.size() > 1 || rows.source_seconds != rows.billed_work_seconds;
        const std::string source = shown_time(rows.source_seconds);
        flag("complete", view_.completeness.has_value());
        flag("split", split);
        set("complete_title", words_.complete_title);
        set("complete_text",
            filled(split ? words_.complete_source : words_.complete_all_here, source));
        list("complete_rows", std::move(shown));
        flag("unread", rows.unread_records != 0);
        set("unread_text",
            filled(rows.unread_seconds != 0 ? words_.unread_hours : words_.unread,
                   std::to_string(rows.unread_records), shown_time(rows.unread_seconds)));
        flag("others", rows.from_other_periods_seconds != 0);
        set("others_text",
            filled(words_.other_periods, shown_time(rows.from_other_periods_seconds)));
    }

    void set_rules() {
        set("counted_title", words_.counted_title);
        set("rounding_rule", shown_rounding(words_, view_.rounding));
        set("price_rule", words_.price_rule);
    }

    void add_change(std::vector<Data>& all, std::string_view text) const {
        all.emplace_back(form()).set("change", text);
    }

    // What is different from the revision that the client saw before.
    void set_changes() {
        flag("changed", false);
        flag("archive", false);
        if (!options_.archive_path.empty()) set("archive", options_.archive_path);
        set("earlier_word", words_.earlier_reports);
        if (!view_.changes) return;
        const domain::Changes& changes = *view_.changes;
        std::vector<Data> all;
        if (changes.total_before != view_.totals.total)
            add_change(all, filled(words_.changed_total, money(changes.total_before),
                                   money(view_.totals.total)));
        if (changes.seconds_before != view_.billed_seconds)
            add_change(all, filled(words_.changed_hours, shown_time(changes.seconds_before),
                                   shown_time(view_.billed_seconds)));
        for (const auto& [word, number] : {std::pair(words_.changed_new, changes.added),
                                           std::pair(words_.changed_lines, changes.changed),
                                           std::pair(words_.changed_gone, changes.gone)})
            if (number > 0) add_change(all, filled(word, std::to_string(number)));
        if (all.empty()) add_change(all, words_.changed_same);
        set("changed", words_.changed_title);
        list("changes", std::move(all));
    }

    void set_texts(std::string_view name, std::string_view each_name,
                   const std::vector<std::string>& texts) {
        std::vector<Data> rows;
        for (const std::string& text : texts) rows.emplace_back(form()).set(each_name, text);
        flag("has_" + std::string(name), !rows.empty());
        list(name, std::move(rows));
    }

    void set_staff() {
        const StaffBlock& staff = options_.staff;
        flag("staff", false);
        if (staff.title.empty()) return;
        set("staff", staff.title);
        set("staff_language", staff.language);
        set("staff_text", staff.text);
        set("warnings_title", staff.warnings_title);
        set("late_title", staff.late_title);
        set_texts("warnings", "warning", staff.warnings);
        set_texts("late", "late_row", staff.late);
    }

    const domain::ReportView& view_;
    const PageOptions& options_;
    const Words& words_;
    Numbers projects_, tasks_;
    bool rounded_ = false;
    bool alone_ = false;
    std::vector<Group> groups_;
    Data data_{form()};
};

} // namespace

void write_report_page(const domain::ReportView& view, const PageOptions& options,
                       const Write& out) {
    Page(view, options).write(out);
}

std::string report_page(const domain::ReportView& view, const PageOptions& options) {
    std::string page;
    write_report_page(view, options, [&](std::string_view piece) { page += piece; });
    return page;
}

} // namespace hb::render
