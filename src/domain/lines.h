#pragma once

#include <vector>

#include "domain/report.h"

// How entries become the lines of a report (G6, G10); for this room only.
namespace hb::domain {

struct TakenEntry {
    const EntryFacts* entry = nullptr;
    const TaskFacts* task = nullptr;
    const Verdict* verdict = nullptr;
    std::int64_t rate = 0; // 0 unless billable
};

// Lines of work with billed seconds and amounts, without gross, in line order. Records of
// 0 seconds that stand beside no other time are left out.
std::vector<Line> work_lines(const std::vector<TakenEntry>& taken, const Rounding& rounding);

// The line of one correction. `entry` may be nullptr when it is not known.
Line adjustment_line(const AdjustmentFacts& adjustment, const TaskFacts& task,
                     const EntryFacts* entry);

// The line order of G6.
bool stands_before(const Line& a, const Line& b);

} // namespace hb::domain
