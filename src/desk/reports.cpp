#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "books/client_links.h"
#include "books/draft_losses.h"
#include "books/draft_rows.h"
#include "books/link_numbers.h"
#include "books/own_company.h"
#include "books/owners.h"
#include "books/planning.h"
#include "books/questions.h"
#include "books/report_words.h"
#include "books/settings_names.h"
#include "desk/reports.h"
#include "store/draft_moves.h"
#include "store/numbers.h"
#include "voices/drafts.h"

// The life of a report: send, recall, agree, invoice, cancel; its link; how it is found.
namespace hb::desk {
namespace {

namespace say = voices::drafts;

using domain::Move;
using domain::State;

// What the report held is free again, and catches up with tasks that moved while it was held.
void release(Step& step, std::int64_t report) {
    const auto held = step->sources.entries_of_report(report);
    step->reports.release(report);
    const auto calendar_of = calendar_lookup(step);
    for (const auto& entry : held) step->sources.realign(entry.id, calendar_of);
}

// Did a planner tell more of its time than was known when it was billed (G65)?
bool has_first_words(const Reading& read, std::int64_t report) {
    const auto held = read->sources.entries_of_report(report);
    return std::any_of(held.begin(), held.end(),
                       [](const auto& entry) { return entry.first_word.has_value(); });
}

// Live reports that carry corrections of this one: its time must not become free beside them.
std::vector<std::string> corrected_on(const Reading& read, const store::ReportRow& row) {
    std::vector<std::string> out;
    for (const auto& adjustment : read->reports.adjustments_of_report(row.id)) {
        for (const auto& share : read->reports.allocations_of_entry(adjustment.entry)) {
            if (!share.live || share.origin != "adjustment:" + std::to_string(adjustment.id))
                continue;
            const auto holder = read->reports.find(share.report);
            out.push_back(holder->number.value_or("draft " + std::to_string(share.report)));
        }
    }
    return out;
}

} // namespace

Result<domain::ReportView> send(Books& books, std::int64_t report,
                                const std::string& fingerprint_before, bool strict, bool stale,
                                const Actor& actor) {
    Step step = books.begin_settled(report, actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    domain::Guards early;
    if (row->state != State::Draft)
        return domain::next_state(row->state, Move::Send, early).error();

    books::Viewing viewing(step);
    auto [input, draft] = evaluate_row(viewing, *row);
    if (!fingerprint_before.empty() && books::bill_print(draft) != fingerprint_before) {
        const std::string before = books::total_text(*row);
        books::DraftLosses(step).note(*row, input, draft);
        store_draft(step, *row, draft);
        step->events.add(
            step.now(), actor.name, "report.changed_before_freezing", report,
            std::to_string(report),
            books::EventData().add("before", before).add("after", books::total_text(*row)).text());
        step.done();
        const std::string now = books::total_text(*row);
        return before == now
                   ? voices::refuse<say::kMovedBefore>(Code::Conflict, before, report)
                   : voices::refuse<say::kChangedBefore>(Code::Conflict, before, now, report);
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
                                           : "",
                                       warning.said});
        else
            acknowledged +=
                (acknowledged.empty() ? "" : "\n") + warning.code + ": " + warning.message;
    }
    const auto state = domain::next_state(row->state, Move::Send, guards);
    if (!state) return state.error();
    if (strict && !acknowledged.empty())
        return voices::refuse<say::kStrict>(Code::Conflict, acknowledged);
    if (stale)
        acknowledged +=
            (acknowledged.empty() ? "" : "\n") +
            std::string("stale_ok: sent although a planner could not be read just before");

    const Instant now = step.now();
    store_draft(step, *row, draft);
    if (!row->number) {
        const auto zone = Zone::find(input.contract.time_zone);
        const std::string year =
            format_day((zone ? *zone : books.settings.zone).day_of(now)).substr(0, 4);
        const std::string prefix = number_prefix(step, input.contract, year);
        row->number = step->reports.next_number(prefix + year, 4);
        note_series(step, input.contract, prefix, year);
    }
    row->state = *state;
    ++row->revision;
    if (row->link == 0 || !row->link_digest)
        row->link = static_cast<int>(next_link(step, row->link)); // a revoked link stays dead (G59)
    row->link_digest = sha256_hex(link_token(step.settings, row->id, row->link));
    row->sent_at = now;
    row->sent_seen = step->sources.current_sequence("seen");
    row->drifted = false;
    const auto revision = viewing.revision(*row, draft, input);
    const std::string canonical = domain::canonical_text(revision);
    store::RevisionRow frozen{row->id, row->revision, canonical,   domain::hash_of(canonical),
                              now,     actor.name,    acknowledged};
    step->draft_moves.forget(row->id);
    step->reports.freeze(frozen, draft.lines, books::people_of(draft.lines));
    books::freeze_words(step, *row, draft.lines, input.contract);
    step->reports.update(*row);
    keep_report_link(step, *row);
    give_archive(step, row->client);
    end_previews(step, row->id);
    step->events.add(now, actor.name, "report.sent", row->id, *row->number,
                     books::EventData()
                         .add("revision", row->revision)
                         .add("hash", frozen.hash)
                         .add("total", books::total_text(*row))
                         .add("seconds", row->worked_seconds)
                         .add("warnings", acknowledged)
                         .text());
    books::Planning(step).plan_comment(*row, "sent");
    step.done();
    books.keep_numbers();
    auto view = viewing.of(*row);
    for (const auto& warning : warnings) view.warnings.push_back(warning);
    return view;
}

Result<domain::ReportView> recall(Books& books, std::int64_t report, const Actor& actor) {
    Step step = books.begin(actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    const auto state = domain::next_state(row->state, Move::Recall, {});
    if (!state) return state.error();
    const domain::Billed was{row->billed_seconds, row->total};
    const bool reads_more = has_first_words(step, report);
    release(step, report);
    row->state = *state;
    row->drifted = false;
    row->sent_at.reset();
    row->sent_seen.reset();
    step->reports.update(*row);
    step->events.add(step.now(), actor.name, "report.recalled", report, row->number.value_or(""),
                     "{}");
    books::Planning(step).plan_comment(*row, "recalled");
    books::Viewing viewing(step);
    const auto evaluated = evaluate_row(viewing, *row);
    store_draft(step, *row, evaluated.draft);
    if (reads_more && (row->billed_seconds != was.seconds || row->total != was.amount))
        step->draft_moves.put_recount(report, was, step.now());
    step.done();
    return books.show(report);
}

Result<domain::ReportView> agree(Books& books, std::int64_t report, std::string_view hash,
                                 const Actor& actor) {
    Step step = books.begin_settled(report, actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    const auto revision = step->reports.find_revision(report, row->revision);
    domain::Guards guards;
    guards.hash_current = hash.empty() || (revision && revision->hash == hash);
    const auto state = domain::next_state(row->state, Move::Agree, guards);
    if (!state) return state.error();

    row->state = *state;
    row->agreed_at = step.now();
    row->agreed_by = actor.name;
    row->agreed_hash = revision->hash;
    step->events.add(step.now(), actor.name, "report.agreed", report, row->number.value_or(""),
                     books::EventData().add("hash", revision->hash).text());
    step->reports.update(*row);
    books::Planning planning(step);
    if (books.settings.deal_create == "on_agree") planning.plan_deal(*row);
    planning.plan_marks(*row);
    step.done();
    return books.show(report);
}

Result<domain::ReportView> invoice(Books& books, std::int64_t report, const Actor& actor) {
    Step step = books.begin_settled(report, actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    if (row->state == State::Agreed && !step->outbox.of_purpose(domain::Purpose::deal(report))) {
        books::Planning planning(step);
        if (books.settings.deal_create == "never" || books.crm() == nullptr) {
            row->state = State::Invoiced;
            row->invoiced_at = step.now();
            step->reports.update(*row);
        } else {
            planning.plan_deal(*row);
        }
        step->events.add(step.now(), actor.name, "report.invoice", report, row->number.value_or(""),
                         books::EventData().add("state", domain::to_string(row->state)).text());
        step.done();
    } else if (!domain::was_sent(row->state) || row->state == State::Sent) {
        return row->state == State::Sent
                   ? voices::refuse<say::kSentNotAgreed>(Code::Conflict, report)
                   : voices::refuse<say::kOnlyAgreedInvoiced>(Code::Conflict, report,
                                                              domain::word_of(row->state));
    }
    return books.show(report);
}

Result<domain::ReportView> cancel(Books& books, std::int64_t report, std::string_view reason,
                                  const Actor& actor) {
    Step step = books.begin(actor);
    auto row = step->reports.find(report);
    if (!row) return books::unknown_report(report);
    if (trim(reason).empty()) return voices::refuse<say::kCancelReason>(Code::Usage, report);
    domain::Guards guards;
    guards.any_payment = row->settled > 0 || row->surplus > 0;
    for (const auto& payment : step->reports.payments(report))
        if (!payment.reversed_at) guards.any_payment = true;
    guards.corrected_on = corrected_on(step, *row);
    const auto state = domain::next_state(row->state, Move::Cancel, guards);
    if (!state) return state.error();
    const bool was_agreed = domain::was_sent(row->state) && row->state != State::Sent;
    release(step, report);
    step->reports.void_adjustments(report);
    end_previews(step, report);
    row->state = *state;
    row->ended_at = step.now();
    row->ended_reason = std::string(reason);
    row->drifted = false;
    step->reports.update(*row);
    end_questions(step, report);
    step->events.add(step.now(), actor.name,
                     *state == State::Credited ? "report.credited" : "report.cancelled", report,
                     row->number.value_or(std::to_string(report)),
                     books::EventData().add("reason", reason).text());
    books::Planning planning(step);
    if (was_agreed) {
        planning.plan_deal_failed(*row);
        planning.plan_marks(*row);
    }
    if (row->revision > 0)
        planning.plan_comment(*row, *state == State::Credited ? "credited" : "cancelled");
    step.done();
    return books.show(report);
}

Result<domain::ReportView> link(Books& books, std::int64_t report, bool new_link, bool revoke,
                                const Actor& actor) {
    const Read read = books.read(); // of books that may be there for reading alone
    auto row = read->reports.find(report);
    if (!row) return books::unknown_report(report);
    if (row->revision == 0) return voices::refuse<say::kNoLink>(Code::Conflict, report);
    if (!new_link && !revoke) return books::Lookup(read).show(report);
    Step step = books.begin(actor);
    if (new_link) row->link = static_cast<int>(next_link(step, row->link));
    if (revoke)
        row->link_digest.reset();
    else
        row->link_digest = sha256_hex(link_token(step.settings, row->id, row->link));
    step->reports.update(*row);
    keep_report_link(step, *row);
    step->events.add(step.now(), actor.name, revoke ? "link.revoked" : "link.made", report,
                     row->number.value_or(""), books::EventData().add("link", row->link).text());
    step.done();
    return books.show(report);
}

Result<std::vector<domain::ReportView>> renew_links(Books& books, const Actor& actor) {
    std::vector<std::int64_t> reports;
    {
        const Read read = books.read();
        for (const auto& row : read->reports.list({}, {}))
            if (row.link_digest) reports.push_back(row.id);
    }
    std::vector<domain::ReportView> out;
    for (const auto id : reports) {
        auto view = link(books, id, true, false, actor);
        if (!view) return view.error();
        out.push_back(std::move(*view));
    }
    Step step = books.begin(actor);
    step->kept.erase(0, books::kept::kLinksInCopies);
    step->kept.erase(0, books::kept::kLinksRestored);
    step.done();
    return out;
}

void note_link_shown(Books& books, std::int64_t report, const std::string& where,
                     const Actor& actor) {
    Step step = books.begin(actor);
    step->events.add(step.now(), step.actor(), "report.link_shown", report, where, "{}");
    step.done();
}

} // namespace hb::desk
