#pragma once

#include <vector>

#include "app/config_settings.h"
#include "render/brand.h"

// "brands" of the configuration. A logo or a colour that will not do is a warning, and the page
// goes without it; what contradicts itself is a problem.
namespace hb::app {

std::vector<render::Brand> read_brands(Settings& settings,
                                       std::vector<mapping::FileProblem>& warnings);

} // namespace hb::app
