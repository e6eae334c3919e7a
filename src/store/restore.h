#pragma once

#include <functional>
#include <string>

#include "store/database.h"

namespace hb::store {

struct Restored {
    std::string kept; // where the replaced books are now; "" there were none
};

// Puts a backup in the place of the books at `path`. The backup is copied, brought up to date,
// checked (G37) and prepared first; then the old books get the name `kept` and the copy takes
// their place in one step, so that at every moment there are whole books at `path`.
// `prepare` writes into the copy inside a Tx. `at`: moments for tests.
// REQUIRES: the lock of the data directory is held; nobody has the books open.
Result<Restored> restore_books(const std::string& backup, const std::string& path,
                               const std::string& kept,
                               const std::function<void(Database&)>& prepare,
                               const std::function<void(std::string_view moment)>& at = {});

// Links that were revoked or replaced in `from`, the books until now, are so in `to`, a backup that
// is made ready: what a backup knows of them is older. Returns how many there were. REQUIRES: a Tx
// of `to`
std::int64_t carry_links(Database& from, Database& to);
std::int64_t count_links(Database& db); // that live

} // namespace hb::store
