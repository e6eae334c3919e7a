#pragma once

#include <string>
#include <vector>

#include "store/database.h"

namespace hb::store {

// What the schema of these books lacks, has besides on our tables, or has otherwise than the
// migrations make it, one line each: "index allocations_live is missing". Rules of money are held
// by indexes and triggers, so books without them are not used. REQUIRES: books of this version.
// Throws StoreError.
std::vector<std::string> schema_differences(Database& db);

} // namespace hb::store
