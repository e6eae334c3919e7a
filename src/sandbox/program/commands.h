#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "sandbox/program/voice.h"

// What this program does, one function a command; each returns the exit code. Relative paths begin
// in the current folder.
namespace hb::sandbox {

struct ServePortal {
    int port = 8090; // 0: any free one
    std::string seed = "agency";
    std::int64_t number = 1;
};
// Until a signal ends it.
int serve_portal(const ServePortal& wanted, Voice& voice, Clock& clock);

struct ServePlanner {
    std::string name; // "redmine"
    std::string folder = "connectors";
    int port = 8091;
};
int serve_planner(const ServePlanner& wanted, Voice& voice, Clock& clock);

struct ShowDemo {
    bool fast = false; // ends after the last step
    bool keep = false; // the folder with the books
};
int show_demo(const ShowDemo& wanted, Voice& voice, Clock& clock);

} // namespace hb::sandbox
