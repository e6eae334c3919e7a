#pragma once

#include <map>
#include <optional>
#include <vector>

#include "domain/breaker.h"
#include "store/database.h"

// What is kept of remotes and ops that are in trouble. Callers hold a Tx for everything that
// writes.
namespace hb::store {

class Breakers {
public:
    explicit Breakers(Database& db) : db_(db) {}
    domain::Breaker find(std::int64_t remote) const;
    void put(std::int64_t remote, const domain::Breaker& breaker); // a sound one takes no row
    std::map<std::int64_t, domain::Breaker> all() const;

private:
    Database& db_;
};

// From so many failures on an op is stuck.
inline constexpr int kStuckAfter = 20;
// From so many failures on an op is not sent together with others.
inline constexpr int kAloneAfter = 2;

struct OpTrouble {
    std::int64_t op = 0;
    int failures = 0;
    int pauses = 0;
    int unknowns = 0;
    bool told = false;
    bool stuck() const { return failures >= kStuckAfter; }
};

class OpTroubles {
public:
    explicit OpTroubles(Database& db) : db_(db) {}
    OpTrouble find(std::int64_t op) const;
    void put(const OpTrouble& trouble);
    void forget(std::int64_t op);
    // It was an outage and not these ops: their failures don't count, and they are due again in
    // their old order. Stuck ones stay as they are.
    void forgive(std::int64_t remote);
    // Open ops of each remote that are stuck.
    std::map<std::int64_t, std::int64_t> count_stuck() const;
    std::vector<OpTrouble> stuck_untold() const;

private:
    Database& db_;
};

// Ops of the remote that are not done: pending, in flight, uncertain.
std::int64_t count_waiting(Database& db, std::int64_t remote);

} // namespace hb::store
