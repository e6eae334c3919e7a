#pragma once

namespace hb {

// Gives memory that is free within the process back to the machine; takes a few milliseconds. For
// a thread that is about to rest after work.
void give_back_memory();

// The heaps that threads share: many of them keep what each has ever needed. First thing in main.
void bound_memory();

} // namespace hb
