#pragma once

#include <string>

#include "domain/crm_objects.h"

namespace hb::app {

// G35: a portal whose events stay away is only slower, so nobody would notice.
struct EventsSeen {
    std::string last;       // "ONTASKADD at 2026-…"; "" none came
    std::string refused_at; // "" none was refused for want of an application_token
};

// What a tired person wants to know of the portal: what is in place, what is missing and which
// command repairs it. A line for each, without the bodies of calls.
std::string portal_status(const std::string& remote, const domain::SetupReport& report,
                          const EventsSeen& events);

// Entering an outgoing webhook by hand can't be seen from here (G35): it is no reason to call for a
// person again and again.
bool is_out_of_sight(const domain::SetupStep& step);

} // namespace hb::app
