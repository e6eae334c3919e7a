#pragma once

#include <optional>

#include "lanes/floor.h"

// How long ago an op was sent, measured so that a clock that is set forward does not shorten the
// delay after which an absent create may be repeated (G21), and so that books which wake up on
// another machine, or after another start of it, wait that delay once more (G58). Kept beside the
// op as long as its outcome is unknown, so that it outlives the process.
namespace hb::lanes {

// Nothing unless both were read on one machine since one of its starts, `then` before `now`.
std::optional<std::chrono::milliseconds> time_between(const Uptime& then, const Uptime& now);

// `at`: when it was claimed, or when whoever died with it was found dead.
void remember_sent(Step& step, const store::OpRow& op, const Uptime& at);
void forget_sent(Step& step, const store::OpRow& op);
// Never longer than the truth: where that can't be known, the time begins now,
// and this is written down.
std::chrono::milliseconds since_sent(Step& step, const store::OpRow& op);
// Before ops of a process that died become uncertain.
void remember_interrupted(Step& step);

} // namespace hb::lanes
