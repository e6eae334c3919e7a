#include "app/commands/explanation.h"
#include "render/question_text.h"

#include "base/text.h"

// explain: a report of ours
namespace hb::app {
namespace {

std::string money(std::int64_t minor, const domain::ReportView& view) {
    return domain::format_amount(minor, view.currency) + " " + view.currency.code;
}

Facts frame_of(const store::ReportRow& row, const domain::ReportView& view) {
    const auto at = [](const std::optional<Instant>& moment) {
        return moment ? format_instant(*moment) : std::string();
    };
    return {
        {"state", domain::to_string(row.state)},
        {"number", row.number.value_or("")},
        {"client", view.client_ref + " " + view.client_name},
        {"period", format_day(row.period.from) + " to " + format_day(row.period.to)},
        {"filter", row.filter},
        {"contract", std::to_string(row.contract)},
        {"worked", format_duration(view.worked_seconds)},
        {"billed", format_duration(view.billed_seconds)},
        {"total", money(view.totals.total, view)},
        {"paid", money(view.paid, view)},
        {"hash", view.hash},
        {"created", format_instant(row.created_at) + " by " + row.created_by},
        {"sent", at(row.sent_at)},
        {"agreed", row.agreed_at ? at(row.agreed_at) + " by " + row.agreed_by.value_or("") : ""},
        {"invoiced", at(row.invoiced_at)},
        {"paid_at", at(row.paid_at)},
        {"ended", row.ended_at ? at(row.ended_at) + ": " + row.ended_reason.value_or("") : ""},
        {"drifted", row.drifted ? "yes: its time changed after it was sent" : ""},
        {"asks", render::questions_in_shell(view.questions)},
        {"note", row.note}};
}

std::vector<Facts> lines_of(const books::Reading& read, const store::ReportRow& row,
                            const domain::ReportView& view) {
    std::vector<Facts> out;
    const int revision = row.state == domain::State::Draft ? 0 : row.revision;
    for (const auto& line : read->reports.lines(row.id, revision)) {
        std::vector<std::string> entries;
        for (const auto& share : read->reports.allocations_of_line(line.id))
            if (const auto entry = read->sources.find_entry(share.entry))
                entries.push_back(to_string(entry->ref));
        out.push_back(
            {{"task", to_string(line.line.task_ref)},
             {"title", shorten(line.line.task_title, 40)},
             {"work_type", line.line.work_type},
             {"billed", format_duration(line.line.billed_seconds)},
             {"rate",
              line.line.billable ? domain::format_amount(line.line.rate, view.currency) : ""},
             {"amount", domain::format_amount(line.line.amount, view.currency)},
             {"reason", line.line.reason},
             {"entries", join(entries, " ")}});
    }
    return out;
}

} // namespace

Result<Explanation> explain_report(const books::Reading& read, std::int64_t report) {
    const auto row = read->reports.find(report);
    const auto view = books::Lookup(read).show(report);
    if (!view) return view.error();
    Explanation out;
    out.what = "report " + std::to_string(report);
    out.kind = "report";
    out.add("facts", "What it is", frame_of(*row, *view));
    out.add_list("lines", "Its lines and the entries they come from", lines_of(read, *row, *view));
    std::vector<Facts> rows;
    for (const auto& op : read->outbox.of_report(report))
        rows.push_back({{"op", std::to_string(op.id)},
                        {"kind", std::string(to_string(op.op.kind))},
                        {"state", store::to_string(op.state)},
                        {"remote_id", op.remote_id},
                        {"key", op.op.key},
                        {"error", op.last_error}});
    out.add_list("ops", "What was written for it", std::move(rows));
    rows.clear();
    for (const auto& question : read->reports.questions_of(report))
        rows.push_back({{"code", domain::to_string(question.asked.kind)},
                        {"about", question.asked.about},
                        {"question", render::question_in_shell(question.asked)},
                        {"asked_at", format_instant(question.asked_at)},
                        {"answer", question.answer.value_or("")},
                        {"answered_by", question.answered_by.value_or("")}});
    out.add_list("questions", "What it asks a person", std::move(rows));
    rows.clear();
    for (const auto& payment : read->reports.payments(report))
        rows.push_back({{"payment", std::to_string(payment.id)},
                        {"amount", money(payment.amount, *view)},
                        {"date", format_day(payment.date)},
                        {"from", payment.source},
                        {"ref", payment.ref},
                        {"reversed", payment.reversed_at ? "yes" : ""}});
    out.add_list("payments", "Its money", std::move(rows));
    rows.clear();
    for (const auto& event : read->events.of_report(report))
        rows.push_back({{"at", format_instant(event.at)},
                        {"actor", event.actor},
                        {"action", event.action},
                        {"data", event.data}});
    out.add_list("events", "What happened to it", std::move(rows));
    return out;
}

} // namespace hb::app
