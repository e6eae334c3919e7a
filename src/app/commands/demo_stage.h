#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "net/http.h"
#include "sandbox/server.h"
#include "sandbox/worksection.h"
#include "web/server.h"
#include "json/value.h"

// The place where the demo plays: a portal, a folder that goes away again, and the program itself.
namespace hb::app {

// What a command said when it was asked with --json.
struct Said {
    int code = 0;
    std::string err;
    json::Document answer;
    json::Value root() const { return answer.root(); }
};

class Stage {
public:
    explicit Stage(Session& session) : session_(session) {}
    ~Stage(); // ends everything and removes the folder, unless it is kept
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    Status build(bool keep);
    // The same code as a command line of the program, in this process.
    Said ask(const std::vector<std::string>& args);
    std::string write_file(const std::string& name, const std::string& text) const;

    // As a client's browser and as a person in the portal would.
    net::Response get(const std::string& url);
    net::Response post(const std::string& url, const std::string& type, const std::string& body);
    // A call of the sandbox' own: "deals/12/stage".
    bool in_portal(const std::string& path, const std::string& json);

    World& world() { return *world_; }
    sandbox::Portal& portal() { return *portal_; }
    sandbox::Worksection& account() { return *account_; } // of another planner
    DayRange last_month() const;                          // before the day on which it was built
    const std::string& folder() const { return folder_; }
    std::string portal_url() const { return server_->url(); }
    std::int64_t requests() const { return portal_->counters().http_requests; }

private:
    std::string configuration() const;

    Session& session_;
    bool keep_ = false;
    Day today_{}; // what everything that is seeded and shown goes by
    std::string folder_;
    std::unique_ptr<sandbox::Portal> portal_;
    std::unique_ptr<sandbox::Server> server_;
    std::unique_ptr<sandbox::Worksection> account_;
    std::unique_ptr<sandbox::Server> account_server_;
    std::unique_ptr<net::HttpClient> browser_;
    std::optional<Config> config_;
    std::unique_ptr<World> world_;
    std::unique_ptr<web::WebServer> web_;
};

} // namespace hb::app
