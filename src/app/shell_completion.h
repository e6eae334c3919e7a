#pragma once

#include <string>

#include "app/command_words.h"

namespace hb::app {

// Scripts that complete commands, options and fixed values; for the rest the shell offers files
// where a file is meant, and nothing where it is not.
std::string bash_completion(const CommandWords& root);
std::string zsh_completion(const CommandWords& root);

} // namespace hb::app
