#include "lanes/standby_age.h"

#include <algorithm>

namespace hb::lanes {

std::optional<StandbyAge> standby_age(const books::Meters& meters, Instant now) {
    using std::chrono::seconds;
    const auto time = meters.of(books::meter::kStandbyTime);
    const auto limit = meters.of(books::meter::kStandbyLimit);
    if (time.empty() || limit.empty() || time.begin()->second == 0) return std::nullopt;
    const auto age = now - from_epoch_seconds(time.begin()->second);
    return StandbyAge{std::max(seconds{0}, std::chrono::duration_cast<seconds>(age)),
                      seconds{limit.begin()->second}};
}

} // namespace hb::lanes
