#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hb::mapping {

// What is in the first of these places (JSON pointers) of a record that says something; of a
// list each of its texts and numbers. Long texts are cut: these are names and keys.
std::vector<std::string> record_values(std::string_view record,
                                       const std::vector<std::string>& places);

} // namespace hb::mapping
