#pragma once

#include <string>
#include <vector>

// The parts of the bench that run in a process of their own, so that memory and CPU time are theirs
// alone. Each prints one line of JSON; times are in microseconds.
namespace hb::bench {

int role_portal(const std::vector<std::string>& words);   // TASKS ENTRIES GAP
int role_requests(const std::vector<std::string>& words); // FILE TASKS ENTRIES GAP
int role_pull(const std::vector<std::string>& words);     // FILE WEBHOOK [again]
int role_open(const std::vector<std::string>& words);     // FILE
int role_commits(const std::vector<std::string>& words);  // FOLDER ROUNDS
int role_reports(const std::vector<std::string>& words);  // FILE SAMPLES

} // namespace hb::bench
