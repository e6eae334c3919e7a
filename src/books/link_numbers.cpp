#include "books/link_numbers.h"

#include <algorithm>

#include "base/text.h"
#include "books/settings_names.h"

namespace hb::books {

std::int64_t next_link(const Reading& read, std::int64_t before) {
    const auto from = read->kept.get(0, kept::kLinksFrom);
    // After a restore that could not tell which links were given since: none of those comes back.
    const std::int64_t beyond = read->kept.get(0, kept::kLinksRestored) ? 1000 : 0;
    return std::max(before, from ? parse_integer(*from).value_or(0) : 0) + 1 + beyond;
}

} // namespace hb::books
