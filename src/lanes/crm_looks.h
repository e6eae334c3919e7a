#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lanes/floor.h"

// Deals and invoices of reports as the CRM shows them, in as few requests as it takes (P21).
namespace hb::lanes {

struct Look {
    std::int64_t report = 0;
    domain::DealState deal;
    std::optional<domain::DealState> invoice;
    std::int64_t stamp = 0; // of the step in which it was begun
};

// The reports that are due: open ones always, those paid within the last months once a night.
struct Watched {
    std::vector<std::int64_t> reports;
    bool paid_too = false;
};
Watched reports_to_watch(const Reading& read, const KnownRemote& crm);
// All of them were looked at: when the paid ones are due again.
void watched_paid(Books& books, const KnownRemote& crm);

// Calls the remote without the lock; belongs to the thread of the CRM's lane.
class CrmLooks {
public:
    CrmLooks(Books& books, RemoteRuntime& crm, std::vector<std::int64_t> reports)
        : books_(books), crm_(crm), reports_(reports.begin(), reports.end()) {}

    bool ended() const { return reports_.empty() && begun_.empty(); }
    // One request, for which the caller has waited. Those that are whole now; an error is the
    // request's, and the next step asks the same again.
    Result<std::vector<Look>> step(std::int64_t stamp);
    // Of single objects that could not be read, since the last time.
    std::vector<Error> take_troubles() { return std::exchange(troubles_, {}); }

private:
    struct Begun {
        std::int64_t report = 0;
        bool invoice = false;
        std::int64_t stamp = 0;
    };
    void begin_more(std::int64_t stamp);
    std::vector<Look> take_whole();

    Books& books_;
    RemoteRuntime& crm_;
    std::deque<std::int64_t> reports_; // not begun yet
    std::deque<Begun> begun_;
    std::vector<domain::ObjectReading> readings_; // of those, in their order
    std::vector<Error> troubles_;
};

} // namespace hb::lanes
