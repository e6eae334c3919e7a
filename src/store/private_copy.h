#pragma once

#include <memory>

#include "store/database.h"

namespace hb::store {

// A copy of the books as this connection sees them, to try something out on: a file beside them
// that has no name (in memory where they are), so it is gone with its connection however the
// process ends. Nobody who writes is waited for, and nothing done to the copy lasts. It takes as
// much room on the disk as the books for as long as it lives. REQUIRES: `of` is in no transaction
// that wrote. Throws StoreError: no room, or the books can't be read.
std::unique_ptr<Database> private_copy(Database& of);

} // namespace hb::store
