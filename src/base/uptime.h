#pragma once

#include <chrono>
#include <string>

namespace hb {

// A measure of time that nobody can set: how long the machine has been running, sleep included,
// and since which of its starts.
struct Uptime {
    std::string boot;
    std::chrono::milliseconds at{0};
};

Uptime machine_uptime();

} // namespace hb
