#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"
#include "books/meters.h"

// How far the standby copy is behind, for /metrics, /readyz and notices: told by whoever keeps it,
// by the time of the last good look, so that one who hangs is seen too.
namespace hb::lanes {

struct StandbyAge {
    std::chrono::seconds age{0};
    std::chrono::seconds limit{0}; // more than this is told of
};
// nullopt: there is to be no standby copy.
std::optional<StandbyAge> standby_age(const books::Meters& meters, Instant now);

} // namespace hb::lanes
