#pragma once

#include <memory>
#include <string>

#include "connector/manifest.h"

// Registering our address for events with a planner, where its manifest says how.
namespace hb::connector {

struct HookSetup {
    bool was_there = false; // nothing was made
    std::string id;
    std::string state; // in the planner's words, "active"; "" not told
};

bool can_register_hook(const Plan& plan);
// Looks for `url` among what is registered, and registers it when it is missing. Waits as long as
// the pace asks for. REQUIRES: can_register_hook
Result<HookSetup> register_hook(const Plan& plan, PlannerOptions options,
                                std::unique_ptr<net::HttpClient> http, Clock& clock,
                                const std::string& url);

} // namespace hb::connector
