#pragma once

#include <string>

#include "domain/crm_objects.h"

namespace hb::app {

// What a tired person wants to know of the portal: what is in place, what is missing and which
// command mends it. A line for each, without the bodies of calls.
std::string portal_status(const std::string& remote, const domain::SetupReport& report,
                          const std::string& last_event);

// Entering an outgoing webhook by hand can't be seen from here (G35): it is no reason to call for a
// person again and again.
bool is_out_of_sight(const domain::SetupStep& step);

} // namespace hb::app
