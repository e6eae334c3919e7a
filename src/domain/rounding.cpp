#include "domain/rounding.h"

#include "domain/lifecycle.h"
#include "domain/wide.h"

namespace hb::domain {

std::int64_t round_seconds(std::int64_t raw, const Rounding& rounding) {
    ensure(raw >= 0, "time that is rounded is not negative");
    if (rounding.level == RoundingLevel::None) return raw;
    const std::int64_t step = rounding.step_seconds;
    ensure(step > 0, "a rounding level has a step");
    const std::int64_t over = raw % step;
    const bool up = rounding.mode == RoundingMode::Up        ? over > 0
                    : rounding.mode == RoundingMode::Nearest ? over >= step - over
                                                             : false;
    return raw - over + (up ? step : 0);
}

std::vector<std::int64_t> round_group(const std::vector<std::int64_t>& raw,
                                      const Rounding& rounding) {
    return largest_remainder(round_seconds(sum_of(raw), rounding), raw);
}

} // namespace hb::domain
