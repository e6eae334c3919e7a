#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/database.h"

namespace hb::store {

struct PullRow {
    std::int64_t id = 0;
    std::int64_t remote = 0;
    Instant started{}, finished{};
    std::string cause;   // schedule, asked, sending
    std::string streams; // JSON
    std::int64_t requests = 0;
    std::string outcome; // "done", or "stopped" or "failed" and why
};

// Readings of remotes that came to their end, the newest of each remote. Callers hold a Tx for what
// writes.
class Pulls {
public:
    explicit Pulls(Database& db) : db_(db) {}
    // Beyond the newest kKept of its remote the oldest go.
    void add(const PullRow& row);
    std::vector<PullRow> list(std::optional<std::int64_t> remote, std::int64_t limit) const;
    static constexpr std::int64_t kKept = 2000; // a week at one in five minutes

private:
    Database& db_;
};

} // namespace hb::store
