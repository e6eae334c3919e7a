#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "json/value.h"

// Clocks, memory figures and processes for the bench.
namespace hb::bench {

double seconds_now();              // a steady clock
double cpu_seconds();              // user and system time of this process
double queued_seconds();           // this thread could have run, but other programs had the cores
std::int64_t peak_kb();            // highest resident memory of this process so far
std::int64_t resident_kb(int pid); // of a process, now; 0 when it is gone
double cpu_seconds_of(int pid);

double median(std::vector<double> values);
double percentile(std::vector<double> values, double share); // 0.99

// Milliseconds of `rounds` times: append `bytes` to a file in `folder`, fdatasync.
std::vector<double> time_syncs(const std::string& folder, int rounds, std::size_t bytes);

// Another process; the portal lives in one so that its work is not counted as ours.
class Child {
public:
    Child(const std::vector<std::string>& command, const std::string& log_file = "");
    ~Child(); // closes its input and waits for its end
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int pid() const { return pid_; }
    std::string line();   // the next line of its output; "" at the end
    std::string output(); // everything up to its end
    int wait();           // its exit code
    void terminate();     // SIGTERM, for services

private:
    int pid_ = -1;
    int in_ = -1;
    int out_ = -1;
    std::string buffer_;
};

std::string own_program();
// This program in another role; the last line that it prints is one JSON object.
json::Document run_role(const std::vector<std::string>& arguments);
std::int64_t number(const json::Value& object, const char* name);

} // namespace hb::bench
