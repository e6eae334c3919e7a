#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "engine/aliases.h"
#include "engine/owners.h"
#include "engine/planning.h"
#include "engine/viewing.h"
#include "mapping/contract_file.h"

// The life of a report: create, send, recall, agree, invoice, cancel.
namespace hb::engine {
namespace {

using domain::Move;
using domain::State;

void take_sums(store::ReportRow& row, const domain::Draft& draft) {
    row.worked_seconds = draft.worked_seconds;
    row.billed_seconds = draft.billed_seconds;
    row.nonbillable_seconds = draft.nonbillable_seconds;
    row.subtotal = draft.totals.subtotal;
    row.vat = draft.totals.vat;
    row.total = draft.totals.total;
}

std::vector<std::string> people_of(const std::vector<domain::Line>& lines) {
    std::vector<std::string> out;
    for (const auto& line : lines) out.push_back(people_text(line.people));
    return out;
}

std::string print_of(const domain::Draft& draft) {
    std::string text;
    for (const auto& line : draft.lines) {
        text += line.kind + "|" + std::to_string(line.task) + "|" + line.work_type + "|" +
                std::to_string(line.rate) + "|" + std::to_string(line.billable) + "|" +
                line.reason + "|" + std::to_string(line.worked_seconds) + "|" +
                std::to_string(line.billed_seconds) + "|" + std::to_string(line.amount) + "|" +
                std::to_string(line.gross) + "\n";
        for (const auto& share : line.allocations)
            text += " " + std::to_string(share.entry) + "/" + std::to_string(share.revision) + "/" +
                    std::to_string(share.seconds) + "/" + share.origin + "\n";
    }
    return sha256_hex(text);
}

Error unknown_report(std::int64_t id) {
    return Error{Code::NotFound, "there is no report " + std::to_string(id), "",
                 "hourbridge report list shows them"};
}

std::string money(const store::ReportRow& row) {
    const auto currency = domain::find_currency(row.currency);
    return domain::format_amount(row.total, currency ? *currency : domain::Currency{}) + " " +
           row.currency;
}

// Who holds the time that a draft wanted: the conflict that names the winner (rule 9).
Error somebody_was_first(const store::StoreError&) {
    return Error{Code::Conflict, "another report took some of this time a moment ago", "",
                 "make the report again; what the other one holds will be listed"};
}

// What the report held is free again, and catches up with tasks that moved while it was held.
void release(Core& core, std::int64_t report) {
    const auto held = core.sources.entries_of_report(report);
    core.reports.release(report);
    const auto zone_of = zone_lookup(core);
    for (const auto& entry : held) core.sources.realign(entry.id, zone_of);
}

// Live reports that carry corrections of this one: its time must not become free beside them.
std::vector<std::string> corrected_on(Core& core, const store::ReportRow& row) {
    std::vector<std::string> out;
    for (const auto& adjustment : core.reports.adjustments_of_report(row.id)) {
        for (const auto& share : core.reports.allocations_of_entry(adjustment.entry)) {
            if (!share.live || share.origin != "adjustment:" + std::to_string(adjustment.id))
                continue;
            const auto holder = core.reports.find(share.report);
            out.push_back(holder->number.value_or("draft " + std::to_string(share.report)));
        }
    }
    return out;
}

} // namespace

struct Evaluated {
    domain::DraftInput input;
    domain::Draft draft;
};

static Evaluated evaluate_row(Core& core, Viewing& viewing, const store::ReportRow& row) {
    const auto contract = viewing.drafting().contract(row.contract);
    auto filter = mapping::parse_filter(row.filter);
    ensure(contract.has_value() && filter.ok(), "a draft's contract and filter can be read");
    // A period without a beginning was resolved when the draft was made; it stays.
    filter->from = row.period.from;
    (void)core;
    Evaluated out;
    out.input = viewing.drafting().input(row.client, *contract, *filter, row.id);
    out.draft = domain::evaluate(out.input);
    return out;
}

// Stores a draft's evaluation when it differs from what stands. Inside the caller's transaction.
bool store_draft(Core& core, store::ReportRow& row, const domain::Draft& draft) {
    domain::Draft stored;
    for (auto& line : core.reports.lines(row.id, 0)) {
        for (const auto& share : core.reports.allocations_of_line(line.id))
            line.line.allocations.push_back(
                {share.entry, share.entry_revision, share.seconds, share.origin});
        stored.lines.push_back(std::move(line.line));
    }
    const auto sorted = [](domain::Draft d) {
        for (auto& line : d.lines)
            std::sort(line.allocations.begin(), line.allocations.end(),
                      [](const auto& a, const auto& b) {
                          return std::tie(a.entry, a.origin) < std::tie(b.entry, b.origin);
                      });
        return d;
    };
    store::ReportRow fresh = row;
    take_sums(fresh, draft);
    const bool same_sums = fresh.total == row.total && fresh.worked_seconds == row.worked_seconds &&
                           fresh.vat == row.vat && fresh.billed_seconds == row.billed_seconds &&
                           fresh.nonbillable_seconds == row.nonbillable_seconds;
    if (same_sums && print_of(sorted(stored)) == print_of(sorted(draft))) return false;
    core.reports.replace_draft(row.id, draft.lines, people_of(draft.lines));
    take_sums(row, draft);
    core.reports.update(row);
    return true;
}

Result<Books::Created> Books::create(const domain::Filter& filter, const Actor& actor,
                                     const std::function<void(std::int64_t report)>& also) {
    const auto lock = core_.lock();
    const auto client = core_.sources.find_company(filter.company);
    if (!client)
        return Error{Code::NotFound, "no company " + to_string(filter.company) + " is known here",
                     "", "run hourbridge sync first, or look up the id in the CRM"};
    Viewing viewing(core_);
    const auto contract = viewing.drafting().terms(client->id, filter);
    if (!contract) return contract.error();

    store::ReportRow row;
    row.client = client->id;
    row.contract = contract->id;
    row.currency = contract->currency.code;
    row.filter = mapping::filter_text(filter);
    row.period = viewing.drafting().period_of(client->id, filter);
    row.created_at = core_.clock.now();
    row.created_by = actor.name;
    if (row.period.from > row.period.to)
        return Error{Code::Usage, "the period ends before it begins", "",
                     "--from must not be after --to"};

    const auto input = viewing.drafting().input(client->id, *contract, filter, 0);
    const auto draft = domain::evaluate(input);
    take_sums(row, draft);
    Created created;
    if (draft.empty()) {
        created.view = viewing.of_draft(row, draft, input);
        bool held = false;
        for (const auto& fate : draft.fates)
            if (fate.fate == domain::Fate::Held || fate.fate == domain::Fate::Late) held = true;
        created.exit_code = held ? 4 : 1;
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
                             .add("total", money(row))
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
    for (const auto& excluded : created.view.excluded)
        if (excluded.report) created.exit_code = 1;
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
    store_draft(core_, *row, evaluate_row(core_, viewing, *row).draft);
    core_.events.add(core_.clock.now(), actor.name, "report.refiltered", report,
                     to_string(filter.company),
                     EventData().add("filter", row->filter).add("total", money(*row)).text());
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
        BatchRow row{to_string(company->ref), company->name, {}, "", "", ""};
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
    return out;
}

Result<render::ReportView> Books::show(std::int64_t report) {
    const auto lock = core_.lock();
    const auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    return Viewing(core_).of(*row);
}

std::vector<render::ReportView> Books::list(std::optional<State> state,
                                            std::optional<std::int64_t> client,
                                            std::string_view search) {
    const auto lock = core_.lock();
    const store::Snapshot one(core_.db);
    std::vector<render::ReportView> out;
    Viewing viewing(core_);
    for (const auto& row : core_.reports.list(state, client)) {
        auto view = viewing.of(row, false);
        if (!search.empty()) {
            const std::string text =
                fold_case(std::to_string(row.id) + " " + row.number.value_or("") + " " +
                          view.client_ref + " " + view.client_name + " " + view.deal.value_or("") +
                          " " + view.invoice.value_or(""));
            bool hit = text.find(fold_case(search)) != std::string::npos;
            if (!hit) { // an id of a task, entry or payment on it (M-S20)
                const auto ref = domain::parse_ref(search);
                if (ref && (ref->kind == "task" || ref->kind == "entry")) {
                    for (const auto& line :
                         core_.reports.lines(row.id, store::counting_revision(row)))
                        if (line.line.task_ref == *ref) hit = true;
                    if (const auto entry = core_.sources.find_entry(*ref))
                        hit = hit || entry->live_report == row.id;
                }
                for (const auto& payment : core_.reports.payments(row.id))
                    if (payment.ref == search || payment.external_id == search) hit = true;
            }
            if (!hit) continue;
        }
        out.push_back(std::move(view));
    }
    return out;
}

Result<std::int64_t> Books::find_report(std::string_view id_or_number) {
    const auto lock = core_.lock();
    if (const auto number = core_.reports.find_number(id_or_number)) return number->id;
    if (const auto id = parse_integer(id_or_number))
        if (core_.reports.find(*id)) return *id;
    return Error{Code::NotFound, "there is no report " + std::string(id_or_number), "",
                 "hourbridge report list shows them"};
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
    return print_of(evaluate_row(core_, viewing, *row).draft);
}

Result<render::ReportView> Books::send(std::int64_t report, const std::string& fingerprint_before,
                                       bool strict, bool stale, const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    domain::Guards early;
    if (row->state != State::Draft)
        return domain::next_state(row->state, Move::Send, early).error();

    Viewing viewing(core_);
    auto [input, draft] = evaluate_row(core_, viewing, *row);
    if (!fingerprint_before.empty() && print_of(draft) != fingerprint_before) {
        const std::string before = money(*row);
        store::Tx tx(core_.db);
        store_draft(core_, *row, draft);
        core_.events.add(core_.clock.now(), actor.name, "report.changed_before_freezing", report,
                         std::to_string(report),
                         EventData().add("before", before).add("after", money(*row)).text());
        tx.commit();
        return Error{
            Code::Conflict,
            "time on this report changed in its planner since the draft was made: it was " +
                before + ", it is " + money(*row),
            "",
            "look at it again (hourbridge report show " + std::to_string(report) +
                ") and send once more"};
    }
    const auto warnings = viewing.warnings(*row, draft, input);
    domain::Guards guards;
    guards.total = draft.totals.total;
    guards.empty = draft.empty();
    std::string acknowledged;
    for (const auto& warning : warnings) {
        if (warning.blocking)
            guards.blocking.push_back({warning.code, warning.message, ""});
        else
            acknowledged +=
                (acknowledged.empty() ? "" : "\n") + warning.code + ": " + warning.message;
    }
    const auto state = domain::next_state(row->state, Move::Send, guards);
    if (!state) return state.error();
    if (strict && !acknowledged.empty())
        return Error{Code::Conflict,
                     "not sent, because --strict was given and there are warnings: " +
                         join({acknowledged}, ""),
                     "", "send without --strict to accept them"};
    if (stale)
        acknowledged +=
            (acknowledged.empty() ? "" : "\n") +
            std::string("stale_ok: sent although a planner could not be read just before");

    const Instant now = core_.clock.now();
    store::Tx tx(core_.db);
    store_draft(core_, *row, draft);
    if (!row->number) {
        const auto zone = Zone::find(input.contract.time_zone);
        const std::string year =
            format_day((zone ? *zone : core_.settings.zone).day_of(now)).substr(0, 4);
        row->number = core_.reports.next_number(number_prefix(core_, input.contract) + year, 4);
    }
    row->state = *state;
    ++row->revision;
    if (row->link == 0) row->link = 1;
    row->link_digest = sha256_hex(link_token(core_, row->id, row->link));
    row->sent_at = now;
    row->sent_seen = core_.sources.current_sequence("seen");
    row->drifted = false;
    const auto revision = viewing.revision(*row, draft, input);
    const std::string canonical = domain::canonical_text(revision);
    store::RevisionRow frozen{row->id, row->revision, canonical,   domain::hash_of(canonical),
                              now,     actor.name,    acknowledged};
    core_.reports.freeze(frozen, draft.lines, people_of(draft.lines));
    core_.reports.update(*row);
    core_.events.add(now, actor.name, "report.sent", row->id, *row->number,
                     EventData()
                         .add("revision", row->revision)
                         .add("hash", frozen.hash)
                         .add("total", money(*row))
                         .add("seconds", row->worked_seconds)
                         .add("warnings", acknowledged)
                         .text());
    Planning(core_).plan_comment(*row, "sent");
    tx.commit();
    auto view = viewing.of(*row);
    for (const auto& warning : warnings) view.warnings.push_back(warning);
    return view;
}

Result<render::ReportView> Books::recall(std::int64_t report, const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    const auto state = domain::next_state(row->state, Move::Recall, {});
    if (!state) return state.error();
    {
        store::Tx tx(core_.db);
        release(core_, report);
        row->state = *state;
        row->drifted = false;
        row->sent_at.reset();
        row->sent_seen.reset();
        core_.reports.update(*row);
        core_.events.add(core_.clock.now(), actor.name, "report.recalled", report,
                         row->number.value_or(""), "{}");
        Planning(core_).plan_comment(*row, "recalled");
        Viewing viewing(core_);
        const auto evaluated = evaluate_row(core_, viewing, *row);
        store_draft(core_, *row, evaluated.draft);
        tx.commit();
    }
    settle_facts(0);
    return show(report);
}

Result<render::ReportView> Books::agree(std::int64_t report, std::string_view hash,
                                        const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    const auto revision = core_.reports.find_revision(report, row->revision);
    domain::Guards guards;
    guards.hash_current = hash.empty() || (revision && revision->hash == hash);
    const auto state = domain::next_state(row->state, Move::Agree, guards);
    if (!state) return state.error();

    store::Tx tx(core_.db);
    row->state = *state;
    row->agreed_at = core_.clock.now();
    row->agreed_by = actor.name;
    row->agreed_hash = revision->hash;
    core_.events.add(core_.clock.now(), actor.name, "report.agreed", report,
                     row->number.value_or(""), EventData().add("hash", revision->hash).text());
    core_.reports.update(*row);
    Planning planning(core_);
    if (core_.settings.deal_create == "on_agree") planning.plan_deal(*row);
    planning.plan_marks(*row);
    tx.commit();
    settle_facts(0); // what changed while it was sent becomes adjustments now (G10)
    return show(report);
}

Result<render::ReportView> Books::invoice(std::int64_t report, const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    if (row->state == State::Agreed && !core_.outbox.of_purpose(deal_purpose(report))) {
        store::Tx tx(core_.db);
        Planning planning(core_);
        if (core_.settings.deal_create == "never" || core_.crm() == nullptr) {
            row->state = State::Invoiced;
            row->invoiced_at = core_.clock.now();
            core_.reports.update(*row);
        } else {
            planning.plan_deal(*row);
        }
        core_.events.add(core_.clock.now(), actor.name, "report.invoice", report,
                         row->number.value_or(""), "{}");
        tx.commit();
    } else if (!domain::was_sent(row->state) || row->state == State::Sent) {
        return Error{Code::Conflict,
                     "report " + std::to_string(report) + " is " + domain::to_string(row->state) +
                         ": only an agreed report is invoiced",
                     "",
                     row->state == State::Sent
                         ? "the client agrees on the page, or: hourbridge report agree " +
                               std::to_string(report)
                         : "send it and have it agreed first"};
    }
    return show(report);
}

Result<render::ReportView> Books::cancel(std::int64_t report, std::string_view reason,
                                         const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    if (trim(reason).empty())
        return Error{Code::Usage, "cancelling needs a reason", "",
                     "hourbridge report cancel " + std::to_string(report) + " --reason TEXT"};
    domain::Guards guards;
    guards.any_payment = row->settled > 0 || row->surplus > 0;
    for (const auto& payment : core_.reports.payments(report))
        if (!payment.reversed_at) guards.any_payment = true;
    guards.corrected_on = corrected_on(core_, *row);
    const auto state = domain::next_state(row->state, Move::Cancel, guards);
    if (!state) return state.error();
    {
        store::Tx tx(core_.db);
        const bool was_agreed = domain::was_sent(row->state) && row->state != State::Sent;
        release(core_, report);
        core_.reports.void_adjustments(report);
        row->state = *state;
        row->ended_at = core_.clock.now();
        row->ended_reason = std::string(reason);
        row->drifted = false;
        row->asks.reset();
        core_.reports.update(*row);
        core_.events.add(core_.clock.now(), actor.name,
                         *state == State::Credited ? "report.credited" : "report.cancelled", report,
                         row->number.value_or(std::to_string(report)),
                         EventData().add("reason", reason).text());
        Planning planning(core_);
        if (was_agreed) {
            planning.plan_deal_failed(*row);
            planning.plan_marks(*row);
        }
        if (row->revision > 0)
            planning.plan_comment(*row, *state == State::Credited ? "credited" : "cancelled");
        tx.commit();
    }
    settle_facts(0); // what it freed goes to the draft with the lowest id that takes it (G8)
    return show(report);
}

Result<render::ReportView> Books::link(std::int64_t report, bool new_link, bool revoke,
                                       const Actor& actor) {
    const auto lock = core_.lock();
    auto row = core_.reports.find(report);
    if (!row) return unknown_report(report);
    if (row->revision == 0)
        return Error{Code::Conflict,
                     "a draft has no link; the client sees a report once it is sent", "",
                     "hourbridge report send " + std::to_string(report)};
    if (new_link || revoke) {
        store::Tx tx(core_.db);
        if (new_link) ++row->link;
        if (revoke)
            row->link_digest.reset();
        else
            row->link_digest = sha256_hex(link_token(core_, row->id, row->link));
        core_.reports.update(*row);
        core_.events.add(core_.clock.now(), actor.name, revoke ? "link.revoked" : "link.made",
                         report, row->number.value_or(""),
                         EventData().add("link", row->link).text());
        tx.commit();
    }
    return show(report);
}

std::optional<Books::ByToken> Books::by_token(std::string_view token) {
    const auto lock = core_.lock();
    const auto row = core_.reports.find_link(sha256_hex(token));
    if (!row) return std::nullopt;
    // G23: a link lives until revoked or 90 days after the report came to its end.
    const auto end = row->ended_at ? row->ended_at : row->paid_at;
    if (end && core_.clock.now() - *end > std::chrono::days{90}) return std::nullopt;
    ByToken found;
    found.report = row->id;
    found.withdrawn = row->state == State::Draft || row->state == State::Cancelled ||
                      row->state == State::Credited;
    found.view = Viewing(core_).of(*row, !found.withdrawn);
    return found;
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
        if (!found)
            return Error{Code::NotFound, "no entry " + to_string(what) + " is known", "", ""};
        entry = found->id;
    } else {
        const auto found = core_.sources.find_task(what);
        if (!found)
            return Error{Code::NotFound, "no task " + to_string(what) + " is known", "", ""};
        task = found->id;
    }
    store::Tx tx(core_.db);
    core_.reports.exclude(report, entry, task, reason, actor.name, core_.clock.now());
    Viewing viewing(core_);
    store_draft(core_, *row, evaluate_row(core_, viewing, *row).draft);
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
        return Error{Code::NotFound, to_string(what) + " was not taken out of this report", "", ""};
    Viewing viewing(core_);
    store_draft(core_, *row, evaluate_row(core_, viewing, *row).draft);
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
        if (!row)
            return Error{Code::NotFound, "no entry " + to_string(entry) + " is known", "", ""};
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

// After facts changed: what drafts hold, what sent reports drifted from, what the late policy says.
void Books::settle_facts(std::int64_t pull) {
    const auto lock = core_.lock();
    store::Tx tx(core_.db);
    // Facts changed: time that two planners tell of is not put on two bills (rule 7).
    if (pull != 0) find_repeated(core_);
    Planning planning(core_);
    planning.apply_late_policies();
    settle_drafts();
    planning.find_drift();
    tx.commit();
}

// In the order of their ids, so that freed time goes to the first that takes it (G8).
void Books::settle_drafts() {
    for (auto& row : core_.reports.drafts()) {
        Viewing viewing(core_);
        store_draft(core_, row, evaluate_row(core_, viewing, row).draft);
    }
}

} // namespace hb::engine
