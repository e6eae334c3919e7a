#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

// Which lack of its remote an op was parked for (G55), beside the op until it is done. Callers hold
// a Tx for everything that writes.
namespace hb::store {

struct OpLack {
    std::int64_t op = 0;
    std::string method, about; // as in Lacks
    bool own = false;          // refused for what this op writes to; another one may be allowed
    Instant again{};           // tried then, unless it is known to be over before
};

class OpLacks {
public:
    explicit OpLacks(Database& db) : db_(db) {}
    void put(const OpLack& row);
    std::optional<OpLack> find(std::int64_t op) const;
    void forget(std::int64_t op);
    // Of the newest op for this purpose that has one, also where that op was replaced.
    std::optional<OpLack> of_purpose(std::int64_t remote, std::string_view purpose) const;
    // Of parked ops that are to be tried now, oldest op first.
    std::vector<OpLack> due(std::int64_t remote, Instant now) const;
    bool any(std::int64_t remote) const; // that wait so
    // Ops that wait so, and those that were parked behind them, by remote: nobody has to see to
    // them.
    std::map<std::int64_t, std::int64_t> waiting() const;
    // Parked for this lack, whatever it was asked for; oldest op first.
    std::vector<OpLack> of(std::int64_t remote, std::string_view method,
                           std::string_view about) const;

private:
    Database& db_;
};

} // namespace hb::store
