#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store/database.h"

// How much time each client has in the books, and who holds it.
namespace hb::store {

struct ClientTime {
    std::optional<std::int64_t> client; // nullopt: time of tasks without a client
    std::int64_t seconds = 0;           // all that is not deleted
    std::int64_t drafted_seconds = 0;   // of it, what a draft reserves
    std::int64_t billed_seconds = 0;    // of it, what is on a report in `sent` or later
};
std::vector<ClientTime> time_of_clients(Database& db);

// Free time by client, from an index alone: cheap enough after each pull.
struct FreeTime {
    std::optional<std::int64_t> client;
    std::int64_t seconds = 0;
};
std::vector<FreeTime> free_time_of_clients(Database& db);

// Clients whose free time guards may hold: records that wait or are not shown (G46, G48), and ones
// of more than `longest` seconds (G54). From indexes alone.
std::vector<std::int64_t> maybe_held_clients(Database& db, std::int64_t longest);

} // namespace hb::store
