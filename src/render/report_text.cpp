#include <algorithm>

#include "base/count.h"
#include "base/text.h"
#include "base/wall_clock.h"
#include "domain/losses.h"
#include "render/columns.h"
#include "render/question_text.h"
#include "render/report_view.h"

namespace hb::render {

namespace {

using domain::Line;
using domain::State;

constexpr std::size_t kTitleWidth = 44;

std::string money(std::int64_t minor, const domain::ReportView& view) {
    return domain::format_amount(minor, view.currency);
}

std::string task_cell(const Line& line) {
    const std::string title = shorten(line.task_title, kTitleWidth);
    return line.task_ref.id.empty() ? title : "#" + line.task_ref.id + " " + title;
}

std::string heading(const std::string& title) {
    return "\n" + title + "\n";
}

std::string state_text(const domain::ReportView& view) {
    std::string text = domain::to_string(view.state);
    if (view.sending) text += ", being sent";
    if (view.drifted) text += ", drifted: its time changed after it was sent";
    return text;
}

std::string name_of(const domain::ReportView& view) {
    if (!view.id && !view.lines.empty()) return "Nothing was stored: this is what it would be";
    if (!view.id) return "Nothing was stored: no free time fits";
    std::string text = view.number
                           ? "Report " + *view.number + " (id " + std::to_string(*view.id) + ")"
                           : "Report " + std::to_string(*view.id);
    text += ", " + state_text(view);
    if (view.revision > 0) text += ", revision " + std::to_string(view.revision);
    return text;
}

std::string fact(const std::string& name, const std::string& value) {
    if (value.empty()) return {};
    return "  " + name + std::string(name.size() < 10 ? 10 - name.size() : 1, ' ') +
           printable(value) + "\n";
}

// To differences between the CRM and what was agreed (G56).
std::string answers(const domain::ReportView& view) {
    const auto restorable = [](const auto& each) { return domain::is_restorable(each.asked.kind); };
    if (!view.id || std::none_of(view.questions.begin(), view.questions.end(), restorable))
        return {};
    const std::string id = std::to_string(*view.id);
    std::string out = fact("answer", "hourbridge report restore-crm " + id + " writes ours again");
    if (view.state != State::Agreed)
        out += fact("or", "hourbridge report accept-crm " + id + " --reason TEXT keeps the CRM's");
    return out;
}

std::string head_text(const domain::ReportView& view, const Zone& zone) {
    std::string out = name_of(view) + "\n";
    const std::string client = view.client_name.empty()
                                   ? view.client_ref
                                   : view.client_name + " (" + view.client_ref + ")";
    out += fact("client", client);
    if (view.own_company) out += fact("from", view.own_company->name);
    out += fact("period", format_day(view.period.from) + " to " + format_day(view.period.to));
    out += fact("link", view.url.value_or(""));
    out += fact("preview", view.preview_url.value_or(""));
    out += fact("archive", view.archive_url.value_or(""));
    if (view.opened)
        out += fact("opened", "first " + wall_clock_text(view.opened->first, zone) + ", revision " +
                                  std::to_string(view.opened->revision) + " " +
                                  wall_clock_text(view.opened->last, zone));
    out += fact("deal", view.deal.value_or(""));
    out += fact("invoice", view.invoice.value_or(""));
    out += fact("card", view.card.value_or(""));
    out += fact("documents", join(view.documents, ", "));
    for (const auto& [remote, time] : view.freshness)
        out += fact("read", remote + " at " + in_wall_clock(time, zone));
    out += fact("note", view.note);
    for (const auto& each : view.questions) out += fact("asks you", question_in_shell(each.asked));
    return out + answers(view);
}

std::string billable_text(const domain::ReportView& view) {
    Columns table({{"TASK"},
                   {"PROJECT"},
                   {"TYPE"},
                   {""},
                   {"WORKED", Align::Right},
                   {"BILLED", Align::Right},
                   {"RATE", Align::Right},
                   {"AMOUNT", Align::Right}});
    std::int64_t worked = 0, billed = 0, amount = 0;
    for (const Line& line : view.lines) {
        if (!line.billable) continue;
        table.add({task_cell(line), shorten(line.project_name, 24), line.work_type,
                   line.kind == "work" ? "" : line.kind, format_duration(line.worked_seconds),
                   format_duration(line.billed_seconds), money(line.rate, view),
                   money(line.amount, view)});
        worked += line.worked_seconds;
        billed += line.billed_seconds;
        amount += line.amount;
    }
    if (table.empty()) return {};
    table.add_sums({"", "", "", "", format_duration(worked), format_duration(billed), "",
                    money(amount, view)});
    return heading("Billable") + table.text();
}

std::string nonbillable_text(const domain::ReportView& view) {
    Columns table({{"TASK"}, {"PROJECT"}, {"TYPE"}, {"WHY"}, {"WORKED", Align::Right}});
    std::int64_t worked = 0;
    for (const Line& line : view.lines) {
        if (line.billable) continue;
        table.add({task_cell(line), shorten(line.project_name, 24), line.work_type, line.reason,
                   format_duration(line.worked_seconds)});
        worked += line.worked_seconds;
    }
    if (table.empty()) return {};
    table.add_sums({"", "", "", "", format_duration(worked)});
    return heading("Not billable") + table.text();
}

std::string vat_name(const domain::Vat& vat) {
    if (vat.mode == domain::VatMode::None) return "no VAT";
    return "VAT " + domain::format_vat_rate(vat.rate_e4) + " % " + domain::to_string(vat.mode);
}

std::string totals_text(const domain::ReportView& view) {
    Columns table({{""}, {"", Align::Right}, {""}});
    const auto row = [&](const std::string& name, std::int64_t minor) {
        table.add({name, money(minor, view), view.currency.code});
    };
    if (view.vat.mode != domain::VatMode::None) {
        row("subtotal", view.totals.subtotal);
        row(vat_name(view.vat), view.totals.vat);
    }
    row("total", view.totals.total);
    if (domain::was_sent(view.state)) {
        row("paid", view.paid);
        row("due", view.totals.total - view.paid);
    }
    if (view.surplus != 0) row("client credit", view.surplus);
    return table.text();
}

// A screenful: more would hide the sums. --json has them all.
constexpr std::size_t kRowsShown = 12;

std::string and_more(std::size_t rows, std::int64_t seconds) {
    if (rows <= kRowsShown) return {};
    return "  … and " + std::to_string(rows - kRowsShown) + " more, " + format_duration(seconds) +
           " in all (--json lists every one)\n";
}

struct Waiting {
    std::string rows; // a table; "" none
    std::int64_t seconds = 0;
};

// The rows that simply were not billed yet, or the others.
Waiting waiting_rows(const domain::ReportView& view, bool earlier) {
    Waiting out;
    std::size_t shown = 0;
    Columns table({{"REF"},
                   {"WHY"},
                   {"DATE"},
                   {"TASK"},
                   {"TIME", Align::Right},
                   {"AMOUNT", Align::Right},
                   {""},
                   {"REPORT"},
                   {"DECIDED"}});
    for (const domain::LateRow& row : view.late) {
        if ((row.why == "earlier") != earlier) continue;
        out.seconds += row.seconds;
        if (++shown > kRowsShown) continue;
        table.add({row.ref, row.why, row.work_date, row.task, format_duration(row.seconds),
                   row.amount, row.currency, row.report.value_or(""), row.decision.value_or("")});
    }
    if (!table.empty()) out.rows = table.text() + and_more(shown, out.seconds);
    return out;
}

std::string late_text(const domain::ReportView& view) {
    const auto late = waiting_rows(view, false);
    if (late.rows.empty()) return {};
    return heading("Late: not on this report until you decide (hourbridge late decide REF "
                   "--next-report | --write-off --reason TEXT)") +
           late.rows;
}

// Time that no report has taken yet is not late: it only needs one.
std::string earlier_text(const domain::ReportView& view) {
    const auto earlier = waiting_rows(view, true);
    if (earlier.rows.empty()) return {};
    return heading("Not billed yet, from before this period: " + format_duration(earlier.seconds) +
                   " h (hourbridge report create --company " + view.client_ref + " --to " +
                   format_day(view.period.from - std::chrono::days{1}) + " bills it)") +
           earlier.rows;
}

std::string excluded_text(const domain::ReportView& view) {
    Columns table({{"ENTRY"}, {"WHY"}, {"REPORT"}, {"TIME", Align::Right}});
    std::int64_t seconds = 0;
    std::size_t shown = 0;
    for (const domain::ExcludedRow& row : view.excluded) {
        seconds += row.seconds;
        if (++shown > kRowsShown) continue;
        table.add({row.entry, row.why, row.report ? std::to_string(*row.report) : "",
                   format_duration(row.seconds)});
    }
    return table.empty()
               ? ""
               : heading("Not taken") + table.text() + and_more(view.excluded.size(), seconds);
}

std::string completeness_text(const domain::ReportView& view) {
    if (!view.completeness) return {};
    const domain::Completeness& rows = *view.completeness;
    std::vector<std::string> parts;
    const auto part = [&](std::int64_t seconds, const char* name) {
        if (seconds != 0) parts.push_back(format_duration(seconds) + " " + name);
    };
    part(rows.billed_work_seconds, "billable here");
    part(rows.nonbillable_seconds, "not billable here");
    part(rows.held_seconds, "on other reports");
    part(rows.late_seconds, "late");
    part(rows.excluded_seconds, "excluded by hand");
    part(rows.filtered_seconds, "outside the filter");
    part(rows.external_seconds, "billed elsewhere");
    part(rows.written_off_seconds, "written off");
    part(rows.no_task_seconds, "without a task");
    part(rows.long_seconds, "in records of more than a day, which wait");
    const std::string other =
        rows.from_other_periods_seconds == 0
            ? ""
            : "; from other periods: " + format_duration(rows.from_other_periods_seconds);
    const std::string unread =
        rows.unread_records == 0
            ? ""
            : "; besides " + count(rows.unread_records, "record", "records") +
                  " that can't be read" +
                  (rows.unread_seconds == 0 ? ""
                                            : ", with " + format_duration(rows.unread_seconds));
    return heading("Every second of the period") + "  " + format_duration(rows.source_seconds) +
           " logged" + (parts.empty() ? "" : " = " + join(parts, " + ")) + other + unread + "\n";
}

std::string warnings_text(const domain::ReportView& view) {
    if (view.warnings.empty()) return {};
    std::string out = heading("Warnings");
    for (const domain::Warning& warning : view.warnings)
        out += std::string(warning.blocking ? "  BLOCKS SENDING  " : "  ") +
               printable(warning.message) + " [" + warning.code + "]\n";
    // What pulls changed in it is taken by name.
    for (const domain::Warning& warning : view.warnings)
        if (warning.blocking && view.id && domain::may_be_accepted(warning.code))
            out += "  Once checked: hourbridge report send " + std::to_string(*view.id) +
                   " --accept " + warning.code + "\n";
    return out;
}

} // namespace

std::string report_text(const domain::ReportView& view, const Zone& zone) {
    std::string out = head_text(view, zone) + billable_text(view) + nonbillable_text(view);
    if (!view.lines.empty()) out += heading("Sums") + totals_text(view);
    return out + late_text(view) + earlier_text(view) + excluded_text(view) +
           completeness_text(view) + warnings_text(view);
}

} // namespace hb::render
