#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace hb::mapping {

using Place = std::vector<std::string>; // the tokens of a JSON pointer, never empty

// `told` as JSON, with what `known` has at these places and `told` has not, not even as null.
std::string carry_members(const json::Value& told, const json::Value& known,
                          const std::vector<Place>& places);

} // namespace hb::mapping
