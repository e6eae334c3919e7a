#pragma once

#include <string>
#include <vector>

#include "app/command_words.h"

namespace hb::app {

struct ManualPage {
    std::string file; // "hourbridge-report.1"
    std::string text; // roff, for man(1)
};

// One page for the program and one for each of its commands, with what is below it.
std::vector<ManualPage> manual_pages(const CommandWords& root, const std::string& version);

} // namespace hb::app
