#pragma once

#include <string>
#include <vector>

#include "app/config.h"

namespace hb::app {

// What a running service can take over of a changed configuration, and what it can't: names of
// settings, as in "remotes.bitrix24.limits". No value is in it.
struct ConfigChange {
    std::vector<std::string> applied;
    std::vector<std::string> needs_restart;
};
ConfigChange compare_configs(const Config& before, const Config& after);

// `before` with what can be taken over from `after`.
Config with_changes(const Config& before, const Config& after);

} // namespace hb::app
