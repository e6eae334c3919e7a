#include "domain/wide.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/ensure.h"

namespace hb::domain {

std::int64_t narrow(Wide value) {
    ensure(value >= std::numeric_limits<std::int64_t>::min() &&
               value <= std::numeric_limits<std::int64_t>::max(),
           "an amount fits 64 bits");
    return static_cast<std::int64_t>(value);
}

std::int64_t sum_of(const std::vector<std::int64_t>& values) {
    Wide sum = 0;
    for (const std::int64_t value : values) sum += value;
    return narrow(sum);
}

Part divide_down(Wide numerator, Wide denominator) {
    ensure(denominator > 0, "division by a positive number");
    Part part{numerator / denominator, numerator % denominator};
    if (part.remainder < 0) { // C++ cuts towards zero, we want down
        part.floor -= 1;
        part.remainder += denominator;
    }
    return part;
}

std::vector<std::int64_t> hand_out(std::int64_t whole, const std::vector<Part>& parts) {
    Wide missing = whole;
    std::vector<std::int64_t> result;
    result.reserve(parts.size());
    for (const Part& part : parts) {
        result.push_back(narrow(part.floor));
        missing -= part.floor;
    }
    ensure(missing >= 0 && missing <= static_cast<Wide>(parts.size()), "parts near their whole");
    if (missing == 0) return result;
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return parts[a].remainder > parts[b].remainder;
    });
    for (std::size_t i = 0; i < static_cast<std::size_t>(missing); ++i) result[order[i]] += 1;
    return result;
}

std::vector<std::int64_t> spread(std::int64_t whole, const std::vector<std::int64_t>& weights) {
    ensure(!weights.empty(), "a whole is split into at least one part");
    Wide sum = 0;
    bool all_zero = true;
    for (const std::int64_t weight : weights) {
        sum += weight;
        all_zero = all_zero && weight == 0;
    }
    if (all_zero) {
        std::vector<std::int64_t> result(weights.size(), 0);
        result.front() = whole;
        return result;
    }
    std::vector<Part> parts;
    parts.reserve(weights.size());
    for (const std::int64_t weight : weights)
        parts.push_back(divide_down(Wide{whole} * weight, sum));
    return hand_out(whole, parts);
}

} // namespace hb::domain
