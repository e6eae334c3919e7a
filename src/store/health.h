#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/breakers.h"
#include "store/lacks.h"
#include "store/outbox.h"
#include "store/sources.h"

// What an operator has to know of the books, in a few small reads; for a reader's connection, so
// that nobody waits for it.
namespace hb::store {

struct StreamHealth {
    std::int64_t remote = 0;
    std::string stream;
    Instant page_at{};                   // the last good page
    std::optional<Instant> completed_at; // the last walk to the end
    std::int64_t problems = 0;           // records that can't be read
};
struct OpsHealth {
    std::int64_t remote = 0;
    std::string state;
    std::int64_t count = 0;
};
// Settings in which the engine keeps what an operator has to know.
struct HealthNames {
    std::string_view restored; // of the whole books: since when creates wait
    std::string_view refused;  // of a remote: what its events could not be proven by
    std::string_view damaged;  // of the whole books: what the last check found
};
struct HealthRows {
    std::vector<Remote> remotes;
    std::vector<StreamHealth> streams;
    std::vector<OpsHealth> ops;
    // Of the parked ones: those that go on by themselves when a lack is over, by remote.
    std::map<std::int64_t, std::int64_t> lacking;
    // By remote: since when the op that waits longest is due.
    std::map<std::int64_t, Instant> oldest_due;
    std::map<std::int64_t, domain::Breaker> breakers; // of remotes in trouble
    std::map<std::int64_t, std::int64_t> stuck;       // ops by remote
    std::map<std::int64_t, std::vector<domain::Lack>> lacks;
    struct Oldest {
        std::int64_t remote = 0;
        std::string kind;
        Instant wanted_at{};
    };
    // The oldest op of each kind that is not done, parked and put off too: since when it is wanted.
    std::vector<Oldest> unfinished;
    std::map<std::string, std::int64_t> inbox; // by state
    std::optional<Instant> oldest_letter;      // of those that wait
    std::vector<JobRow> jobs;
    std::map<std::string, std::int64_t> rows; // of the tables that grow: given so far
    std::map<int, std::int64_t> reports;      // by domain::State
    std::int64_t asking = 0;                  // reports that ask a person
    std::optional<std::string> restored;      // since when creates wait (G18)
    std::optional<std::string> damaged;       // what the last check found
    struct Refused {
        std::string missing; // in the configuration
        Instant at{};        // of the last event
    };
    std::map<std::int64_t, Refused> refused; // by remote
};
// By remote and stream.
std::vector<StreamHealth> read_streams(Database& db);
// Another number when somebody else has written since; of one connection.
std::int64_t data_version(Database& db);
// Gives up what the connection keeps for the next time: pages and prepared statements. REQUIRES:
// the lock of the threads that share the connection.
void shrink(Database& db);
// The number of the newest row in the log; 0: there is none.
std::int64_t last_event(Database& db);
HealthRows read_health(Database& db, Instant now, const HealthNames& names);

} // namespace hb::store
