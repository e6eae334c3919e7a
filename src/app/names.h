#pragma once

#include "app/command.h"

// What people type for a company, a project, a task, a deal or a person, as a reference.
namespace hb::app {

// A bare number is an id of the CRM's remote; `name:108` is a name, whatever it looks like; all
// else is a name. NotFound: nothing is called so. Conflict: several are; the error lists them.
// REQUIRES: the books are open
Result<domain::Ref> find_by_name(const Session& session, const std::string& text,
                                 const std::vector<std::string>& kinds);

} // namespace hb::app
