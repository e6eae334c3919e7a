#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sandbox/portal.h"

// A stand-in for a planner that is read by a manifest: it answers from the transcripts of the
// connector's folder, but with state: rows can be added, edited and deleted, people leave, projects
// are archived, keys and page tokens die, and everything fails on request. It reads the manifest as
// data, to know paths and pages; README.md holds its control calls. No sockets here.
namespace hb::sandbox {

class Planner {
public:
    // `folder` holds manifest.json and transcripts/*.json. Code::NotFound without them,
    // Code::Malformed for what can't be read. `clock` must outlive the planner.
    static Result<std::unique_ptr<Planner>> load(const std::string& folder, Clock& clock);
    ~Planner();
    Planner(const Planner&) = delete;
    Planner& operator=(const Planner&) = delete;

    using Headers = std::vector<std::pair<std::string, std::string>>;
    // One request, from any thread; requests are answered one after the other.
    HttpAnswer handle(const HttpRequest& request, const Headers& headers = {});

    const std::string& name() const; // "clickup"
    // What a remote has to be configured with, for the key to be known: "token", "workspace", …
    std::map<std::string, std::string> settings() const;
    // The path that stands before those of the manifest: "/api/v2".
    const std::string& base_path() const;

private:
    friend struct PlannerControl;
    struct Impl;
    explicit Planner(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::sandbox
