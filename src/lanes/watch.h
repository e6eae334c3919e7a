#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "books/pauses.h"
#include "lanes/floor.h"
#include "store/health.h"

// How the service is: freshness, what waits, what asks a person. For /readyz and /metrics.
namespace hb::lanes {

struct Freshness {
    std::string remote;
    std::string stream;
    std::chrono::seconds age{0};   // of the last good page
    std::chrono::seconds limit{0}; // older than this is late
    std::optional<Instant> completed_at;
    std::int64_t problems = 0;
    bool late = false;
};
struct RemoteCondition {
    std::string name;
    std::optional<std::chrono::seconds> oldest_due; // how long the oldest op has been due
    std::int64_t waiting = 0;                       // pending, in flight, uncertain
    std::int64_t parked = 0;                        // for a person
    std::int64_t lacking = 0;        // parked until the remote allows a call; go on by themselves
    bool tells_only = false;         // a place where notices go
    std::int64_t stuck = 0;          // fail while others pass
    domain::Breaker breaker;         // whether it is available
    std::optional<Instant> next_try; // of a remote that is not
    int failures = 0;                // pulls in a row
    std::string last_error;
    std::string stopped, what_to_do;   // by a guard
    std::optional<books::Pause> pause; // a person lets it rest
};
struct Condition {
    Instant at{};
    std::vector<Freshness> streams;
    std::vector<RemoteCondition> remotes;
    std::int64_t inbox_waiting = 0;
    std::optional<std::chrono::seconds> inbox_age;
    std::int64_t parked = 0, lacking = 0; // of all remotes
    std::int64_t free_bytes = -1;         // of the disk; -1 not known
    std::vector<std::string> unread;      // streams that were not read when they should
    std::vector<std::string> lacks; // what remotes lack or refuse, and what is different without it
    std::vector<std::string>
        notes; // worth knowing, and nobody has to act: notices, writes that lack
    std::vector<std::string> away;    // remotes that are not available
    std::vector<std::string> late;    // why it is not ready: these, and what else is wrong
    std::vector<std::string> asks;    // what waits for a person
    std::vector<std::string> machine; // of `late`: disk and books
    store::HealthRows rows;
    bool ready() const { return late.empty(); }
};

// How often each remote is read, by its name.
using Polls = std::map<std::string, std::chrono::minutes, std::less<>>;

// Older than this, a remote that is read every `poll` is late.
std::chrono::seconds freshness_limit(std::chrono::minutes poll);
// The age of what stands still longest; while pages of other streams come and pulls don't fail, a
// long walk is under way and nothing stands still. nullopt: never read.
std::optional<std::chrono::seconds> standstill(const std::vector<store::StreamHealth>& streams,
                                               std::int64_t remote, int failures, Instant now);

// What the configuration says of the remotes.
struct Expected {
    Polls polls;                  // none: nobody reads, so nothing is too old
    std::set<std::string> proven; // those whose events something configured can prove
};
// As the books and their disk are now: for /readyz, /metrics and `check` alike. `database`: the
// file; "" in memory.
Condition look_at_books(const store::Tables& tables, const std::string& database,
                        const Expected& expected, Instant now, const Zone& zone = Zone::utc());

// Safe to use from any thread. With books in a file it reads through a connection of its own and
// waits for nobody; in memory there is one connection only.
class Watch {
public:
    Watch(Books& books, std::string database);
    void expect(Expected expected);
    // Code::Machine: the books can't be read.
    Result<Condition> look();
    const std::string& database() const { return database_; }
    books::Meters& meters() { return books_.meters; }
    HoldTimes::Seen holds() const { return books_.holds(); }

private:
    Result<Condition> read(Instant now) HB_REQUIRES(mutex_);

    Books& books_;
    const std::string database_;
    Mutex mutex_;
    Expected expected_ HB_GUARDED_BY(mutex_);
    std::unique_ptr<store::Database> reader_ HB_GUARDED_BY(mutex_);
};

Polls polls_of(Books& books);

} // namespace hb::lanes
