#pragma once

#include <cstdint>
#include <set>

#include "store/database.h"

namespace hb::store {

// Whose drafts and corrections have to be looked at. The tables note it by themselves (triggers of
// migration 17); this takes the notes and puts them off.
class Touched {
public:
    explicit Touched(Database& db) : db_(db) {}

    static constexpr std::int64_t kEverybody = 0; // in place of a client

    // Of the step under way, and of what was put off to the end of reading `remote` (0: nothing).
    std::set<std::int64_t> of(std::int64_t remote) const;
    std::set<std::int64_t> unsettled() const; // whatever was put off, to whom it may be
    // What `of` gave is settled from here on.
    void take(std::int64_t remote);
    // Likewise, of one client.
    void take(std::int64_t remote, std::int64_t client);
    // Everybody, where that is noted, becomes each client with terms: nobody else has drafts.
    void spread(std::int64_t remote);
    // What was touched so far is settled by the step that ends the reading of `remote`.
    void put_off(std::int64_t remote);
    // Everything, however it was put off, belongs to the step under way.
    void gather();
    void everybody();

private:
    Database& db_;
};

} // namespace hb::store
