#pragma once

#include "app/command.h"

// sandbox planner: a stand-in for a planner, to try its connector on.
namespace hb::app {

// REQUIRES: `sandbox` is the command of that name. Its own run leaves a line that names the planner
// to the function that comes back; nothing for a line that does not.
std::function<std::optional<int>(Session&)> add_sandbox_planner(Commands& commands, Syntax sandbox);

} // namespace hb::app
