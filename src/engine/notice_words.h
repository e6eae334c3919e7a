#pragma once

#include <array>
#include <string_view>

namespace hb::engine {

// Words of a rule's "on".
inline constexpr std::array<std::string_view, 11> kNoticeEvents = {
    "sent",   "agreed", "invoiced", "paid",    "overdue", // of reports
    "parked", "asks",   "stale",    "stopped", "machine", // a person is needed
    "outage", // a remote is not available, and is again; whoever wants "stale" hears it too
};

} // namespace hb::engine
