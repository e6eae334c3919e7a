#pragma once

#include <cstdint>

#include "books/books.h"

// A person asks that a remote is tried now, whatever was found out about it before.
namespace hb::books {

// The next probe of a remote that is not available is due now (G63).
void probe_now(Step& step, std::int64_t remote);
// What it lacked is called again at its next need (G55); its connector hears of it with the next
// turn of its lane.
void try_lacking(Books& books, Step& step, std::int64_t remote);

} // namespace hb::books
