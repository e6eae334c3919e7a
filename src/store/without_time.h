#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/database.h"

namespace hb::store {

// Ids of time records of one remote that hold no time and are billed nowhere: in some planners
// costs of money alone. By work date.
std::vector<std::string> entries_without_time(Database& db, std::int64_t remote);

} // namespace hb::store
