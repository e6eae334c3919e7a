#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"
#include "engine/meters.h"

// How far the standby copy is behind, for /metrics, /readyz and notices: told by whoever keeps it,
// by the time of the last good look, so that one who hangs is seen too.
namespace hb::engine {

namespace meter {
inline constexpr const char* kStandbys = "hourbridge_standby_total";
inline constexpr const char* kStandbyBytes = "hourbridge_standby_written_bytes_total";
// Not shown as they are.
inline constexpr const char* kStandbyTime = "standby time"; // what was committed by then is safe
inline constexpr const char* kStandbyLimit = "standby limit";
} // namespace meter

struct StandbyAge {
    std::chrono::seconds age{0};
    std::chrono::seconds limit{0}; // more than this is told of
};
// nullopt: there is to be no standby copy.
std::optional<StandbyAge> standby_age(const Meters& meters, Instant now);

} // namespace hb::engine
