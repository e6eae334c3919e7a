#include <algorithm>
#include <set>

#include "base/text.h"
#include "domain/same_text.h"
#include "engine/aliases.h"
#include "engine/draft_losses.h"
#include "engine/draft_rows.h"
#include "engine/free_losses.h"
#include "engine/owners.h"
#include "engine/planning.h"
#include "engine/settings_names.h"
#include "engine/unbilled.h"
#include "engine/unknown.h"
#include "mapping/contract_file.h"
#include "store/waiting.h"
#include "voices/drafts.h"

// Drafts: made, changed by hand, made anew when facts change.
namespace hb::engine {
namespace {

namespace say = voices::drafts;

using domain::State;

// Who holds the time that a draft wanted: the conflict that names the winner (rule 9).
Error somebody_was_first(const store::StoreError&) {
    return voices::refuse<say::kSomebodyWasFirst>(Code::Conflict);
}

} // namespace

Result<Books::Created> Books::create(const domain::Filter& filter, const Actor& actor,
                                     const std::function<void(Step&, std::int64_t)>& also) {
    Step step = begin(actor);
    if (auto fine = Lookup(step).check_filter(filter); !fine) return fine.error();
    Viewing viewing(step);
    auto wanted = want(step, viewing, filter, actor);
    if (!wanted) return wanted.error();
    auto& [row, input, draft] = *wanted;
    Created created;
    if (draft.empty()) {
        created.view = viewing.of_draft(row, draft, input);
        created.exit_code = nothing_free(draft);
        return created;
    }
    try {
        row.id = step->reports.add(row);
        step->reports.replace_draft(row.id, draft.lines, people_of(draft.lines));
        step->events.add(step.now(), actor.name, "report.created", row.id,
                         to_string(filter.company),
                         EventData()
                             .add("from", format_day(row.period.from))
                             .add("to", format_day(row.period.to))
                             .add("total", total_text(row))
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
    created.exit_code = something_held(created.view);
    return created;
}

Result<render::ReportView> Books::refilter(std::int64_t report, const domain::Filter& filter,
                                           const Actor& actor) {
    Step step = begin(actor);
    auto row = step->reports.find(report);
    if (!row) return unknown_report(report);
    if (row->state != State::Draft)
        return voices::refuse<say::kFilterStays>(Code::Conflict, domain::word_of(row->state));
    if (auto fine = Lookup(step).check_filter(filter); !fine) return fine.error();
    const auto client = step->sources.find_company(filter.company);
    if (!client || client->id != row->client)
        return voices::refuse<say::kClientStays>(Code::Conflict);
    Viewing viewing(step);
    const auto contract = viewing.drafting().terms(row->client, filter);
    if (!contract) return contract.error();
    const auto period = viewing.drafting().period_of(row->client, filter);
    if (period.from > period.to) return voices::refuse<say::kPeriodEnds>(Code::Usage);
    row->filter = mapping::filter_text(filter);
    row->period = period;
    row->contract = contract->id;
    row->currency = contract->currency.code;
    step->reports.update(*row);
    store_draft(step, *row, evaluate_row(viewing, *row).draft);
    step->events.add(step.now(), actor.name, "report.refiltered", report, to_string(filter.company),
                     EventData().add("filter", row->filter).add("total", total_text(*row)).text());
    step.done();
    return show(report);
}

namespace {

// Drafts of the month that pulls changed so much that a person is asked first, or that wait for
// values: the month's run names them (G47).
std::vector<Books::BatchRow> asking_drafts(const Reading& read, DayRange month) {
    std::vector<Books::BatchRow> out;
    for (const auto& row : read->reports.drafts()) {
        if (!month.contains(row.period.to)) continue;
        Viewing viewing(read);
        const auto draft = evaluate_row(viewing, row).draft;
        std::vector<std::string> codes;
        for (const auto& loss : losses_of(read, row, draft)) codes.push_back(loss.code);
        if (!read->waiting.holding(row.id).empty()) codes.push_back("held");
        if (codes.empty()) continue;
        const auto client = read->sources.find_company(row.client);
        out.push_back({client ? to_string(client->ref) : "", client ? client->name : "", row.id,
                       "draft " + std::to_string(row.id) + " asks: " + join(codes, ", "),
                       total_text(row), "", true});
    }
    return out;
}

} // namespace

std::vector<Books::BatchRow> Books::batch(DayRange month, const Actor& actor) {
    std::vector<BatchRow> out;
    std::vector<store::CompanyRow> companies;
    {
        const Read read = this->read();
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
        const auto created = create(filter, actor);
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
    const Read read = this->read();
    for (const auto& client : clients_without_terms(read, month))
        out.push_back({to_string(client.ref), client.name, {}, "no terms", "", "", false});
    for (auto& row : asking_drafts(read, month)) out.push_back(std::move(row));
    return out;
}

Result<render::ReportView> Books::exclude(std::int64_t report, const domain::Ref& what,
                                          std::string_view reason, const Actor& actor) {
    Step step = begin(actor);
    auto row = step->reports.find(report);
    if (!row) return unknown_report(report);
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
    step->reports.exclude(report, entry, task, reason, actor.name, step.now());
    Viewing viewing(step);
    store_draft(step, *row, evaluate_row(viewing, *row).draft);
    step->events.add(step.now(), actor.name, "report.excluded", report, to_string(what),
                     EventData().add("reason", reason).text());
    step.done();
    return show(report);
}

Result<render::ReportView> Books::include(std::int64_t report, const domain::Ref& what,
                                          const Actor& actor) {
    Step step = begin(actor);
    auto row = step->reports.find(report);
    if (!row) return unknown_report(report);
    if (row->state != State::Draft)
        return voices::refuse<say::kOnlyDrafts>(Code::Conflict, domain::word_of(row->state));
    std::int64_t entry = 0;
    std::int64_t task = 0;
    if (what.kind == "entry") {
        if (const auto found = step->sources.find_entry(what)) entry = found->id;
    } else if (const auto found = step->sources.find_task(what)) {
        task = found->id;
    }
    if (!step->reports.include(report, entry, task))
        return voices::refuse<say::kNotExcluded>(Code::NotFound, to_string(what), report);
    Viewing viewing(step);
    store_draft(step, *row, evaluate_row(viewing, *row).draft);
    step->events.add(step.now(), actor.name, "report.included", report, to_string(what), "{}");
    step.done();
    return show(report);
}

Result<render::ReportView> Books::note(std::int64_t report, std::string_view text,
                                       const Actor& actor) {
    Step step = begin(actor);
    auto row = step->reports.find(report);
    if (!row) return unknown_report(report);
    row->note = std::string(text);
    step->reports.update(*row);
    step->events.add(step.now(), actor.name, "report.note", report, row->number.value_or(""),
                     EventData().add("note", text).text());
    step.done();
    return show(report);
}

Result<render::ReportView> Books::override_entry(std::int64_t report, const domain::Ref& entry,
                                                 std::optional<bool> billable,
                                                 std::string_view reason, const Actor& actor) {
    {
        Step step = begin(actor);
        if (!step->reports.find(report)) return unknown_report(report);
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
            EventData()
                .add("billable", billable ? (*billable ? "yes" : "no") : "by the rules")
                .add("reason", reason)
                .text());
        step.done();
    }
    return show(report);
}

} // namespace hb::engine
