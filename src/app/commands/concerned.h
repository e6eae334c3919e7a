#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/writer.h"

namespace hb::app {

// The reports that an edit of a mapping or a rule touches, before it does.
struct Concerned {
    const std::vector<std::int64_t>& drafts;
    const std::vector<std::int64_t>& sent; // a client has seen them
};
// "Concerns 2 drafts (3, 5) and 0 sent reports"
std::string concerned_text(const Concerned& reports);
// The members "drafts" and "sent" of the object that is open.
void add_concerned(json::Writer& json, const Concerned& reports);

} // namespace hb::app
