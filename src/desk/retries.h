#pragma once

#include <string>
#include <vector>

#include "desk/floor.h"

// Writes that wait for a person, or for their time, and are to be tried now.
namespace hb::desk {

struct RetryWish {
    std::vector<std::int64_t> ids; // these; else all that are stuck
    std::string remote, kind;      // of all: of one remote, of one kind by its name; "" any
};

// The ops that are due again, with those that waited for them. All or nothing: an unknown or ended
// id, remote or kind changes nothing. What may have run is looked up before it is sent again (G21),
// and the remotes concerned are tried at once (G63). REQUIRES: the lock
Result<std::vector<std::int64_t>> retry_ops(Books& books, const RetryWish& wish,
                                            const Actor& actor);

// One op waits until somebody retries it. NotFound; Conflict when it is neither pending nor
// uncertain. Takes its own step.
Result<store::OpRow> park_op(Books& books, std::int64_t op, const Actor& actor);
// An event that came is read again, as if it had just come: it is only a hint to look. NotFound.
// Takes its own step.
Result<store::Inbox::Row> replay_event(Books& books, std::int64_t event, const Actor& actor);

} // namespace hb::desk
