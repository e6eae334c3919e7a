#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hb::connector::bitrix24 {

// Ids above `after` up to `up_to`, still to be read. `doubts`: how often the portal counted more
// rows here than it gave.
struct Window {
    std::int64_t after = 0;
    std::int64_t up_to = 0;
    int doubts = 0;
};

// A walk that has not ended. What is still to be read: the `left` windows, then (next, max] in new
// windows of `width`, then everything above `open` as one chain.
struct Walk {
    std::string kind; // "full", "changes", "window 2026-01-01 2026-01-31"
    std::optional<Instant> began;
    std::int64_t next = 0;
    std::int64_t max = -1; // -1: not learned yet
    std::int64_t width = 50;
    std::int64_t open = -1; // -1: no open end to read
    int chain = 1;
    int doubts = 0;
    std::int64_t seen = 0;  // the highest id that came
    std::int64_t pages = 0; // of the chain, the short one at its end included
    std::vector<Window> left;
};

// {"v":1,"high":8,"since":"…","pages":3,"walk":{…}}; "" is a stream that was never read to its end.
struct Cursor {
    bool finished = false;  // some walk has ended: high and since count
    std::int64_t high = 0;  // the highest id ever read
    std::string since;      // wire time: changes before it are known
    std::int64_t pages = 1; // of the last walk, where it was a chain through the whole table
    std::optional<Walk> walk;
};

Result<Cursor> parse_cursor(std::string_view text);
std::string to_text(const Cursor& cursor);

} // namespace hb::connector::bitrix24
