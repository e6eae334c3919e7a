#pragma once

#include <string>

#include "app/command.h"

namespace hb::app {

// connector hook: our address for events, registered with a planner by its API.
int register_hook(Session& session, const std::string& remote, const std::string& url);

} // namespace hb::app
