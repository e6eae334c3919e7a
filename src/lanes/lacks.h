#pragma once

#include "lanes/floor.h"

// What remotes lack or refuse for good, in the books (G55): a restart repeats no refused call.
namespace hb::lanes {

// After calls: what the connector has met since the last look. Takes the lock; holds nothing else.
// REQUIRES: RemoteRuntime::busy
void keep_lacks(Books& books, RemoteRuntime& remote);
// A person asks: what is lacking is called again at its next need.
void try_lacking(Books& books, RemoteRuntime& remote);

// "2 writes wait for a right or a call that is missing; they go on by themselves when it is there"
std::string lacking_text(std::int64_t ops);

// Ops that are parked for want of a right, or of a call that they need, go on by themselves when it
// is there: one of them is tried each day, at once when a person asks, and the first success of the
// call by whatever op releases all of them.

// `op` is being parked with `error`. REQUIRES: RemoteRuntime::busy
enum class Parked {
    ForPerson,  // for another reason: only a person lets it go on
    ForLack,    // tried again by itself
    StillLacks, // the same, after it was tried again: people know
};
Parked note_parked(Step& step, RemoteRuntime& remote, const store::OpRow& op, const Error& error);
// What has to be tried again by now becomes due. Takes the lock. REQUIRES: RemoteRuntime::busy
void try_parked(Books& books, RemoteRuntime& remote);
// `op` is done: what was parked behind it goes on.
void note_unparked(Step& step, const store::OpRow& op);

} // namespace hb::lanes
