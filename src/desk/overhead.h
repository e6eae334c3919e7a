#pragma once

#include <string>
#include <vector>

#include "desk/floor.h"

// How much of the work on a project is work about the work (W-6 to W-11).
namespace hb::desk {

inline constexpr int kOverheadTargetPercent =
    10; // W-10: above it the process needs work; 5 to 10 is the target band

struct OverheadRow {
    std::string client; // reference
    std::string client_name;
    std::string project; // reference; "" time without a project; "*" all projects of the client
    std::string project_name;
    std::string month;                 // "2026-06"
    std::int64_t overhead_seconds = 0; // of work types marked `overhead`
    std::int64_t all_seconds = 0;
    int percent_tenths = 0; // 7.5 % is 75
    bool above_target = false;
};
// Every client with a contract, by client, project and month; time in its client's zone. Reads
// only.
std::vector<OverheadRow> overhead(const Reading& read, DayRange period);

} // namespace hb::desk
