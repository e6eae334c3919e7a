#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "engine/draft_losses.h"
#include "engine/draft_rows.h"
#include "engine/own_company.h"
#include "engine/owners.h"
#include "engine/planning.h"
#include "engine/questions.h"
#include "engine/restored.h"
#include "store/draft_moves.h"
#include "store/numbers.h"

// The life of a report: send, recall, agree, invoice, cancel; its link; how it is found.
namespace hb::engine {
namespace {

using domain::Move;
using domain::State;

// What the report held is free again, and catches up with tasks that moved while it was held.
void release(Core& core, std::int64_t report) {
    const auto held = core.sources.entries_of_report(report);
    core.reports.release(report);
    const auto calendar_of = calendar_lookup(core);
    for (const auto& entry : held) core.sources.realign(entry.id, calendar_of);
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
    return Error{Code::NotFound, "there is no report \"" + std::string(id_or_number) + "\"", "",
                 "hourbridge report list shows them"};
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
    auto [input, draft] = evaluate_row(viewing, *row);
    if (!fingerprint_before.empty() && bill_print(draft) != fingerprint_before) {
        const std::string before = total_text(*row);
        store::Tx tx(core_.db);
        DraftLosses(core_).note(*row, input, draft);
        store_draft(core_, *row, draft);
        core_.events.add(core_.clock.now(), actor.name, "report.changed_before_freezing", report,
                         std::to_string(report),
                         EventData().add("before", before).add("after", total_text(*row)).text());
        tx.commit();
        return Error{
            Code::Conflict,
            "time on this report changed in its planner since the draft was made: it was " +
                before +
                (before == total_text(*row)
                     ? ", and still is: it moved between days, tasks or people, or a text changed"
                     : ", it is " + total_text(*row)),
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
            guards.blocking.push_back({warning.code, warning.message,
                                       domain::may_be_accepted(warning.code)
                                           ? "once checked: hourbridge report send " +
                                                 std::to_string(report) + " --accept " +
                                                 warning.code
                                           : ""});
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
        const std::string prefix = number_prefix(core_, input.contract);
        row->number = core_.reports.next_number(prefix + year, 4);
        note_series(core_, input.contract, prefix);
    }
    row->state = *state;
    ++row->revision;
    if (row->link == 0 || !row->link_digest)
        row->link =
            static_cast<int>(next_link(core_, row->link)); // a revoked link stays dead (G59)
    row->link_digest = sha256_hex(link_token(core_, row->id, row->link));
    row->sent_at = now;
    row->sent_seen = core_.sources.current_sequence("seen");
    row->drifted = false;
    const auto revision = viewing.revision(*row, draft, input);
    const std::string canonical = domain::canonical_text(revision);
    store::RevisionRow frozen{row->id, row->revision, canonical,   domain::hash_of(canonical),
                              now,     actor.name,    acknowledged};
    store::DraftMoves(core_.db).forget(row->id);
    core_.reports.freeze(frozen, draft.lines, people_of(draft.lines));
    core_.reports.update(*row);
    core_.events.add(now, actor.name, "report.sent", row->id, *row->number,
                     EventData()
                         .add("revision", row->revision)
                         .add("hash", frozen.hash)
                         .add("total", total_text(*row))
                         .add("seconds", row->worked_seconds)
                         .add("warnings", acknowledged)
                         .text());
    Planning(core_).plan_comment(*row, "sent");
    tx.commit();
    store::keep_numbers(core_.db);
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
        const auto evaluated = evaluate_row(viewing, *row);
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
    if (row->state == State::Agreed && !core_.outbox.of_purpose(domain::Purpose::deal(report))) {
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
                         row->number.value_or(""),
                         EventData().add("state", domain::to_string(row->state)).text());
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
        core_.reports.update(*row);
        end_questions(core_, report);
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
        if (new_link) row->link = static_cast<int>(next_link(core_, row->link));
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

std::optional<Books::ByToken> Books::by_token(std::string_view token, Detail detail) {
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
    Viewing viewing(core_);
    const bool whole = detail == Detail::Whole && !found.withdrawn;
    found.view = whole ? viewing.frozen(*row) : viewing.head(*row);
    return found;
}

} // namespace hb::engine
