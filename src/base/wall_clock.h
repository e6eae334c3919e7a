#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

// What the clocks of a zone show, for texts whose offset means nothing.
namespace hb {

// The moment when they show "2026-03-05T16:41:59"; what follows the seconds is ignored. Shown
// twice: the first time. Jumped over: the moment of the jump. nullopt: no such text.
std::optional<Instant> moment_of_wall_clock(std::string_view text, const Zone& zone);

// What they are ahead of UTC.
std::chrono::seconds offset_at(const Zone& zone, Instant instant);

// "2026-03-05 16:41:59 +03:00", in UTC "2026-03-05 13:41:59 UTC": for people; what programs read
// is format_instant.
std::string wall_clock_text(Instant instant, const Zone& zone);
// A text that begins with a moment of format_instant begins with that of the zone's clocks; any
// other text is as it was.
std::string in_wall_clock(std::string text, const Zone& zone);

} // namespace hb
