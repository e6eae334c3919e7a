#pragma once

#include <string>

#include "app/passed_files.h"

// A password that a command asks for: the first line of standard input, without an echo where a
// person types it. Never an argument: other users of the machine see those.
namespace hb::app {

// The name under which a command says that it wants it (Commands::takes_file).
inline constexpr const char* kStandardInput = "-";

// Asked for once in a process; later calls tell the same. Code::Usage: nothing came, or too much.
const Result<std::string>& hidden_line();
// The same as a file in memory that can be handed to a service; none: errno says why.
OpenFile hidden_line_file();

} // namespace hb::app
