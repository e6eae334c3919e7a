#pragma once

#include <string>

#include "sandbox/planner_core.h"

// Rows as their owners would change them. Inner header of the planners.
namespace hb::sandbox {

// Puts what was sent into a row: "person", "task", "project", "day", "seconds", "name", "closed",
// and "set" for anything else ({"/hours": 2.5}). What is wrong, or "".
std::string edit_row(const RowList& list, Row& row, const Tree& sent);
// The id after the largest: "te9004" after "te9003".
std::string next_id(const RowList& list);

} // namespace hb::sandbox
