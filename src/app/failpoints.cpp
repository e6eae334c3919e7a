#include "app/failpoints.h"

#include <fstream>

#include <unistd.h>

namespace hb::app {

namespace {
constexpr int kKilled = 137; // a shell's exit code for a process that was killed
}

void Failpoints::hit(std::string_view) {
    if (++count_ == die_at_) _exit(kKilled);
}

Failpoints::~Failpoints() {
    if (count_file_.empty()) return;
    std::ofstream(count_file_) << count_.load() << "\n";
}

} // namespace hb::app
