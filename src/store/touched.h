#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "store/database.h"

namespace hb::store {

// Whose drafts and corrections have to be looked at. The tables note it by themselves (triggers of
// migration 17); this takes the notes and puts them off. A note's `remote` is 0 in the step under
// way, the remote's id while its reading goes on, and minus that once the reading has ended and its
// clients are settled one by one: from then on they are unsettled.
class Touched {
public:
    explicit Touched(Database& db) : db_(db) {}

    static constexpr std::int64_t kEverybody = 0; // in place of a client

    // Of the step under way, and of what was put off in reading `remote` (0: nothing).
    std::set<std::int64_t> of(std::int64_t remote) const;
    std::set<std::int64_t> put_off() const; // by any reading, ended or not
    // Remotes whose readings have ended without this client being settled.
    std::vector<std::int64_t> unsettled_by(std::int64_t client) const;
    // What `of` gave is settled from here on.
    void take(std::int64_t remote);
    // Likewise, of one client.
    void take(std::int64_t remote, std::int64_t client);
    // What was touched so far is settled when the reading of `remote` has ended.
    void put_off(std::int64_t remote);
    // The reading of `remote` has ended: the clients that it touched are unsettled. Everybody,
    // where that is noted, becomes each client with terms: nobody else has drafts.
    void unsettle(std::int64_t remote);
    // What settling itself touched belongs to what is still unsettled.
    void leave_unsettled(std::int64_t remote) { put_off(-remote); }
    // Everything, however it was put off, belongs to the step under way.
    void gather();
    void everybody();

private:
    Database& db_;
};

} // namespace hb::store
