#pragma once

namespace hb::app {

class Commands;
class Syntax;

// Below `link`: rules, and the list of what needs one.
void add_link_rule(Commands& commands, Syntax link);
void add_link_needed(Commands& commands, Syntax link);

} // namespace hb::app
