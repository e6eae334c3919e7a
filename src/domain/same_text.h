#pragma once

#include <string_view>

// For this room only.
namespace hb::domain {

// Are two tags, names or work types the same for a person? Compared without case.
bool same_text(std::string_view a, std::string_view b);

} // namespace hb::domain
