#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/parts.h"

// An op's fields, and beside them what only the moment of sending knows (domain/parts.h). Pure.
namespace hb::mapping {

struct Written {
    std::string fields;
    std::vector<domain::Need> needs;
};

// What needs_text() wrote.
Result<std::vector<domain::Need>> read_needs(std::string_view text);
// The fields with each value at its place, a JSON pointer; all else as it was.
// REQUIRES: a member at each of these places
std::string put_values(std::string_view fields, const std::map<std::string, std::string>& values);
// The integers of the object at `pointer` of a text of ours, by name.
std::map<std::string, std::int64_t> read_integers(std::string_view text, std::string_view pointer);

} // namespace hb::mapping
