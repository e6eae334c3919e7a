#pragma once

#include <functional>

#include "desk/floor.h"

// A draft is sent in two halves, because what it bills is read once more in between (G25): by the
// command, the card and all others that ask for it.
namespace hb::desk {

// Reads the report's entries again.
using Reread = std::function<Status(std::int64_t report)>;

struct SendWish {
    bool strict = false;   // not while there are warnings
    bool stale_ok = false; // also when a planner can't be read just now
    // After the reading and before anything is frozen: what the asker accepts. An error ends it.
    std::function<Status()> accept = {};
};

struct Sending {
    Result<domain::ReportView> sent;
    bool unread = false;        // not sent for this: `sent` holds the reading's error
    std::optional<Error> stale; // sent all the same: what the reading said
};

// Calls remotes; the thread holds no step. What the draft bills is compared across the reading: a
// difference is Code::Conflict and updates the draft.
Sending send_report(Books& books, const Reread& reread, std::int64_t report, const SendWish& wish,
                    const Actor& actor);

} // namespace hb::desk
