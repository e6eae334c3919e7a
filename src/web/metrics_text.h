#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lanes/watch.h"

namespace hb::web {

struct Metric {
    std::string_view name;
    std::string_view type; // gauge counter histogram
    std::string_view help;
};
// All there are, in the order in which they are shown; docs/operations.md lists the same.
const std::vector<Metric>& metrics();

// Prometheus text, version 0.0.4. `condition`: nullptr when the books can't be read.
std::string metrics_text(const lanes::Condition* condition, lanes::Watch& watch,
                         std::string_view version);

} // namespace hb::web
