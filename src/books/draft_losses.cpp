#include "books/draft_losses.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "books/draft_rows.h"
#include "books/settings_names.h"
#include "store/draft_moves.h"
#include "store/hidden.h"
#include "voices/drafts.h"
#include "voices/warnings.h"

namespace hb::books {
namespace {

namespace say = voices::drafts;
namespace words = voices::warnings;

domain::Billed whole(const domain::BilledEntries& entries) {
    domain::Billed out;
    for (const auto& [entry, billed] : entries) {
        out.seconds += billed.seconds;
        out.amount += billed.amount;
    }
    return out;
}

std::string money(const store::ReportRow& row, std::int64_t minor) {
    const auto currency = domain::find_currency(row.currency);
    return domain::format_amount(minor, currency ? *currency : domain::Currency{}) + " " +
           row.currency;
}

} // namespace

domain::BilledEntries stored_bills(const Reading& read, std::int64_t report) {
    std::vector<domain::Line> lines;
    for (auto& row : read->reports.lines(report, 0)) {
        for (const auto& share : read->reports.allocations_of_line(row.id))
            row.line.allocations.push_back(
                {share.entry, share.entry_revision, share.seconds, share.origin});
        lines.push_back(std::move(row.line));
    }
    return domain::billed_entries(lines);
}

DraftLosses::DraftLosses(Step& step) : step_(step), owner_moves_(step->draft_moves.owner_moves()) {}

std::int64_t DraftLosses::seen_before(const std::string& remote) {
    const auto [at, added] = seen_.try_emplace(remote, 0);
    if (!added) return at->second;
    const auto row = step_->sources.find_remote(remote);
    auto text = row ? step_->kept.get(row->id, kept::kSettledSeen) : std::nullopt;
    if (!text) text = step_->kept.get(0, kept::kSettledSeen); // books of before schema 17
    return at->second = parse_integer(text.value_or("0")).value_or(0);
}

void DraftLosses::note(const store::ReportRow& row, const domain::DraftInput& input,
                       const domain::Draft& draft) {
    auto& moves = step_->draft_moves;
    const auto earlier = moves.of(row.id);
    domain::PullChange change;
    change.before = stored_bills(step_, row.id);
    change.after = domain::billed_entries(draft.lines);
    if (earlier.empty() && change.before == change.after) return lower_accepted(row, draft, {});
    change.fates = draft.fates;
    change.owner_changed = owner_moves_;
    for (const auto& entry : input.entries) {
        if (entry.seen > seen_before(entry.ref.remote)) change.first_seen.insert(entry.id);
        if (entry.override_) change.overridden.insert(entry.id);
    }
    const auto now = domain::moves_after(earlier, change);
    moves.replace(row.id, now, step_.now());
    lower_accepted(row, draft, now);
}

void DraftLosses::recounted(const store::ReportRow& row, const domain::Draft& draft) {
    if (row.total == draft.totals.total && row.billed_seconds == draft.billed_seconds) return;
    step_->draft_moves.put_recount(row.id, {row.billed_seconds, row.total}, step_.now());
}

void DraftLosses::done(const KnownRemote* ended) {
    if (!owner_moves_.empty()) step_->draft_moves.forget_owner_moves();
    if (ended == nullptr) return;
    const std::string seen = std::to_string(step_->sources.current_sequence("seen"));
    if (step_->kept.get(ended->row.id, kept::kSettledSeen) != seen)
        step_->kept.put(ended->row.id, kept::kSettledSeen, seen, step_.now());
}

void note_moves_so_far(Step& step, store::ReportRow& row) {
    const auto reading = step->touched.put_off();
    if (reading.count(row.client) == 0 && reading.count(store::Touched::kEverybody) == 0) return;
    Viewing viewing(step);
    const auto [input, draft] = evaluate_row(viewing, row);
    DraftLosses(step).note(row, input, draft);
    store_draft(step, row, draft);
}

namespace {

// Time that is not shown any longer, as a part of what the draft bills (G48).
std::optional<DraftLoss> hidden_time(const Reading& read, const store::ReportRow& row,
                                     const domain::Draft& draft) {
    const auto& hidden = read->hidden;
    const auto parts = hidden.on_report(row.id);
    if (parts.empty()) return std::nullopt;
    const auto billed = domain::billed_entries(draft.lines);
    DraftLoss out{"not_shown", {}, whole(billed), 0, parts.front().since};
    for (const auto& part : parts) out.since = std::min(out.since, part.since);
    for (const auto entry : hidden.entries_on_report(row.id)) {
        const auto found = billed.find(entry);
        if (found == billed.end()) continue;
        out.moved.seconds += found->second.seconds;
        out.moved.amount += found->second.amount;
        ++out.entries;
    }
    return out;
}

std::optional<DraftLoss> hidden_of(const Reading& read, const store::ReportRow& row,
                                   const domain::Draft& draft) {
    auto out = hidden_time(read, row, draft);
    if (!out) return out;
    const auto accepted = read->draft_moves.accepted(row.id, out->code);
    const domain::Billed rest{out->held.seconds - out->moved.seconds,
                              out->held.amount - out->moved.amount};
    if (!domain::exceeds(out->moved, accepted ? accepted->figure : domain::Billed{}, rest,
                         read.settings.guards))
        out.reset();
    return out;
}

} // namespace

// What came back is accepted no longer: another loss of that size asks again.
void DraftLosses::lower_accepted(const store::ReportRow& row, const domain::Draft& draft,
                                 const std::vector<domain::EntryMove>& moves) {
    auto& table = step_->draft_moves;
    const auto lower = [&](const char* code, const std::function<domain::Billed()>& moved) {
        auto accepted = table.accepted(row.id, code);
        if (!accepted) return;
        const auto now = moved();
        const domain::Billed figure{std::min(accepted->figure.seconds, now.seconds),
                                    std::min(accepted->figure.amount, now.amount)};
        if (figure == accepted->figure) return;
        accepted->figure = figure;
        table.accept(row.id, *accepted);
    };
    lower("shrunk", [&] { return domain::sum_of(moves).lost; });
    lower("grown", [&] { return domain::sum_of(moves).gained; });
    lower("not_shown", [&] {
        const auto hidden = hidden_time(step_, row, draft);
        return hidden ? hidden->moved : domain::Billed{};
    });
}

std::vector<DraftLoss> losses_of(const Reading& read, const store::ReportRow& row,
                                 const domain::Draft& draft) {
    std::vector<DraftLoss> out;
    const auto& moves = read->draft_moves;
    if (const auto recount = moves.recount(row.id))
        out.push_back({"recounted",
                       recount->was,
                       {draft.billed_seconds, draft.totals.total},
                       0,
                       recount->since});
    if (auto hidden = hidden_of(read, row, draft)) out.push_back(std::move(*hidden));
    const auto rows = moves.of(row.id);
    if (rows.empty()) return out;
    const auto sum = domain::sum_of(rows);
    const auto now = whole(domain::billed_entries(draft.lines));
    const domain::Billed before_gain{now.seconds - sum.gained.seconds,
                                     now.amount - sum.gained.amount};
    const auto offer = [&](const char* code, const domain::Billed& moved,
                           const domain::Billed& held) {
        const auto accepted = moves.accepted(row.id, code);
        if (domain::exceeds(moved, accepted ? accepted->figure : domain::Billed{}, held,
                            read.settings.guards))
            out.push_back({code, moved, now, sum.entries, *moves.since(row.id)});
    };
    offer("shrunk", sum.lost, now);
    offer("grown", sum.gained, before_gain);
    return out;
}

std::string loss_figure(const store::ReportRow& row, const DraftLoss& loss) {
    const auto currency = domain::find_currency(row.currency);
    return domain::format_amount(loss.held.amount, currency ? *currency : domain::Currency{});
}

Message loss_said(const store::ReportRow& row, const DraftLoss& loss) {
    const auto now = money(row, loss.held.amount);
    if (loss.code == "recounted")
        return voices::say<words::kRecounted>(money(row, loss.moved.amount), now);
    const auto day = format_day(std::chrono::floor<std::chrono::days>(loss.since));
    const auto hours = format_duration(loss.moved.seconds);
    if (loss.code == "shrunk")
        return voices::say<words::kShrunk>(money(row, loss.held.amount + loss.moved.amount), now,
                                           hours, loss.entries, day);
    return voices::say<words::kGrown>(money(row, loss.held.amount - loss.moved.amount), now, hours,
                                      loss.entries, day);
}

} // namespace hb::books
