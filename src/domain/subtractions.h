#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

// Some planners correct time by one more record of negative time (GitLab: /spend -1h). Nothing of
// it is an hour of its own: it says that hours logged before are fewer.
namespace hb::domain {

// A time record of one task, as its planner tells it.
struct LoggedTime {
    std::string id;
    std::string person;
    Instant at{};
    std::int64_t seconds = 0; // negative: takes time off
    // Found by subtract(): what is left of the record; 0 of one that takes time off.
    std::int64_t rest = 0;
    // Of one that takes time off: what it found nothing to be taken from.
    std::int64_t open = 0;
    // Of the others: ids of the records that took time off it, in order.
    std::vector<std::string> taken_by;
};

// Takes each negative record off what the same person logged on the task: the latest at or before
// it first, then the earliest after it. Of another person's time nothing is taken, for rates hang
// on persons; but what takes off all that is left of the task takes it no matter who logged it.
// Every second that is taken off is taken once; the same records in any order give the same, and
// come back ordered by time and id.
void subtract(std::vector<LoggedTime>& logs);

} // namespace hb::domain
