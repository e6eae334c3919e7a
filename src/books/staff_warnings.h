#pragma once

#include "books/books.h"
#include "domain/report_view.h"

namespace hb::books {

// What to know before a report is sent (G24), in words that name no command: for those who work in
// the CRM (G61). REQUIRES: the lock
std::vector<domain::Warning> warnings_for_staff(const Reading& read, std::int64_t report);

} // namespace hb::books
