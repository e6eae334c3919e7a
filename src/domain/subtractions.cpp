#include "domain/subtractions.h"

#include <algorithm>
#include <tuple>

namespace hb::domain {
namespace {

// Ids are mostly numbers: the shorter one is the smaller.
bool before(const LoggedTime& a, const LoggedTime& b) {
    return std::forward_as_tuple(a.at, a.id.size(), a.id) <
           std::forward_as_tuple(b.at, b.id.size(), b.id);
}

void take(LoggedTime& from, LoggedTime& by, bool of_anybody) {
    if (by.open == 0 || from.rest == 0) return;
    if (!of_anybody && from.person != by.person) return;
    const std::int64_t part = std::min(from.rest, by.open);
    from.rest -= part;
    by.open -= part;
    from.taken_by.push_back(by.id);
}

// What takes off all time that is left on the task asks for no one person's: the planner says that
// the task has none.
void take_all_that_is_left(std::vector<LoggedTime>& logs) {
    std::int64_t left = 0, open = 0;
    for (const auto& log : logs) {
        left += log.rest;
        open += log.open;
    }
    if (open == 0 || open != left) return;
    for (auto& by : logs)
        for (auto each = logs.rbegin(); each != logs.rend(); ++each) take(*each, by, true);
}

} // namespace

void subtract(std::vector<LoggedTime>& logs) {
    std::sort(logs.begin(), logs.end(), before);
    for (auto& log : logs) {
        log.rest = std::max<std::int64_t>(log.seconds, 0);
        log.open = std::max<std::int64_t>(-log.seconds, 0);
        log.taken_by.clear();
    }
    for (auto& by : logs) {
        if (by.open == 0) continue;
        const auto later = std::find_if(logs.begin(), logs.end(),
                                        [&by](const auto& each) { return each.at > by.at; });
        for (auto each = later; each != logs.begin();) take(*--each, by, false);
        for (auto each = later; each != logs.end(); ++each) take(*each, by, false);
    }
    take_all_that_is_left(logs);
}

} // namespace hb::domain
