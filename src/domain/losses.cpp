#include "domain/losses.h"

#include <algorithm>

#include "domain/money.h"

namespace hb::domain {
namespace {

constexpr std::int64_t kSmallEdit = 3600; // seconds: a person who corrects one record

Billed at(const BilledEntries& entries, std::int64_t entry) {
    const auto found = entries.find(entry);
    return found == entries.end() ? Billed{} : found->second;
}

class Judge {
public:
    explicit Judge(const PullChange& pull) : pull_(pull) {
        for (const auto& fate : pull.fates) fates_[fate.entry] = &fate;
    }

    bool counts(std::int64_t entry) const {
        const Billed was = at(pull_.before, entry), now = at(pull_.after, entry);
        if (was == now || pull_.overridden.count(entry) != 0) return false;
        if (now.seconds < was.seconds) return lost(entry, was, now);
        if (now.seconds > was.seconds) return gained(entry, was);
        return pull_.owner_changed.count(entry) != 0;
    }

private:
    bool lost(std::int64_t entry, const Billed& was, const Billed& now) const {
        if (now.seconds > 0) return was.seconds - now.seconds >= kSmallEdit;
        const auto found = fates_.find(entry);
        if (found == fates_.end()) return true; // another client's, or gone
        const EntryFate& fate = *found->second;
        if (fate.fate == Fate::NoTask) return true;
        if (fate.fate == Fate::Filtered) return fate.why == "deleted";
        return fate.fate == Fate::Taken; // free now
    }
    bool gained(std::int64_t entry, const Billed& was) const {
        if (pull_.first_seen.count(entry) != 0 || was.seconds > 0) return false;
        return pull_.before.count(entry) != 0 || pull_.owner_changed.count(entry) != 0;
    }

    const PullChange& pull_;
    std::map<std::int64_t, const EntryFate*> fates_;
};

} // namespace

BilledEntries billed_entries(const std::vector<Line>& lines) {
    BilledEntries out;
    for (const auto& line : lines)
        for (const auto& share : line.allocations) {
            if (share.origin != "work") continue;
            Billed& billed = out[share.entry];
            if (!line.billable) continue;
            billed.seconds += share.seconds;
            billed.amount += price(line.rate, share.seconds);
        }
    return out;
}

std::vector<EntryMove> moves_after(const std::vector<EntryMove>& earlier, const PullChange& pull) {
    std::vector<EntryMove> out;
    std::set<std::int64_t> known;
    for (auto move : earlier) {
        known.insert(move.entry);
        move.now = at(pull.after, move.entry);
        if (!(move.now == move.was)) out.push_back(move);
    }
    const Judge judge(pull);
    std::set<std::int64_t> entries;
    for (const auto& [entry, billed] : pull.before) entries.insert(entry);
    for (const auto& [entry, billed] : pull.after) entries.insert(entry);
    for (const auto entry : entries)
        if (known.count(entry) == 0 && judge.counts(entry))
            out.push_back({entry, at(pull.before, entry), at(pull.after, entry)});
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.entry < b.entry; });
    return out;
}

std::vector<EntryMove> moves_between(const BilledEntries& before, const BilledEntries& after) {
    std::vector<EntryMove> out;
    for (const auto& [entry, was] : before)
        if (const Billed now = at(after, entry); !(now == was)) out.push_back({entry, was, now});
    for (const auto& [entry, now] : after)
        if (before.count(entry) == 0 && !(now == Billed{})) out.push_back({entry, {}, now});
    return out;
}

Moved sum_of(const std::vector<EntryMove>& moves) {
    Moved out;
    for (const auto& move : moves) {
        ++out.entries;
        out.lost.seconds += std::max<std::int64_t>(0, move.was.seconds - move.now.seconds);
        out.lost.amount += std::max<std::int64_t>(0, move.was.amount - move.now.amount);
        out.gained.seconds += std::max<std::int64_t>(0, move.now.seconds - move.was.seconds);
        out.gained.amount += std::max<std::int64_t>(0, move.now.amount - move.was.amount);
    }
    return out;
}

bool exceeds(const Billed& moved, const Billed& accepted, const Billed& held,
             const GuardLimits& limits) {
    const std::int64_t seconds = moved.seconds - accepted.seconds;
    const std::int64_t amount = moved.amount - accepted.amount;
    const auto above = [&limits](std::int64_t part, std::int64_t rest) {
        return part > 0 && part * 100 > limits.loss_percent * (rest + part);
    };
    return (seconds > limits.loss_seconds && above(seconds, held.seconds)) ||
           above(amount, held.amount);
}

bool may_be_accepted(std::string_view code) {
    return std::find(kAcceptable.begin(), kAcceptable.end(), code) != kAcceptable.end();
}

} // namespace hb::domain
