#include "render/page.h"

#include "base/base64.h"
#include "base/text.h"
#include "render/assets.h"
#include "render/locale.h"
#include "render/template.h"

// page.mustache says what stands where; this file computes the texts that it shows. Every value is
// escaped by the template and never read as a template itself. A section falls back to the data
// around it, so each name means one thing.
namespace hb::render {

namespace {

using domain::Line;
using domain::State;
using domain::VatMode;

// Above this many lines projects are folded, and open without script (G38).
constexpr std::size_t kOpenLinesMax = 1000;

std::string text_of(std::string_view words) {
    return std::string(words);
}

bool has_money(State state) {
    return state == State::Invoiced || state == State::PartlyPaid || state == State::Paid;
}

std::string_view state_text(const Words& words, State state) {
    switch (state) {
    case State::Sent:
        return words.state_sent;
    case State::Agreed:
        return words.state_agreed;
    case State::Invoiced:
        return words.state_invoiced;
    case State::PartlyPaid:
        return words.state_partly_paid;
    case State::Paid:
        return words.state_paid;
    case State::Draft:
        return words.draft;
    case State::Cancelled:
    case State::Credited:
        break;
    }
    return {};
}

// A link is a link only when it leads to a web page: "javascript:…" from a remote stays text.
bool is_web_address(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

class Page {
public:
    Page(const ReportView& view, const PageOptions& options)
        : view_(view), options_(options), words_(words_for(view.locale)) {}

    void write(const Write& out) {
        set_head();
        set_summary();
        set_columns();
        set_projects();
        set_free();
        set_sums();
        set_agreement();
        set_completeness();
        set_rules();
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
        const std::string number = view_.number.value_or("");
        set("language", words_.language);
        set("style_path", options_.style_path);
        flag("message", !options_.message.empty());
        set("message_text", options_.message);
        set("company", view_.own_company ? view_.own_company->name : "");
        set("heading",
            number.empty() ? text_of(words_.report_title) : text_of(words_.report) + " " + number);
        const bool draft = view_.state == State::Draft;
        flag("draft", draft);
        set("draft_word", words_.draft);
        set("page_title", text_of(draft ? words_.draft : words_.report) + " " + number + " · " +
                              shown_period(words_, view_.period));
        set("for_client", words_.for_client);
        set("client", view_.client_name);
        set("period_word", words_.period);
        set("period", shown_period(words_, view_.period));
        flag("revised", view_.revision > 1);
        set("revision_word", words_.revision);
        set("revision", std::to_string(view_.revision));
    }

    void set_summary() {
        const bool partly = view_.state == State::PartlyPaid;
        const std::int64_t due = view_.totals.total - view_.paid;
        std::string state = text_of(state_text(words_, view_.state));
        if (partly)
            state += ": " + filled(words_.paid_of, money(view_.paid), money(view_.totals.total));
        set("state", domain::to_string(view_.state));
        set("state_text", state);
        const bool settled = view_.state == State::Paid;
        const bool asked = view_.state != State::Draft && !settled; // nobody is asked for a draft
        set("head_sum_word", !asked ? words_.total : partly ? words_.due : words_.to_pay);
        set("head_sum", money(settled ? view_.totals.total : due));
        set("hours_word", words_.hours);
        set("head_hours", shown_time(view_.billed_seconds));
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
        row.flag("linked", is_web_address(line.task_url));
        row.set("task_url", line.task_url);
        row.flag("badge", line.kind == "adjustment");
        row.set("badge_text", words_.correction);
        const std::string people = people_of(line);
        row.flag("peopled", !people.empty());
        row.set("people", people);
        row.set("work_type", line.work_type);
        row.set("row_worked", shown_time(line.worked_seconds));
        row.set("row_billed", shown_time(line.billed_seconds));
        row.set("row_rate", amount(line.rate));
        row.set("row_amount", amount(line.amount));
    }

    std::string people_of(const Line& line) const {
        if (view_.people == domain::PeopleShown::Hidden) return {};
        std::vector<std::string> shares;
        for (const domain::PersonShare& share : line.people)
            shares.push_back(line.people.size() == 1
                                 ? share.name
                                 : share.name + " " + shown_time(share.seconds));
        return join(shares, ", ");
    }

    // One group for each project, in the order in which lines first name it.
    struct Group {
        std::string_view name;
        std::vector<const Line*> lines;
        std::int64_t billed = 0;
        std::int64_t amount = 0;
    };

    void group() {
        std::map<domain::Ref, std::size_t> index;
        for (const Line& line : view_.lines) {
            if (!line.billable) continue;
            const auto [at, added] = index.try_emplace(line.project, groups_.size());
            if (added) groups_.push_back({line.project_name, {}, 0, 0});
            Group& group = groups_[at->second];
            group.lines.push_back(&line);
            group.billed += line.billed_seconds;
            group.amount += line.amount;
        }
    }

    void set_project(Data& project, const Group& group) const {
        project.clear();
        project.set("project", group.name.empty() ? words_.no_project : group.name);
        project.flag("open", view_.lines.size() <= kOpenLinesMax);
        project.set("count_text", filled(words_.show_lines, std::to_string(group.lines.size())));
        project.set("project_hours", shown_time(group.billed));
        project.set("project_amount", amount(group.amount));
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

    void set_free() {
        const bool any = std::any_of(view_.lines.begin(), view_.lines.end(),
                                     [](const Line& line) { return !line.billable; });
        flag("has_free", any);
        data_.rows("free", [this](const Data::Each& each) {
            Data row(form());
            for (const Line& line : view_.lines) {
                if (line.billable) continue;
                set_row(row, line);
                row.set("reason", line.reason == domain::kPlannerReason
                                      ? std::string(words_.planner_reason)
                                      : line.reason);
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
        flag("agree", view_.state == State::Sent && !options_.agree_path.empty());
        set("agree_title", words_.agree_title);
        set("agree_explained", filled(words_.agree_explained, money(view_.totals.total)));
        set("agree_path", options_.agree_path);
        set("hash", view_.hash);
        set("agree_name", words_.agree_name);
        set("agree_email", words_.agree_email);
        set("optional_word", words_.optional);
        set("agree_button", words_.agree_button);
    }

    void set_completeness() {
        const domain::Completeness rows = view_.completeness.value_or(domain::Completeness{});
        std::vector<Data> shown;
        const auto add = [&](std::int64_t seconds, std::string_view name) {
            if (seconds == 0) return;
            Data& row = shown.emplace_back(form());
            row.set("row_time", shown_time(seconds));
            row.set("row_name", name);
        };
        add(rows.billed_work_seconds, words_.row_billed);
        add(rows.nonbillable_seconds, words_.row_free);
        add(rows.held_seconds, words_.row_held);
        add(rows.late_seconds, words_.row_late);
        add(rows.excluded_seconds, words_.row_excluded);
        add(rows.filtered_seconds, words_.row_filtered);
        add(rows.external_seconds, words_.row_external);
        add(rows.written_off_seconds, words_.row_written_off);
        add(rows.no_task_seconds, words_.row_no_task);
        add(rows.long_seconds, words_.row_long);
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
        flag("downloads", !options_.csv_path.empty());
        set("download_word", words_.download);
        set("csv_path", options_.csv_path);
        set("json_path", options_.json_path);
    }

    const ReportView& view_;
    const PageOptions& options_;
    const Words& words_;
    bool rounded_ = false;
    std::vector<Group> groups_;
    Data data_{form()};
};

struct Paragraph {
    std::string text;
    std::string language; // where it differs from the page's
};

std::string notice(std::string_view language, const PageOptions& options, std::string_view company,
                   std::string_view title, const std::vector<Paragraph>& paragraphs) {
    static const Template form{kNoticeTemplate};
    Data all(form);
    all.set("language", language);
    all.set("style_path", options.style_path);
    all.flag("message", !options.message.empty());
    all.set("message_text", options.message);
    all.flag("has_company", !company.empty());
    all.set("company", company);
    all.set("title", title);
    all.rows("paragraphs", [&](const Data::Each& each) {
        for (const Paragraph& one : paragraphs) {
            Data paragraph(form);
            paragraph.set("paragraph", one.text);
            paragraph.flag("paragraph_language", false);
            if (!one.language.empty()) paragraph.set("paragraph_language", one.language);
            each(paragraph);
        }
    });
    return form.text(all);
}

} // namespace

void write_report_page(const ReportView& view, const PageOptions& options, const Write& out) {
    Page(view, options).write(out);
}

std::string report_page(const ReportView& view, const PageOptions& options) {
    std::string page;
    write_report_page(view, options, [&](std::string_view piece) { page += piece; });
    return page;
}

std::string exported_page(const ReportView& view) {
    PageOptions options;
    options.style_path = "data:text/css;base64," + base64(kPageStyle);
    return report_page(view, options);
}

std::string notice_page(const ReportView& view, const PageOptions& options, std::string_view title,
                        std::string_view text) {
    const std::string company = view.own_company ? view.own_company->name : "";
    return notice(words_for(view.locale).language, options, company, title,
                  {{std::string(text), ""}});
}

Notice withdrawn_notice(const ReportView& view) {
    const Words& words = words_for(view.locale);
    const bool ended = view.state == State::Cancelled || view.state == State::Credited;
    if (ended) return {text_of(words.cancelled_title), text_of(words.cancelled_text)};
    return {text_of(words.corrected_title), text_of(words.corrected_text)};
}

std::string stale_agreement_text(const ReportView& view) {
    return text_of(words_for(view.locale).stale_text);
}

// Whose page this would have been is not known, and must not be told: both languages.
std::string not_found_page(std::string_view style_path) {
    PageOptions options;
    options.style_path = std::string(style_path);
    return notice("en", options, "", "Nothing here",
                  {{"This link does not lead to a report, or it does not any more. Please ask for "
                    "a new one.",
                    ""},
                   {"Эта ссылка не ведёт к отчёту или больше не действует. Пожалуйста, попросите "
                    "новую.",
                    "ru"}});
}

std::string style_sheet() {
    return std::string(kPageStyle);
}

} // namespace hb::render
