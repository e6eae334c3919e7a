#pragma once

#include <string>

#include "bench/table.h"

// One function a goal. Each starts the processes it needs and adds figures to the table.
namespace hb::bench {

struct Run {
    Table& table;
    std::string folder; // on the disk that is measured
    std::string binary; // the program itself; may be absent
    bool long_form = false;
    bool huge = false;
};

void count_requests(Run& run);    // P1
void judge_clock(Run& run);       // P2, P3, P6
void compare_with_peer(Run& run); // P4
void judge_big_pull(Run& run);    // P5, P7, and on its books P9 and P15
void judge_commits(Run& run);     // P8
void judge_reports(Run& run, const std::string& file, std::int64_t entries); // P9
void judge_mappings(Run& run);                                               // an edited mapping
// P9, P10, P11, `verify` and `report batch` on made books of that size.
void judge_books(Run& run, std::int64_t entries);
// P10 in the service itself; `webhook` is the portal that `file` was read from.
void judge_service(Run& run, const std::string& file, const std::string& webhook);
void judge_hooks(Run& run);     // P12
void judge_watch(Run& run);     // P21, P22
void judge_standby(Run& run);   // R15, and P8 beside it
void judge_freshness(Run& run); // from a change on the portal to the books
// P15; `webhook` is the portal that `file` was read from.
void judge_start(Run& run, const std::string& file, const std::string& webhook,
                 std::int64_t entries);

std::string grouped(std::int64_t number); // "1,000,000"

} // namespace hb::bench
