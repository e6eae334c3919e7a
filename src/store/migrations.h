#pragma once

#include <vector>

namespace hb::store {

// One numbered step of the schema, from migrations/NNNN_name.sql; never edited once released.
struct Migration {
    int number; // 1, 2, … without gaps; the file's user_version after it
    const char* name;
    const char* sql;
};

const std::vector<Migration>& migrations();

} // namespace hb::store
