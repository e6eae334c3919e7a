#pragma once

#include "engine/books.h"
#include "render/report_view.h"

namespace hb::engine {

// What to know before a report is sent (G24), in words that name no command: for those who work in
// the CRM (G61). REQUIRES: the lock
std::vector<render::Warning> warnings_for_staff(const Reading& read, std::int64_t report);

} // namespace hb::engine
