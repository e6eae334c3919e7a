#include "domain/breaker.h"

#include <algorithm>

namespace hb::domain {
namespace {

constexpr std::chrono::seconds kFirstProbe{5};
constexpr std::chrono::seconds kLastProbe{300};

} // namespace

std::chrono::seconds probe_pause(int failed_probes) {
    return std::min<std::chrono::seconds>(kFirstProbe * (1 << std::clamp(failed_probes, 0, 10)),
                                          kLastProbe);
}

Turn note_failures(Breaker& breaker, int times, const std::string& why, Instant now) {
    if (times <= 0) return Turn::None;
    const bool probing = breaker.shut();
    breaker.failures += times;
    breaker.last_failure = now;
    if (!breaker.since) breaker.since = now;
    if (!why.empty()) breaker.why = why;
    if (probing) ++breaker.probes;
    // While an outage lasts the first failure after an answer is enough.
    if (probing || breaker.outage || breaker.failures >= kFailuresToShut)
        breaker.probe_at = now + probe_pause(breaker.probes);
    // Failures of one write alone are no outage: its probe, a reading, is answered.
    if (!probing || breaker.outage) return Turn::None;
    breaker.outage = true;
    return Turn::Began;
}

void note_answer(Breaker& breaker, Instant) {
    breaker.failures = 0;
    breaker.probes = 0;
    breaker.probe_at.reset();
    if (breaker.outage) return; // until a minute has passed well
    breaker = {};
}

Turn note_time(Breaker& breaker, Instant now) {
    if (!breaker.outage || breaker.shut() || !breaker.last_failure) return Turn::None;
    // A clock that was set back makes nobody wait for it.
    if (now >= *breaker.last_failure && now - *breaker.last_failure < kQuietToEnd)
        return Turn::None;
    breaker = {};
    return Turn::Ended;
}

} // namespace hb::domain
