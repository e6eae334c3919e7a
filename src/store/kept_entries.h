#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/exchange.h"
#include "store/database.h"

namespace hb::store {

// A time record as it came, beside what the mirror makes of it.
struct KeptEntry {
    domain::SourceRecord record;
    std::string problem;      // "" none
    std::int64_t seconds = 0; // in the mirror
};
// Those of one task (its remote id) that are not gone.
std::vector<KeptEntry> kept_entries(Database& db, std::int64_t remote, std::string_view task);
// The remote id of the task that an entry is on; "" when the entry is not known.
std::string task_of_entry(Database& db, std::int64_t remote, std::string_view entry);

} // namespace hb::store
