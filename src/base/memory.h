#pragma once

namespace hb {

// Gives memory that is free within the process back to the machine; takes a few milliseconds. For
// a thread that is about to rest after work.
void give_back_memory();

} // namespace hb
