#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

// "{name}" in a text becomes its value.
namespace hb::render {

using Values = std::map<std::string, std::string, std::less<>>;

// In one pass: what a value holds is never read as a place for another. Unknown names become "".
std::string with_values(std::string_view text, const Values& values);

} // namespace hb::render
