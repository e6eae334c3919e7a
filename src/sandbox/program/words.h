#pragma once

#include <string>
#include <vector>

#include "base/clock.h"

namespace hb::sandbox {

// A whole command line, without the program's name; the answer is the exit code.
int run_words(const std::vector<std::string>& words, Clock& clock);

} // namespace hb::sandbox
