#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

// What Prometheus' clients report about a process, by the usual names (process_…).
namespace hb::web {

struct ProcessFigures {
    std::int64_t resident_bytes = 0, virtual_bytes = 0;
    std::int64_t cpu_us = 0;     // of all threads, by the program and by the kernel for it
    std::int64_t started_us = 0; // since the epoch
    std::int64_t open_fds = 0, max_fds = 0;
};
// From /proc/self alone, which a unit with ProcSubset=pid shows too. 0: not known; without `now`
// the start is not.
ProcessFigures read_process(const std::optional<Instant>& now);

} // namespace hb::web
