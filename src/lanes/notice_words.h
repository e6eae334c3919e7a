#pragma once

#include <array>
#include <chrono>
#include <string_view>

namespace hb::lanes {

// Words of a rule's "on".
inline constexpr std::array<std::string_view, 12> kNoticeEvents = {
    "sent",   "agreed", "invoiced", "paid",    "overdue", // of reports
    "parked", "asks",   "stale",    "stopped", "machine", // a person is needed
    "opened",                                             // by the client, once for each revision
    "outage", // a remote is not available, and is again; whoever wants "stale" hears it too
};

// After a long pause of the service nobody wants to hear of last week.
inline constexpr std::chrono::days kNewsFor{3};

} // namespace hb::lanes
