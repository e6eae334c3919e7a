#pragma once

#include "app/config.h"

namespace hb::app {

// What a planner by manifest is made with, but for what only the running program has: the keeper of
// its tokens, names of fields, a zone. REQUIRES: remote.planner
connector::PlannerOptions planner_options(const RemoteConfig& remote);

} // namespace hb::app
