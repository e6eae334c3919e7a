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
int role_seed(const std::vector<std::string>& words);     // FILE ENTRIES
int role_agency(const std::vector<std::string>& words);   // FILE SAMPLES
int role_sums(const std::vector<std::string>& words);     // FILE
int role_verify(const std::vector<std::string>& words);   // FILE
int role_batch(const std::vector<std::string>& words);    // FILE FOLDER
int role_writer(const std::vector<std::string>& words);   // FILE SECONDS PAGE
int role_mixed(const std::vector<std::string>& words);    // FILE SECONDS PAGE
int role_clock(const std::vector<std::string>& words);    // FILE TASKS ENTRIES PAGE_MS
int role_mapping(const std::vector<std::string>& words);  // FILE TASKS ENTRIES
int role_service(const std::vector<std::string>& words);  // FILE WEBHOOK
int role_hooks(const std::vector<std::string>& words);    // FILE shared|each
int role_holds(const std::vector<std::string>& words);    // FILE
int role_watch(const std::vector<std::string>& words);    // FILE REPORTS
int role_standby(const std::vector<std::string>& words);  // FILE FOLDER

} // namespace hb::bench
