#pragma once

#include "engine/core.h"

// How long ago an op was sent, measured so that a clock that is set forward does not shorten the
// delay after which an absent create may be repeated (G21). Kept beside the op as long as its
// outcome is unknown, so that it outlives the process.
namespace hb::engine {

// In a transaction. `at`: when it was claimed, or when whoever died with it was found dead.
void remember_sent(Core& core, const store::OpRow& op, const Uptime& at);
void forget_sent(Core& core, const store::OpRow& op);
// Never longer than the truth. What an older program has sent is measured by the clock.
std::chrono::milliseconds since_sent(Core& core, const store::OpRow& op);
// Before ops of a process that died become uncertain; in a transaction.
void remember_interrupted(Core& core);

} // namespace hb::engine
