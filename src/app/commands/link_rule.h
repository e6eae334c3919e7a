#pragma once

namespace CLI {
class App;
}

namespace hb::app {

class Commands;

// Below `link`: rules, and the list of what needs one.
void add_link_rule(Commands& commands, CLI::App& link);
void add_link_needed(Commands& commands, CLI::App& link);

} // namespace hb::app
