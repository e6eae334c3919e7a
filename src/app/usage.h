#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace CLI {
class App;
class ParseError;
} // namespace CLI

// What the parser of the command line has to say, in words for the person who typed it: what is
// where, what was expected, and a line that works.
namespace hb::app {

// CLI11 reads an empty text as 0 and cuts a number that is too large: anyone who writes
// `outbox retry "$ID"` means neither. All options of all commands.
void expect_whole_numbers(CLI::App& root);

// `app`: the command that the words name, `path` with the program's name before it.
Error usage_error(const CLI::App& app, const std::string& path,
                  const std::vector<std::string>& words, const CLI::ParseError& error);

} // namespace hb::app
