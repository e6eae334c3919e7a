#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "domain/guards.h"
#include "domain/report.h"

// What pulls took from a draft and what they brought into it, judged in money (G47): one number a
// draft, whatever the planner changed. Pure.
namespace hb::domain {

// One entry's billable part of a draft: raw seconds, and their price in minor units.
struct Billed {
    std::int64_t seconds = 0;
    std::int64_t amount = 0;
    bool operator==(const Billed&) const = default;
};
// By entry; what is not billable is a zero.
using BilledEntries = std::map<std::int64_t, Billed>;
BilledEntries billed_entries(const std::vector<Line>& lines);

// An entry that a pull moved: what the draft billed of it before the first such pull, and bills
// now.
struct EntryMove {
    std::int64_t entry = 0;
    Billed was;
    Billed now;
    bool operator==(const EntryMove&) const = default;
};

struct PullChange {
    BilledEntries before;
    BilledEntries after;
    std::vector<EntryFate> fates;         // of the new evaluation
    std::set<std::int64_t> first_seen;    // new time, which is no gain
    std::set<std::int64_t> owner_changed; // their task went to another client, or came from one
    std::set<std::int64_t> overridden;    // judged by a person
};
// The moves that count after this pull: the earlier ones brought up to date, and new ones. New
// time, edits of less than an hour, and what filters, people or lateness took do not count; what
// comes back is no move.
std::vector<EntryMove> moves_after(const std::vector<EntryMove>& earlier, const PullChange& pull);

// Every entry of which another part is billed now, no matter who changed that.
std::vector<EntryMove> moves_between(const BilledEntries& before, const BilledEntries& after);

struct Moved {
    Billed lost;
    Billed gained;
    std::int64_t entries = 0;
};
Moved sum_of(const std::vector<EntryMove>& moves);

// Is this loss (or gain), above what was accepted, so large that the draft is not sent before a
// person accepts it? `held`: what the draft bills now.
bool exceeds(const Billed& moved, const Billed& accepted, const Billed& held,
             const GuardLimits& limits);

// The warnings that a person accepts by name before such a draft is sent (G47, G48, G65).
inline constexpr std::array<std::string_view, 4> kAcceptable{"shrunk", "grown", "not_shown",
                                                             "recounted"};
bool may_be_accepted(std::string_view code);

} // namespace hb::domain
