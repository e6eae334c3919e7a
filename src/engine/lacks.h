#pragma once

#include "engine/core.h"

// What remotes lack or refuse for good, in the books (G55): a restart repeats no refused call.
namespace hb::engine {

// After calls: what the connector has met since the last look. Takes the lock; holds nothing else.
// REQUIRES: RemoteRuntime::busy
void keep_lacks(Core& core, RemoteRuntime& remote);
// A person asks: what is lacking is called again at its next need.
void try_lacking(Core& core, RemoteRuntime& remote);
// The same for whoever holds the lock in a transaction: the connector hears of it with the next
// step of its lane.
void try_lacking(Core& core, std::int64_t remote);

} // namespace hb::engine
