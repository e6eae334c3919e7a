#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"
#include "base/seams.h"
#include "sandbox/portal.h"
#include "sandbox/server.h"
#include "json/value.h"

// The real program in processes of its own, against a portal on a real socket.
namespace hb::test {

struct Ended {
    int code = -1; // -1: killed by a signal
    std::string out, err;
    json::Document document; // of `out`, when it is one JSON document
    bool is_json = false;
    json::Value root() const { return document.root(); }
};

// A program that still runs.
class Running {
public:
    Running(pid_t pid, std::string out, std::string err)
        : pid_(pid), out_(std::move(out)), err_(std::move(err)) {}
    ~Running(); // killed when it still runs
    Running(Running&& other) noexcept;
    Running& operator=(Running&&) = delete;

    void signal(int number) const;
    Ended wait(); // until it ends
    // Waits until standard output holds `words`; false when it ended before.
    bool says(const std::string& words) const;
    std::string output() const;
    bool ended();

private:
    pid_t pid_;
    int status_ = 0;
    std::string out_, err_; // files
};

// A folder with a configuration and a data directory; removed with everything in it.
class Folder {
public:
    Folder();
    ~Folder();
    std::string path(const std::string& name) const { return path_ + "/" + name; }
    void write(const std::string& name, const std::string& text) const;
    std::string read(const std::string& name) const;

    // `environment` beside what this process has, without HOURBRIDGE_…; a name with "-" before it
    // is taken away. The machine's ids are fixed ones (HB_MACHINE, HB_BOOT) unless it names others.
    Running start(const std::vector<std::string>& args,
                  const std::map<std::string, std::string>& environment = {}) const;
    Ended run(const std::vector<std::string>& args,
              const std::map<std::string, std::string>& environment = {}) const;

    // Words before the program's name: {"unshare", "-m", …}.
    std::vector<std::string> through;

private:
    std::string path_;
};

inline constexpr const char* kMachineId = "a1000000000000000000000000000001";
inline constexpr const char* kBootId = "b1000000000000000000000000000001";

// An agency of one client, three tasks and one colleague, and a configuration for it.
struct Agency {
    Agency();
    sandbox::PortalOptions options;
    Seams seams;
    Clock& clock = seams.clock(); // a test program that HB_NOW moves has its portal in that time
    std::unique_ptr<sandbox::Portal> portal;
    std::unique_ptr<sandbox::Server> server;
    Folder folder;
    std::string webhook() const;
    void configure(const std::string& more = "", const std::string& remote = "bitrix24") const;
    void write_contract() const;
    Ended run(std::vector<std::string> args,
              const std::map<std::string, std::string>& environment = {}) const; // with --json
    // sync and contract, which nearly every story begins with
    void begin() const;
    std::int64_t draft() const; // of March 2026
    std::int64_t control_made(const std::string& path, const std::string& body) const; // its id
    void portal_call(const std::string& path, const std::string& body) const;
    std::int64_t add_task(const std::string& title) const; // of the company, done
    std::int64_t add_entry(std::int64_t task, std::int64_t seconds, const std::string& day) const;

    std::int64_t company = 0, own = 0, person = 0, first = 0, second = 0, bug = 0;
};

std::string text(const json::Value& value);
std::int64_t number(const json::Value& value);

} // namespace hb::test
