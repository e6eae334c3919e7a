#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hb::app {

// A folder for a planner that has users, projects, tasks and time records behind pages of JSON: it
// passes `connector check` as it is, and is changed from there.
struct NewFile {
    std::string name; // within the folder
    std::string text;
};
std::vector<NewFile> new_connector(const std::string& name);
bool is_connector_name(std::string_view name);

} // namespace hb::app
