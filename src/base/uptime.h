#pragma once

#include <chrono>
#include <string>

namespace hb {

// A measure of time that nobody can set: how long which machine has been running, sleep included,
// since which of its starts. Two of them can be compared only when both ids are equal and known.
struct Uptime {
    std::string machine, boot;
    std::chrono::milliseconds at{0};
};

std::chrono::milliseconds running_time();

} // namespace hb
