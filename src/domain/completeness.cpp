#include <algorithm>
#include <unordered_map>

#include "domain/report.h"

namespace hb::domain {
namespace {

std::unordered_map<std::int64_t, const EntryFate*> fates_by_entry(const Draft& draft) {
    std::unordered_map<std::int64_t, const EntryFate*> fates;
    fates.reserve(draft.fates.size());
    for (const EntryFate& fate : draft.fates) fates[fate.entry] = &fate;
    return fates;
}

// The one row of the statement that the entry's seconds are in.
std::int64_t& row_of(Completeness& rows, const EntryFate& fate) {
    switch (fate.fate) {
    case Fate::Taken:
        return fate.verdict.billable ? rows.billed_work_seconds : rows.nonbillable_seconds;
    case Fate::Held:
        return rows.held_seconds;
    case Fate::Late:
        return rows.late_seconds;
    case Fate::Excluded:
        return rows.excluded_seconds;
    case Fate::Filtered:
        return rows.filtered_seconds;
    case Fate::External:
        return rows.external_seconds;
    case Fate::WrittenOff:
        return rows.written_off_seconds;
    case Fate::NoTask:
        return rows.no_task_seconds;
    case Fate::Long:
        return rows.long_seconds;
    }
    fail_invariant("an unknown fate");
}

} // namespace

Completeness completeness_of(const Draft& draft, const std::vector<EntryFacts>& entries,
                             DayRange period) {
    const auto fates = fates_by_entry(draft);
    Completeness rows;
    for (const EntryFacts& entry : entries) {
        if (!period.contains(entry.work_date)) continue;
        const auto fate = fates.find(entry.id);
        ensure(fate != fates.end(), "each entry of the period has a fate");
        rows.source_seconds += entry.seconds;
        row_of(rows, *fate->second) += entry.seconds;
    }
    rows.from_other_periods_seconds =
        draft.worked_seconds - rows.billed_work_seconds - rows.nonbillable_seconds;
    return rows;
}

DayRange period_of(const Filter& filter, const Draft& draft,
                   const std::vector<EntryFacts>& entries) {
    if (filter.from) return {*filter.from, filter.to};
    const auto fates = fates_by_entry(draft);
    Day from = filter.to;
    for (const EntryFacts& entry : entries) {
        const auto fate = fates.find(entry.id);
        if (fate != fates.end() && fate->second->fate == Fate::Taken)
            from = std::min(from, entry.work_date);
    }
    return {from, filter.to};
}

} // namespace hb::domain
