#pragma once

#include "domain/owner.h"
#include "engine/core.h"

namespace hb::engine {

// Finds the client of every task of the remote anew (RULINGS G13) and moves free entries along.
// Inside the caller's transaction. Returns how many tasks changed hands.
std::int64_t resolve_owners(Core& core, const RemoteRuntime& remote);

// Whose one task is and why, for `explain`; changes nothing.
domain::Owner explain_owner(Core& core, const RemoteRuntime& remote, const std::string& task);

// The zone whose calendar gives a client's work dates: its newest contract's, else the
// configuration's (G11).
store::ZoneOf zone_lookup(Core& core);

// G1: completed and every billable second of it on paid reports, judged as things stood before this
// pull. The answer is asked for new entries only, so it may cost a few queries.
store::FullyPaid fully_paid_lookup(Core& core, std::int64_t pull);

} // namespace hb::engine
