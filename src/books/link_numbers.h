#pragma once

#include <cstdint>

#include "books/step.h"

namespace hb::books {

// The number of a report's next link (G59), also after a restore that lost some.
std::int64_t next_link(const Reading& read, std::int64_t before);

} // namespace hb::books
