#pragma once

#include <cstdint>
#include <vector>

#include "domain/contract.h"

// For this room only.
namespace hb::domain {

// Billed seconds of each line of one rounding group, from its raw seconds in line order (G6).
// REQUIRES: raw not empty, all >= 0
std::vector<std::int64_t> round_group(const std::vector<std::int64_t>& raw,
                                      const Rounding& rounding);

} // namespace hb::domain
