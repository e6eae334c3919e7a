#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/time.h"
#include "sandbox/program/browser.h"
#include "sandbox/program/child.h"
#include "sandbox/server.h"
#include "sandbox/worksection.h"
#include "json/value.h"

// The place where the demo plays: a portal and a planner in this process, a folder that goes away
// again, and the program hourbridge, which is used only as a person uses it.
namespace hb::sandbox {

// What a command said when it was asked with --json.
struct Said {
    int code = 0;
    std::string err;
    json::Document answer;
    json::Value root() const { return answer.root(); }
};

// A port of this machine that nobody else is given while this lives; who names it may listen on it.
class HeldPort {
public:
    HeldPort() = default;
    ~HeldPort();
    HeldPort(const HeldPort&) = delete;
    HeldPort& operator=(const HeldPort&) = delete;
    Result<int> take();

private:
    int socket_ = -1;
};

class Stage {
public:
    // `clock` is that of the portal; it must outlive the stage.
    explicit Stage(Clock& clock) : clock_(clock) {}
    ~Stage(); // ends everything and removes the folder, unless it is kept
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // Code::Usage when there is no program hourbridge.
    Status build(bool keep);
    // A command line of hourbridge, in a process of its own; --json and --config are added.
    Said ask(std::vector<std::string> args) const;
    std::string write_file(const std::string& name, const std::string& text) const;
    // The service is there while the pages are open; it is the one that shows them.
    Status open_pages();
    void close_pages() { service_.reset(); }

    // A method of the portal's REST, as its administrator. Code::Machine with the portal's words
    // when it refuses.
    Result<json::Document> call(const std::string& method, const std::string& body) const;
    // A call of the sandbox' own: "deals/12/stage".
    bool in_portal(const std::string& path, const std::string& json) const;

    Portal& portal() { return *portal_; }
    Worksection& account() { return *account_; } // of another planner
    DayRange last_month() const;                 // before the day on which it was built
    const std::string& folder() const { return folder_; }
    std::string portal_url() const { return server_->url(); }
    std::int64_t requests() const { return portal_->counters().http_requests; }

private:
    Status play_portal();
    Status play_account();
    std::string configuration() const;
    std::string config_file() const { return folder_ + "/hourbridge.json"; }

    Clock& clock_;
    bool keep_ = false;
    Day today_{}; // what everything that is seeded and shown goes by
    std::string folder_, hourbridge_;
    HeldPort held_;
    int port_ = 0;
    std::unique_ptr<Portal> portal_;
    std::unique_ptr<Server> server_;
    std::unique_ptr<Worksection> account_;
    std::unique_ptr<Server> account_server_;
    std::unique_ptr<Background> service_;
};

} // namespace hb::sandbox
