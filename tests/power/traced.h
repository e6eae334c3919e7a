#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/serving.h"
#include "power/disk.h"

// The program on a disk that the test watches, fails, and cuts the power of.
namespace hb::test {

// A folder for what cuts leave; in memory where there is one.
struct Scratch {
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string path;
};

// The preloaded library and a sanitizer's runtime do not go together.
bool can_watch_disks();

unsigned seed_of_this_run();
// A number of the environment, for longer runs than every day's.
int setting(const char* name, int otherwise);

struct Watched {
    Agency agency;
    Folder notes; // trace and faults lie elsewhere, or they would be part of the disk
    std::string trace() const { return notes.path("trace"); }
    std::string root() const { return agency.folder.path("").substr(0, end()); }
    std::string data() const { return agency.folder.path("data"); }
    std::map<std::string, std::string> environment() const;
    // On the watched disk; when it ends with 0 that is marked.
    Ended run(const std::vector<std::string>& args,
              const std::map<std::string, std::string>& more = {}) const;
    void must(const std::vector<std::string>& args) const;
    Running serve() const;
    void mark(const std::string& text) const { append_mark(trace(), text); }
    void sicken(const std::string& with) const { notes.write("faults", with); }

private:
    std::size_t end() const { return agency.folder.path("").size() - 1; }
};

// Where a service that was started by hand answers.
std::string url_of(const Running& service);

} // namespace hb::test
