#pragma once

#include "books/books.h"

namespace hb::books {

// A well-formed reference to something that the books do not hold (G28: exit 4), with what to do.
Error unknown(const Reading& read, const domain::Ref& ref);

} // namespace hb::books
