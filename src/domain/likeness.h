#pragma once

#include <optional>
#include <string>

#include "domain/facts.h"

// Do two planners hold the same work? (rule 7)
namespace hb::domain {

struct TimeShape {
    std::int64_t seconds = 0;
    std::optional<Instant> at; // where the source knows the moment
    std::string text;
};
struct Likeness {
    int percent = 0; // 60..100
    std::string why; // "the same length, like words"
};

// Of one person, one client and one day. Nothing when they do not look alike: lengths and words
// have to speak for it together, for two hours of meetings on one day are not one.
// Pure; in the order of neither.
std::optional<Likeness> likeness(const TimeShape& a, const TimeShape& b);

} // namespace hb::domain
