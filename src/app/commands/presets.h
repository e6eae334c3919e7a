#pragma once

#include "app/arguments.h"

// Filters saved under a name (M-S2): the words as they were given, so that `last-month` means
// another month each month.
namespace hb::app {

Result<FilterOptions> find_preset(const Session& session, const std::string& name);
// What `given` says, and otherwise what `saved` says.
FilterOptions merge(FilterOptions saved, const FilterOptions& given);

} // namespace hb::app
