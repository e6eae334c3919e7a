#pragma once

#include "app/config.h"

namespace hb::app {

// The log goes to standard error. Until the configuration is known only warnings are written.
void set_up_logging();
void set_up_logging(const Config& config);
// The service's log begins at the configured level; a command, whose words a person reads there
// too, keeps to warnings unless debug or trace is asked for.
void log_as_service(const Config& config);

} // namespace hb::app
