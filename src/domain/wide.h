#pragma once

#include <cstdint>
#include <vector>

// Exact arithmetic behind money.h; for this room only.
namespace hb::domain {

// Products of two 64-bit numbers fit, so nothing is rounded or lost in between.
__extension__ typedef __int128 Wide;

inline constexpr std::int64_t kVatUnit = 10'000; // one percent in Vat::rate_e4

// REQUIRES: the value fits 64 bits
std::int64_t narrow(Wide value);

std::int64_t sum_of(const std::vector<std::int64_t>& values); // REQUIRES: it fits 64 bits

// numerator / denominator = floor + remainder / denominator, remainder >= 0.
struct Part {
    Wide floor = 0;
    Wide remainder = 0;
};
Part divide_down(Wide numerator, Wide denominator); // REQUIRES: denominator > 0

// The floors, and one more each for the largest remainders (ties to the earlier) until the parts
// add up to `whole`. REQUIRES: whole is the sum of the floors plus 0 to parts.size().
std::vector<std::int64_t> hand_out(std::int64_t whole, const std::vector<Part>& parts);

// largest_remainder for weights of any sign whose sum is positive; all weights zero: everything to
// the first. REQUIRES: whole >= 0, weights not empty
std::vector<std::int64_t> spread(std::int64_t whole, const std::vector<std::int64_t>& weights);

} // namespace hb::domain
