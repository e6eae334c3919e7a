#pragma once

#include "lanes/floor.h"

namespace hb::lanes {

// People who have time and whom no list shows are asked for by their ids, each once a day: portals
// hide people from outside and those in no department from callers without an administrator's
// rights, but not when their exact id is asked for. What can't be asked now waits for the next
// pull. Returns how many were found. REQUIRES: `busy`, and no lock
std::int64_t ask_for_unlisted_people(Books& books, RemoteRuntime& remote, std::int64_t pull,
                                     std::int64_t seen);

} // namespace hb::lanes
