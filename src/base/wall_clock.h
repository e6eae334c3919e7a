#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/time.h"

// What the clocks of a zone show, for texts whose offset means nothing.
namespace hb {

// The moment when they show "2026-03-05T16:41:59"; what follows the seconds is ignored. Shown
// twice: the first time. Jumped over: the moment of the jump. nullopt: no such text.
std::optional<Instant> moment_of_wall_clock(std::string_view text, const Zone& zone);

// What they are ahead of UTC.
std::chrono::seconds offset_at(const Zone& zone, Instant instant);

} // namespace hb
