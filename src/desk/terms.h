#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desk/floor.h"

// What people decide about terms (G7, G12).
// Each takes its own step and commits it; none calls a remote. Safe from any thread that holds no
// step. An Error leaves the books as they were.
namespace hb::desk {

struct Applied {
    domain::Contract contract;
    std::vector<std::string> warnings;
    std::vector<std::string> changes; // "draft 3: 1200.00 -> 1350.00 BYN"
};
// `known_currencies`: of the CRM, empty when it could not be asked yet.
Result<Applied> apply_contract(Books& books, domain::Contract contract,
                               const std::vector<std::string>& known_currencies, bool dry_run,
                               const Actor& actor);

} // namespace hb::desk
