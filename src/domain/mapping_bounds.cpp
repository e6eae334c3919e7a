#include "domain/mapping_bounds.h"

#include <algorithm>
#include <cstdlib>

namespace hb::domain {
namespace {

// Of the larger of the two: what a draft holds and what it lost, or what it holds with what came.
bool beyond_percent(std::int64_t before, std::int64_t after, std::int64_t percent) {
    const std::int64_t whole = std::max(std::abs(before), std::abs(after));
    return std::abs(after - before) > whole * percent / 100;
}

} // namespace

bool breaks_too_many(std::int64_t broken, std::int64_t kept, const MappingBounds& bounds) {
    return broken > bounds.broken_max || broken * 100 > kept * bounds.broken_percent;
}

bool moves_too_much(const DraftSums& before, const DraftSums& after, const MappingBounds& bounds) {
    if (beyond_percent(before.total, after.total, bounds.loss_percent)) return true;
    return std::abs(after.seconds - before.seconds) > bounds.loss_seconds &&
           beyond_percent(before.seconds, after.seconds, bounds.loss_percent);
}

} // namespace hb::domain
