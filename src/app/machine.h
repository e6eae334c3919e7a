#pragma once

#include <string>
#include <vector>

#include "app/environment.h"
#include "base/ids.h"
#include "base/seams.h"
#include "base/uptime.h"

// Which machine this is and since which of its starts it runs (G58).
namespace hb::app {

struct Machine {
    std::string machine, boot;
    // What could not be read: then the id is one of this process alone, and how long ago something
    // was sent is known to it only as long as it lives.
    std::vector<std::string> unread;
    std::chrono::seconds ran_longer{0}; // in tests

    Uptime up() const { return {machine, boot, running_time() + ran_longer}; }
};

// An id as the kernel, a file or systemd writes it ("%m" and "%b" without dashes), in one form; ""
// when it is none.
std::string machine_id(std::string_view told);

// The kernel's own word first: a variable may be older than the start of the machine.
Machine read_machine(const Seams& seams, const Environment& environment, IdSource& ids);

} // namespace hb::app
