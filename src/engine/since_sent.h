#pragma once

#include <functional>

#include "base/uptime.h"
#include "engine/core.h"

// How long ago an op was sent, measured so that a clock that is set forward does not shorten the
// delay after which an absent create may be repeated (G21). Kept beside the op as long as its
// outcome is unknown, so that it outlives the process.
namespace hb::engine {

// What measures it, of the whole process: the program sets the machine's at its start. Without it
// the clock's own time is taken, which is what tests move.
void measure_by(std::function<Uptime()> uptime);
Uptime uptime_of(const Core& core);

// In a transaction. `at`: when it was claimed, or when whoever died with it was found dead.
void remember_sent(Core& core, const store::OpRow& op, const Uptime& at);
void forget_sent(Core& core, const store::OpRow& op);
// Never longer than the truth. What an older program has sent is measured by the clock.
std::chrono::milliseconds since_sent(Core& core, const store::OpRow& op);
// Before ops of a process that died become uncertain; in a transaction.
void remember_interrupted(Core& core);

} // namespace hb::engine
