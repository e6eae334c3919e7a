#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hb {

// Another program of ours: the one beside this program's own file, so that a build and an
// installation each find their own; else the first of that name in PATH. Nothing: there is none.
std::optional<std::string> find_program(const std::string& name);

// This process becomes that program, with its terminal, its environment and its id. `program` as
// find_program() gives it; `words` without the program's name. Comes back only when the system
// refuses, with errno set.
void become(const std::string& program, const std::vector<std::string>& words);

} // namespace hb
