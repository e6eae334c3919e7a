#pragma once

#include <cstdint>
#include <optional>
#include <string>

// What the program takes from the process around it. Besides config.cpp's, the only place that
// reads environment variables.
namespace hb::app {

struct Environment {
    std::string directory; // where relative paths of a command begin
    std::string user;      // whose name stands in the log of events
    bool terminal_in = false;
    bool terminal_err = false;
    // HB_FAILPOINT=N: die at the N-th moment. HB_FAILPOINT_COUNT=FILE: write how many passed.
    std::optional<std::int64_t> failpoint;
    std::string failpoint_count_file;
};

Environment read_environment();
std::string user_name(unsigned int uid); // "root", or the number when nobody has it

} // namespace hb::app
