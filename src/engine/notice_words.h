#pragma once

#include <array>
#include <string_view>

namespace hb::engine {

// Words of a rule's "on".
inline constexpr std::array<std::string_view, 10> kNoticeEvents = {
    "sent",   "agreed", "invoiced", "paid",    "overdue", // of reports
    "parked", "asks",   "stale",    "stopped", "machine", // a person is needed
};

} // namespace hb::engine
