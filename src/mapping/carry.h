#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace hb::mapping {

using Place = std::vector<std::string>; // the tokens of a JSON pointer, never empty

// `told` as JSON, with what `known` has at these places and `told` has not, not even as null.
std::string carry_members(const json::Value& told, const json::Value& known,
                          const std::vector<Place>& places);

// `text` without the members of its object, two levels deep, that hold nothing. What is no object
// comes back as it is.
std::string without_empty(std::string_view text);

} // namespace hb::mapping
