#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/database.h"

namespace hb::store {

struct RenameRow {
    std::int64_t remote = 0;
    std::string stream; // groups, users, companies
    std::string id;     // the remote's
    std::string used;   // the name that rules go on seeing
    Instant since{};
};

// Names that rules by name depend on and that were changed in their planner; until a person
// confirms one the rules see the name as it was (G46). Callers hold a Tx for everything that
// writes.
class Renames {
public:
    explicit Renames(Database& db) : db_(db) {}

    std::vector<RenameRow> all() const;
    // By remote id: only those that wait.
    std::map<std::string, std::string> used(std::int64_t remote, std::string_view stream) const;
    void put(const RenameRow& row); // the first name of several stays
    bool drop(std::int64_t remote, std::string_view stream, std::string_view id);

private:
    Database& db_;
};

} // namespace hb::store
