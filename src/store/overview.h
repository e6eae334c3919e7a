#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "store/health.h"
#include "store/kept_entries.h"
#include "store/unbilled.h"
#include "store/unlisted.h"

namespace hb::store {

struct Tables;

// What is asked of several tables at once. Reads only.
class Overview {
public:
    explicit Overview(Database& db) : db_(db) {}

    // People of a remote (unlisted.h).
    std::vector<std::string> unlisted_people(std::int64_t remote) const;
    std::vector<std::string> those_with_time(std::int64_t remote,
                                             const std::vector<std::string>& people) const;
    Nameless nameless_people(std::int64_t remote) const;

    // Time by client (unbilled.h).
    std::vector<ClientTime> time_of_clients() const;
    std::vector<FreeTime> free_time_of_clients() const;
    std::vector<std::int64_t> maybe_held_clients(std::int64_t longest) const;

    // Time records as they came (kept_entries.h, without_time.h).
    std::vector<KeptEntry> kept_entries(std::int64_t remote, std::string_view task) const;
    std::string task_of_entry(std::int64_t remote, std::string_view entry) const;
    std::vector<std::string> entries_without_time(std::int64_t remote) const;

    // For those who operate the service (health.h, breakers.h).
    std::vector<StreamHealth> read_streams() const;
    HealthRows read_health(Instant now, const HealthNames& names) const;
    std::int64_t last_event() const;
    std::int64_t count_waiting(std::int64_t remote) const;

private:
    friend struct Tables; // hands the connection on
    Database& db_;
};

} // namespace hb::store
