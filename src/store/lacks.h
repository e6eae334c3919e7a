#pragma once

#include <map>
#include <vector>

#include "domain/lack.h"
#include "store/database.h"

// What remotes lack or refuse for good (G55), so that a restart repeats no refused call. Callers
// hold a Tx for everything that writes.
namespace hb::store {

class Lacks {
public:
    explicit Lacks(Database& db) : db_(db) {}
    std::vector<domain::Lack> of(std::int64_t remote) const;
    std::map<std::int64_t, std::vector<domain::Lack>> all() const;         // by remote
    void put(std::int64_t remote, const std::vector<domain::Lack>& lacks); // these and no others
    void try_anew(std::int64_t remote, Instant now); // each is called at its next need

private:
    Database& db_;
};

} // namespace hb::store
