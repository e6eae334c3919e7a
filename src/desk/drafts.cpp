#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/aliases.h"
#include "books/draft_losses.h"
#include "books/draft_rows.h"
#include "books/free_losses.h"
#include "books/owners.h"
#include "books/planning.h"
#include "books/settings_names.h"
#include "books/unbilled.h"
#include "books/unknown.h"
#include "desk/reports.h"
#include "domain/same_text.h"
#include "mapping/contract_file.h"
#include "store/waiting.h"
#include "voices/drafts.h"

// Drafts: made, changed by hand, made anew when facts change.
namespace hb::desk {
namespace {

namespace say = voices::drafts;

using domain::State;

// Who holds the time that a draft wanted: the conflict that names the winner (rule 9).
Error somebody_was_first(const store::StoreError&) {
    return voices::refuse<say::kSomebodyWasFirst>(Code::Conflict);
}

} // namespace

Result<books::Created> create(Books& books, const domain::Filter& filter, const Actor& actor,
                              const std::function<void(Step&, std::int64_t)>& also) {
    Step step = books.begin(actor);
    if (auto fine = books::Lookup(step).check_filter(filter); !fine) return fine.error();
    books::Viewing viewing(step);
    auto wanted = want(step, viewing, filter, actor);
    if (!wanted) return wanted.error();
    auto& [row, input, draft] = *wanted;
    books::Created created;
    if (draft.empty()) {
        created.view = viewing.of_draft(row, draft, input);
        created.exit_code = books::nothing_free(draft);
        return created;
    }
    try {
        row.id = step->reports.add(row);
        step->reports.replace_draft(row.id, draft.lines, books::people_of(draft.lines));
        step->events.add(step.now(), actor.name, "report.created", row.id,
                         to_string(filter.company),
                         books::EventData()
                             .add("from", format_day(row.period.from))
                             .add("to", format_day(row.period.to))
                             .add("total", books::total_text(row))
                             .add("seconds", row.worked_seconds)
                             .text());
        if (also) also(step, row.id);
        // What was evaluated is what is kept.
        created.view = viewing.of_draft(*step->reports.find(row.id), draft, input);
        step.done();
    } catch (const store::StoreError& error) {
        if (!error.unique_violation()) throw;
        return somebody_was_first(error);
    }
    created.exit_code = books::something_held(created.view);
    return created;
}

Result<domain::ReportView> refilter(Books& books, std::int64_t report, const domain::Filter& filter,
                                    const Actor& actor) {
    Step step = books.begin_settled(report, actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    if (row->state != State::Draft)
        return voices::refuse<say::kFilterStays>(Code::Conflict, domain::word_of(row->state));
    if (auto fine = books::Lookup(step).check_filter(filter); !fine) return fine.error();
    const auto client = step->sources.find_company(filter.company);
    if (!client || client->id != row->client)
        return voices::refuse<say::kClientStays>(Code::Conflict);
    books::Viewing viewing(step);
    const auto contract = viewing.drafting().terms(row->client, filter);
    if (!contract) return contract.error();
    const auto period = viewing.drafting().period_of(row->client, filter);
    if (period.from > period.to) return voices::refuse<say::kPeriodEnds>(Code::Usage);
    note_moves_so_far(step, *row);
    row->filter = mapping::filter_text(filter);
    row->period = period;
    row->contract = contract->id;
    row->currency = contract->currency.code;
    step->reports.update(*row);
    store_draft(step, *row, evaluate_row(viewing, *row).draft);
    step->events.add(
        step.now(), actor.name, "report.refiltered", report, to_string(filter.company),
        books::EventData().add("filter", row->filter).add("total", books::total_text(*row)).text());
    step.done();
    return books.show(report);
}

namespace {

// Drafts of the month that pulls changed so much that a person is asked first, or that wait for
// values: the month's run names them (G47).
std::vector<BatchRow> asking_drafts(const Reading& read, DayRange month) {
    std::vector<BatchRow> out;
    for (const auto& row : read->reports.drafts()) {
        if (!month.contains(row.period.to)) continue;
        books::Viewing viewing(read);
        const auto draft = evaluate_row(viewing, row).draft;
        std::vector<std::string> codes;
        for (const auto& loss : losses_of(read, row, draft)) codes.push_back(loss.code);
        if (!read->waiting.holding(row.id).empty()) codes.push_back("held");
        if (codes.empty()) continue;
        const auto client = read->sources.find_company(row.client);
        out.push_back({client ? to_string(client->ref) : "", client ? client->name : "", row.id,
                       "draft " + std::to_string(row.id) + " asks: " + join(codes, ", "),
                       books::total_text(row), "", true});
    }
    return out;
}

} // namespace

std::vector<BatchRow> batch(Books& books, DayRange month, const Actor& actor) {
    std::vector<BatchRow> out;
    std::vector<store::CompanyRow> companies;
    {
        const Read read = books.read();
        std::set<std::int64_t> clients;
        for (const auto& contract : read->contracts.all()) clients.insert(contract.client);
        for (const auto client : clients)
            if (auto company = read->sources.find_company(client))
                companies.push_back(std::move(*company));
    }
    for (const auto& company : companies) {
        domain::Filter filter;
        filter.company = company.ref;
        filter.from = month.from;
        filter.to = month.to;
        BatchRow row{to_string(company.ref), company.name, {}, "", "", "", false};
        const auto created = create(books, filter, actor);
        if (!created) {
            row.outcome = created.error().message;
        } else if (!created->view.id) {
            row.outcome = created->exit_code == 4 ? "nothing new: other reports hold the time"
                                                  : "no time in this month";
        } else {
            row.report = created->view.id;
            row.outcome = "made";
            row.total = domain::format_amount(created->view.totals.total, created->view.currency);
            row.currency = created->view.currency.code;
        }
        out.push_back(std::move(row));
    }
    const Read read = books.read();
    for (const auto& client : clients_without_terms(read, month))
        out.push_back({to_string(client.ref), client.name, {}, "no terms", "", "", false});
    for (auto& row : asking_drafts(read, month)) out.push_back(std::move(row));
    return out;
}

Result<domain::ReportView> exclude(Books& books, std::int64_t report, const domain::Ref& what,
                                   std::string_view reason, const Actor& actor) {
    Step step = books.begin_settled(report, actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    if (row->state != State::Draft)
        return voices::refuse<say::kOnlyDrafts>(Code::Conflict, domain::word_of(row->state));
    if (trim(reason).empty()) return voices::refuse<say::kExcludeReason>(Code::Usage);
    std::int64_t entry = 0;
    std::int64_t task = 0;
    if (what.kind == "entry") {
        const auto found = step->sources.find_entry(what);
        if (!found) return unknown(step, what);
        entry = found->id;
    } else {
        const auto found = step->sources.find_task(what);
        if (!found) return unknown(step, what);
        task = found->id;
    }
    note_moves_so_far(step, *row);
    step->reports.exclude(report, entry, task, reason, actor.name, step.now());
    books::Viewing viewing(step);
    store_draft(step, *row, evaluate_row(viewing, *row).draft);
    step->events.add(step.now(), actor.name, "report.excluded", report, to_string(what),
                     books::EventData().add("reason", reason).text());
    step.done();
    return books.show(report);
}

Result<domain::ReportView> include(Books& books, std::int64_t report, const domain::Ref& what,
                                   const Actor& actor) {
    Step step = books.begin_settled(report, actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    if (row->state != State::Draft)
        return voices::refuse<say::kOnlyDrafts>(Code::Conflict, domain::word_of(row->state));
    std::int64_t entry = 0;
    std::int64_t task = 0;
    if (what.kind == "entry") {
        if (const auto found = step->sources.find_entry(what)) entry = found->id;
    } else if (const auto found = step->sources.find_task(what)) {
        task = found->id;
    }
    note_moves_so_far(step, *row);
    if (!step->reports.include(report, entry, task))
        return voices::refuse<say::kNotExcluded>(Code::NotFound, to_string(what), report);
    books::Viewing viewing(step);
    store_draft(step, *row, evaluate_row(viewing, *row).draft);
    step->events.add(step.now(), actor.name, "report.included", report, to_string(what), "{}");
    step.done();
    return books.show(report);
}

Result<domain::ReportView> note(Books& books, std::int64_t report, std::string_view text,
                                const Actor& actor) {
    Step step = books.begin(actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    row->note = std::string(text);
    step->reports.update(*row);
    step->events.add(step.now(), actor.name, "report.note", report, row->number.value_or(""),
                     books::EventData().add("note", text).text());
    step.done();
    return books.show(report);
}

Result<domain::ReportView> override_entry(Books& books, std::int64_t report,
                                          const domain::Ref& entry, std::optional<bool> billable,
                                          std::string_view reason, const Actor& actor) {
    {
        Step step = books.begin(actor);
        if (!step->reports.find(report)) return books::unknown_report(report);
        const auto row = step->sources.find_entry(entry);
        if (!row) return unknown(step, entry);
        if (billable && trim(reason).empty())
            return voices::refuse<say::kOverrideReason>(Code::Usage);
        if (row->live_report && *row->live_report != report)
            return voices::refuse<say::kOnAnother>(Code::Conflict, to_string(entry),
                                                   *row->live_report);
        if (const auto holder = step->reports.find(report); holder->state != State::Draft)
            return voices::refuse<say::kOnlyDrafts>(Code::Conflict, domain::word_of(holder->state));
        if (billable)
            step->sources.set_override(row->id, *billable, reason, actor.name, step.now());
        else
            step->sources.clear_override(row->id);
        step->events.add(
            step.now(), actor.name, "entry.override", report, to_string(entry),
            books::EventData()
                .add("billable", billable ? (*billable ? "yes" : "no") : "by the rules")
                .add("reason", reason)
                .text());
        step.done();
    }
    return books.show(report);
}

Status accept(Books& books, std::int64_t report, std::string_view name, std::string_view figure,
              const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    books::Viewing viewing(step);
    const auto draft = books::evaluate_row(viewing, *row).draft;
    for (const auto& loss : losses_of(step, *row, draft)) {
        if (loss.code != name) continue;
        if (!figure.empty() && figure != books::loss_figure(*row, loss))
            return voices::refuse<say::kAcceptOther>(
                Code::Conflict, report, loss_figure(*row, loss) + " " + row->currency, figure);
        const Instant now = step.now();
        auto& moves = step->draft_moves;
        if (loss.code == "recounted")
            moves.forget_recount(report);
        else
            moves.accept(report, {loss.code, loss.moved, actor.name, now});
        step->events.add(now, actor.name, "report.accepted", report, std::string(name),
                         books::EventData()
                             .add("seconds", loss.moved.seconds)
                             .add("amount", loss.moved.amount)
                             .add("total", books::total_text(*row))
                             .text());
        step.done();
        return {};
    }
    return voices::refuse<say::kAcceptNone>(Code::Conflict, report, name);
}

void save_preset(Books& books, const std::string& name, const std::string& filter,
                 const Actor& actor) {
    Step step = books.begin(actor);
    step->reports.save_preset(name, filter, step.actor(), step.now());
    step.done();
}

} // namespace hb::desk
