#pragma once

#include <set>
#include <string>

#include "app/config.h"

namespace hb::app {

// Remotes whose events something configured can prove (G33).
std::set<std::string> proven_remotes(const Config& config);

} // namespace hb::app
