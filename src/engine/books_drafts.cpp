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

// Drafts: made, changed by hand, made anew when facts change.
namespace hb::engine {
namespace {

using domain::State;

// Who holds the time that a draft wanted: the conflict that names the winner (rule 9).
Error somebody_was_first(const store::StoreError&) {
    return Error{Code::Conflict, "another report took some of this time a moment ago", "",
                 "make the report again; what the other one holds will be listed"};
}

} // namespace

namespace {

// A report as it would be made now.
struct Wanted {
    store::ReportRow row;
    domain::DraftInput input;
    domain::Draft draft;
};

Result<Wanted> want(Core& core, Viewing& viewing, const domain::Filter& filter,
                    const Actor& actor) {
    const auto client = core.sources.find_company(filter.company);
    if (!client) return unknown(core, filter.company);
    const auto contract = viewing.drafting().terms(client->id, filter);
    if (!contract) return contract.error();
    Wanted out;
    out.row.client = client->id;
    out.row.contract = contract->id;
    out.row.currency = contract->currency.code;
    out.row.filter = mapping::filter_text(filter);
    out.row.period = viewing.drafting().period_of(client->id, filter);
    out.row.created_at = core.clock.now();
    out.row.created_by = actor.name;
    if (out.row.period.from > out.row.period.to)
        return Error{Code::Usage, "the period ends before it begins", "",
                     "--from must not be after --to"};
    out.input = viewing.drafting().input(client->id, *contract, filter, 0);
    out.draft = domain::evaluate(out.input);
    take_sums(out.row, out.draft);
    return out;
}

int nothing_free(const domain::Draft& draft) {
    return std::any_of(draft.fates.begin(), draft.fates.end(),
                       [](const auto& fate) {
                           return fate.fate == domain::Fate::Held ||
                                  fate.fate == domain::Fate::Late;
                       })
               ? 4
               : 1;
}

int something_held(const render::ReportView& view) {
    return std::any_of(view.excluded.begin(), view.excluded.end(),
                       [](const auto& row) { return row.report.has_value(); })
               ? 1
               : 0;
}

} // namespace

Status Books::check_filter(const domain::Filter& filter) {
    const auto lock = core_.lock();
    const auto client = core_.sources.find_company(filter.company);
    if (!client) return unknown(core_, filter.company);
    for (const auto& project : filter.projects)
        if (!core_.sources.find_project(project)) return unknown(core_, project);
    if (filter.work_type.empty()) return {};
    std::set<std::string> known;
    Drafting drafting(core_);
    for (const auto& terms : drafting.contracts_of(client->id))
        for (const auto& row : terms.work_types) {
            if (domain::same_text(row.type, filter.work_type)) return {};
            known.insert(row.type);
        }
    return Error{Code::NotFound, "no work type \"" + filter.work_type + "\" is known", "",
                 known.empty() ? "the terms of " + client->name + " name no work types"
                               : "known: " + join({known.begin(), known.end()}, ", ")};
}

Result<Books::Created> Books::preview(const domain::Filter& filter, const Actor& actor) {
    const auto lock = core_.lock();
    if (auto fine = check_filter(filter); !fine) return fine.error();
    Viewing viewing(core_);
    const auto wanted = want(core_, viewing, filter, actor);
    if (!wanted) return wanted.error();
    Created out;
    out.view = viewing.of_draft(wanted->row, wanted->draft, wanted->input);
    out.exit_code = wanted->draft.empty() ? nothing_free(wanted->draft) : something_held(out.view);
    return out;
}

Result<Books::Created> Books::create(const domain::Filter& filter, const Actor& actor,
                                     const std::function<void(std::int64_t report)>& also) {
    const auto lock = core_.lock();
    if (auto fine = check_filter(filter); !fine) return fine.error();
    Viewing viewing(core_);
    auto wanted = want(core_, viewing, filter, actor);
    if (!wanted) return wanted.error();
    auto& [row, input, draft] = *wanted;
    Created created;
    if (draft.empty()) {
        created.view = viewing.of_draft(row, draft, input);
        created.exit_code = nothing_free(draft);
        return created;
    }
    try {
        store::Tx tx(core_.db);
        row.id = core_.reports.add(row);
        core_.reports.replace_draft(row.id, draft.lines, people_of(draft.lines));
        core_.events.add(core_.clock.now(), actor.name, "report.created", row.id,
                         to_string(filter.company),
                         EventData()
                             .add("from", format_day(row.period.from))
                             .add("to", format_day(row.period.to))
                             .add("total", total_text(row))
                             .add("seconds", row.worked_seconds)
                             .text());
        if (also) also(row.id);
        tx.commit();
    } catch (const store::StoreError& error) {
        if (!error.unique_violation()) throw;
        return somebody_was_first(error);
    }
    // What was evaluated is what stands now.
    created.view = viewing.of_draft(*core_.reports.find(row.id), draft, input);
    created.exit_code = something_held(created.view);
    return created;
}

Result<render::ReportView> Books::refilter(std::int64_t report, const domain::Filter& filter,
                                           const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    if (row->state != State::Draft)
        return Error{Code::Conflict,
                     "the filter of a report that is " +
                         std::string(domain::to_string(row->state)) + " stays as it was sent",
                     "", "recall it first, or make another report"};
    if (auto fine = check_filter(filter); !fine) return fine.error();
    const auto client = core_.sources.find_company(filter.company);
    if (!client || client->id != row->client)
        return Error{Code::Conflict, "a draft stays with its client", "",
                     "cancel it and make another report"};
    Viewing viewing(core_);
    const auto contract = viewing.drafting().terms(row->client, filter);
    if (!contract) return contract.error();
    const auto period = viewing.drafting().period_of(row->client, filter);
    if (period.from > period.to)
        return Error{Code::Usage, "the period ends before it begins", "", "exchange its days"};
    store::Tx tx(core_.db);
    row->filter = mapping::filter_text(filter);
    row->period = period;
    row->contract = contract->id;
    row->currency = contract->currency.code;
    core_.reports.update(*row);
    store_draft(core_, *row, evaluate_row(viewing, *row).draft);
    core_.events.add(core_.clock.now(), actor.name, "report.refiltered", report,
                     to_string(filter.company),
                     EventData().add("filter", row->filter).add("total", total_text(*row)).text());
    tx.commit();
    settle_facts(0); // what it lets go may be wanted by another draft (G8)
    return show(report);
}

std::vector<Books::BatchRow> Books::batch(DayRange month, const Actor& actor) {
    std::vector<BatchRow> out;
    std::set<std::int64_t> clients;
    {
        const auto lock = core_.lock();
        for (const auto& contract : core_.contracts.all()) clients.insert(contract.client);
    }
    for (const auto client : clients) {
        const auto company = core_.sources.find_company(client);
        if (!company) continue;
        domain::Filter filter;
        filter.company = company->ref;
        filter.from = month.from;
        filter.to = month.to;
        BatchRow row{to_string(company->ref), company->name, {}, "", "", "", false};
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
    for (const auto& client : clients_without_terms(core_, month))
        out.push_back({to_string(client.ref), client.name, {}, "no terms", "", "", false});
    for (auto& row : asking_drafts(month)) out.push_back(std::move(row));
    return out;
}

// Drafts of the month that pulls changed so much that a person is asked first, or that wait for
// values: the month's run names them (G47).
std::vector<Books::BatchRow> Books::asking_drafts(DayRange month) {
    const auto lock = core_.lock();
    std::vector<BatchRow> out;
    for (const auto& row : core_.reports.drafts()) {
        if (!month.contains(row.period.to)) continue;
        Viewing viewing(core_);
        const auto draft = evaluate_row(viewing, row).draft;
        std::vector<std::string> codes;
        for (const auto& loss : losses_of(core_, row, draft)) codes.push_back(loss.code);
        if (!store::Waiting(core_.db).holding(row.id).empty()) codes.push_back("held");
        if (codes.empty()) continue;
        const auto client = core_.sources.find_company(row.client);
        out.push_back({client ? to_string(client->ref) : "", client ? client->name : "", row.id,
                       "draft " + std::to_string(row.id) + " asks: " + join(codes, ", "),
                       total_text(row), "", true});
    }
    return out;
}

std::map<std::string, std::vector<std::string>> Books::entries_to_read(std::int64_t report) {
    const auto lock = core_.lock();
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& entry : core_.sources.entries_of_report(report))
        out[entry.ref.remote].push_back(entry.ref.id);
    return out;
}

std::string Books::fingerprint(std::int64_t report) {
    const auto lock = core_.lock();
    const auto row = core_.reports.find(report);
    if (!row || row->state != State::Draft) return "";
    Viewing viewing(core_);
    return bill_print(evaluate_row(viewing, *row).draft);
}

Result<render::ReportView> Books::exclude(std::int64_t report, const domain::Ref& what,
                                          std::string_view reason, const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    if (row->state != State::Draft)
        return Error{Code::Conflict,
                     "lines can be taken out of a draft only; this report is " +
                         std::string(domain::to_string(row->state)),
                     "", "recall it first, or cancel it"};
    if (trim(reason).empty())
        return Error{Code::Usage, "taking time out needs a reason", "", "add --reason TEXT"};
    std::int64_t entry = 0;
    std::int64_t task = 0;
    if (what.kind == "entry") {
        const auto found = core_.sources.find_entry(what);
        if (!found) return unknown(core_, what);
        entry = found->id;
    } else {
        const auto found = core_.sources.find_task(what);
        if (!found) return unknown(core_, what);
        task = found->id;
    }
    store::Tx tx(core_.db);
    core_.reports.exclude(report, entry, task, reason, actor.name, core_.clock.now());
    Viewing viewing(core_);
    store_draft(core_, *row, evaluate_row(viewing, *row).draft);
    core_.events.add(core_.clock.now(), actor.name, "report.excluded", report, to_string(what),
                     EventData().add("reason", reason).text());
    tx.commit();
    return show(report);
}

Result<render::ReportView> Books::include(std::int64_t report, const domain::Ref& what,
                                          const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    if (row->state != State::Draft)
        return Error{Code::Conflict, "only a draft can be changed", "", "recall the report first"};
    std::int64_t entry = 0;
    std::int64_t task = 0;
    if (what.kind == "entry") {
        if (const auto found = core_.sources.find_entry(what)) entry = found->id;
    } else if (const auto found = core_.sources.find_task(what)) {
        task = found->id;
    }
    store::Tx tx(core_.db);
    if (!core_.reports.include(report, entry, task))
        return Error{Code::NotFound, to_string(what) + " was not taken out of this report", "",
                     "nothing is left to do; hourbridge report show " + std::to_string(report) +
                         " lists what is out"};
    Viewing viewing(core_);
    store_draft(core_, *row, evaluate_row(viewing, *row).draft);
    core_.events.add(core_.clock.now(), actor.name, "report.included", report, to_string(what),
                     "{}");
    tx.commit();
    return show(report);
}

Result<render::ReportView> Books::note(std::int64_t report, std::string_view text,
                                       const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    store::Tx tx(core_.db);
    row->note = std::string(text);
    core_.reports.update(*row);
    core_.events.add(core_.clock.now(), actor.name, "report.note", report, row->number.value_or(""),
                     EventData().add("note", text).text());
    tx.commit();
    return show(report);
}

Result<render::ReportView> Books::override_entry(std::int64_t report, const domain::Ref& entry,
                                                 std::optional<bool> billable,
                                                 std::string_view reason, const Actor& actor) {
    {
        const auto lock = core_.lock();
        if (!core_.reports.find(report)) return unknown_report(report);
        const auto row = core_.sources.find_entry(entry);
        if (!row) return unknown(core_, entry);
        if (billable && trim(reason).empty())
            return Error{Code::Usage, "an override needs a reason", "", "add --reason TEXT"};
        if (row->live_report && *row->live_report != report)
            return Error{Code::Conflict,
                         to_string(entry) + " stands on report " +
                             std::to_string(*row->live_report),
                         "", "name that report"};
        if (const auto holder = core_.reports.find(report); holder->state != State::Draft)
            return Error{Code::Conflict,
                         "only a draft can be changed; this report is " +
                             std::string(domain::to_string(holder->state)),
                         "", "recall it first"};
        store::Tx tx(core_.db);
        if (billable)
            core_.sources.set_override(row->id, *billable, reason, actor.name, core_.clock.now());
        else
            core_.sources.clear_override(row->id);
        core_.events.add(
            core_.clock.now(), actor.name, "entry.override", report, to_string(entry),
            EventData()
                .add("billable", billable ? (*billable ? "yes" : "no") : "by the rules")
                .add("reason", reason)
                .text());
        tx.commit();
    }
    settle_facts(0);
    return show(report);
}

// Books of before G52 have days by the newest version's zone. What is not billed takes the right
// ones, once; what was sent keeps its own (G65).
bool Books::find_days_anew() {
    constexpr const char* kRule = "versions";
    if (core_.kept.get(0, kept::kDaysBy) == kRule) return false;
    const auto calendar_of = calendar_lookup(core_);
    std::set<std::int64_t> clients;
    for (const auto& contract : core_.contracts.all())
        if (contract.version > 1) clients.insert(contract.client);
    for (const auto client : clients)
        core_.sources.recompute_work_dates(client, calendar_of(client));
    core_.kept.put(0, kept::kDaysBy, kRule, core_.clock.now());
    return true;
}

// After facts changed: what drafts hold, what sent reports drifted from, what the late policy says.
void Books::settle_facts(std::int64_t pull, Cause cause) {
    const auto lock = core_.lock();
    store::Tx tx(core_.db);
    // Facts changed: time that two planners tell of is not put on two bills (rule 7).
    if (pull != 0) find_repeated(core_);
    if (pull != 0 && find_days_anew()) cause = Cause::Recount;
    Planning planning(core_);
    planning.apply_late_policies();
    note_free_losses(core_, cause == Cause::Facts);
    settle_drafts(cause);
    planning.find_drift();
    tx.commit();
    if (pull == 0) return;
    count_without_terms(core_);
    count_held(core_);
}

// In the order of their ids, so that freed time goes to the first that takes it (G8).
void Books::settle_drafts(Cause cause) {
    DraftLosses losses(core_);
    for (auto& row : core_.reports.drafts()) {
        Viewing viewing(core_);
        const auto [input, draft] = evaluate_row(viewing, row);
        if (cause == Cause::Facts) losses.note(row, input, draft);
        if (cause == Cause::Recount) losses.recounted(row, draft);
        store_draft(core_, row, draft);
    }
    losses.done();
}

} // namespace hb::engine
