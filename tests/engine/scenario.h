#pragma once

#include "engine/story.h"

namespace hb::test {

// A story written as a text file (tests/scenarios/*.scenario), one step a line;
// tests/scenarios/README.md has the words. No C++ is needed to add one. A line that can't be read
// fails the test with file and line.
std::vector<Story> scenarios();

} // namespace hb::test
