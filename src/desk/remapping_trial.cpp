#include <algorithm>
#include <set>
#include <utility>

#include "books/aliases.h"
#include "books/draft_losses.h"
#include "books/drafting.h"
#include "books/owners.h"
#include "books/plan.h"
#include "books/rehearsal.h"
#include "books/settling.h"
#include "books/subtractions.h"
#include "desk/remapping.h"

// What a mapping does to the money (G62): it is put in force in a copy of the books, so that
// nobody waits for it.
namespace hb::desk {
namespace {

constexpr std::int64_t kBatch = 2500; // records read together
// What others refer to comes first: a task before its entries.
constexpr const char* kStreams[] = {"users", "groups", "companies", "deals", "tasks", "entries"};

struct Money {
    std::map<std::int64_t, MappingEffect::DraftMoney> drafts;
    std::map<std::int64_t, domain::BilledEntries> billed;              // of the drafts
    std::map<std::int64_t, std::pair<std::int64_t, std::string>> open; // amount, currency
    std::set<std::int64_t> drifted;
};

Money money_of(const Reading& read) {
    Money out;
    for (const auto& row : read->reports.drafts()) {
        auto& draft = out.drafts[row.id];
        draft.id = row.id;
        draft.currency = row.currency;
        draft.before = {row.total, row.billed_seconds};
        out.billed[row.id] = stored_bills(read, row.id);
    }
    for (const auto& row : read->reports.adjustments(std::nullopt, true)) {
        const auto report = read->reports.find(row.report);
        out.open[row.id] = {row.delta_amount, report ? report->currency : ""};
    }
    for (const auto& row : read->reports.list(domain::State::Sent, std::nullopt))
        if (row.drifted) out.drifted.insert(row.id);
    return out;
}

// Is what leaves a draft, or comes in, more than G47 lets pass unasked?
bool beyond_bounds(const domain::Moved& moved, const domain::BilledEntries& after,
                   const domain::GuardLimits& limits) {
    domain::Billed now;
    for (const auto& [entry, billed] : after) {
        now.seconds += billed.seconds;
        now.amount += billed.amount;
    }
    const domain::Billed before_gain{now.seconds - moved.gained.seconds,
                                     now.amount - moved.gained.amount};
    return domain::exceeds(moved.lost, {}, now, limits) ||
           domain::exceeds(moved.gained, {}, before_gain, limits);
}

void compare(const Money& before, const Money& after, const domain::GuardLimits& limits,
             MappingEffect& effect) {
    for (const auto& [id, row] : before.drafts) {
        const auto now = after.drafts.find(id);
        if (now == after.drafts.end()) continue;
        auto change = row;
        change.after = now->second.before;
        const auto& bills = after.billed.at(id);
        const auto moves = domain::moves_between(before.billed.at(id), bills);
        if (moves.empty() && change.after.total == row.before.total) continue;
        change.moved = domain::sum_of(moves);
        change.beyond = beyond_bounds(change.moved, bills, limits);
        effect.money.push_back(std::move(change));
    }
    for (const auto& [id, row] : after.open) {
        const auto was = before.open.find(id);
        if (was != before.open.end() && was->second == row) continue;
        ++effect.corrections.count;
        effect.corrections.sums[row.second] +=
            row.first - (was == before.open.end() ? 0 : was->second.first);
    }
    for (const auto id : after.drifted)
        if (before.drifted.count(id) == 0) effect.corrections.drifted.push_back(id);
}

Error not_accepted(const std::string& what, const std::string& how) {
    return Error{Code::Conflict, what, "",
                 "hourbridge mapping preview shows it; if it is what you want: " + how};
}

Status nothing_to_accept(const std::string& option, const std::string& why) {
    return Error{Code::Conflict, option + " accepts nothing here: " + why, "",
                 "look at the preview again, and leave it out"};
}

Status judge_broken(const MappingEffect& effect, const std::optional<std::int64_t>& accepted) {
    const auto breaks = effect.breaks();
    const std::string figure = std::to_string(breaks);
    if (accepted && breaks == 0) return nothing_to_accept("--accept-broken", "no record breaks");
    if (accepted && *accepted != breaks)
        return Error{Code::Conflict,
                     "--accept-broken says " + std::to_string(*accepted) + ", but " + figure +
                         " records break",
                     "", "look at the preview again"};
    if (accepted || !domain::breaks_too_many(breaks, effect.kept())) return {};
    return not_accepted(figure + " of " + std::to_string(effect.kept()) +
                            " records break: they can no longer be read, or lose a value that "
                            "decides money",
                        "--accept-broken " + figure);
}

} // namespace

std::int64_t MappingEffect::breaks() const {
    std::int64_t out = 0;
    for (const auto& stream : streams) out += stream.broken + stream.emptied;
    return out;
}

std::int64_t MappingEffect::kept() const {
    std::int64_t out = 0;
    for (const auto& stream : streams) out += stream.records;
    return out;
}

bool MappingEffect::moves_money() const {
    return std::any_of(money.begin(), money.end(), [](const auto& row) { return row.beyond; });
}

Status judge_mapping(const MappingEffect& effect, const MappingAccepted& accepted) {
    if (auto fine = judge_broken(effect, accepted.broken); !fine) return fine;
    const bool moves = effect.moves_money();
    if (accepted.money && !moves)
        return nothing_to_accept("--accept-money", "no draft changes by much");
    if (moves && !accepted.money)
        return not_accepted(
            "the money of drafts changes by more than the guards let pass (loss_percent)",
            "--accept-money");
    const auto count =
        effect.corrections.count + static_cast<std::int64_t>(effect.corrections.drifted.size());
    if (accepted.corrections && count == 0)
        return nothing_to_accept("--accept-corrections", "nothing that was sent changes");
    if (count > 0 && !accepted.corrections)
        return not_accepted("time that was sent to clients changes: " + std::to_string(count) +
                                (count == 1 ? " correction" : " corrections"),
                            "--accept-corrections");
    return {};
}

// Every kept record that `now`'s mapping reads otherwise than `before`, in a rehearsal.
void Remapping::read_anew(Books& books, const books::KnownRemote& now,
                          const mapping::Mapping& before) {
    std::int64_t pull = 0, seen = 0;
    {
        Step step = books.begin();
        pull = step->sources.next_sequence("pull");
        seen = step->sources.next_sequence("seen");
        step.leave();
    }
    for (const char* stream : kStreams) {
        for (std::int64_t after = 0;;) {
            Step step = books.begin();
            const auto rows = step->mappings.records(now.row.id, stream, after, kBatch);
            if (rows.empty()) break;
            after = rows.back().row;
            auto changed = read_differently(rows, &before, *now.mapping);
            const store::Sources::Keep keep{now.row.id, stream, 0, pull, seen, step.now()};
            keep_records(step, now, keep, std::move(changed), {});
            step.leave(); // its notes stay for the step that settles
        }
    }
}

void Remapping::try_out(const mapping::Mapping& next, MappingEffect& effect) {
    books::Rehearsal rehearsal(books_);
    Books& books = rehearsal.books();
    const Money before = money_of(books.read());
    const auto in_force = books.read().find_remote(remote_.row.name)->mapping;
    const auto& now = rehearsal.read_by(remote_.row.name, next);
    read_anew(books, now, *in_force);
    Step step = books.begin();
    step.cause = Step::Cause::Decision;
    resolve_owners(step, now);
    find_repeated(step);
    settle(step, nullptr);
    compare(before, money_of(step), books.settings.guards, effect);
}

} // namespace hb::desk
