#pragma once

#include <cstdint>

// How much an edited mapping may change before a person has to say so by name (G62).
namespace hb::domain {

struct MappingBounds {
    std::int64_t broken_max = 10;
    std::int64_t broken_percent = 1;
};

// More records break than may break unasked: at most `broken_max` and at most `broken_percent`.
bool breaks_too_many(std::int64_t broken, std::int64_t kept, const MappingBounds& bounds = {});

// One draft's sums.
struct DraftSums {
    std::int64_t total = 0;
    std::int64_t seconds = 0; // billed ones
};

} // namespace hb::domain
