#pragma once

#include "engine/core.h"

namespace hb::engine {

// Finds the client of every task of the remote anew (RULINGS G13) and moves free entries along.
// Inside the caller's transaction. Returns how many tasks changed hands.
std::int64_t resolve_owners(Core& core, const RemoteRuntime& remote);

// The zone whose calendar gives a client's work dates: its newest contract's, else the
// configuration's (G11).
store::ZoneOf zone_lookup(Core& core);

} // namespace hb::engine
