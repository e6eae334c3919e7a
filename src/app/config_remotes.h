#pragma once

#include <vector>

#include "app/config.h"
#include "app/config_settings.h"

namespace hb::app {

// "remotes" of the configuration; what does nothing yet is added to `warnings`.
std::vector<RemoteConfig> read_remotes(Settings& settings,
                                       std::vector<mapping::FileProblem>& warnings);

} // namespace hb::app
