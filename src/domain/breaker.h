#pragma once

#include <optional>
#include <string>

#include "base/time.h"

// Whether a remote is to be called (G63). Three transport failures in a row shut the breaker: from
// then on only one probe at a time goes out, until one is answered.
namespace hb::domain {

inline constexpr int kFailuresToShut = 3;
// An outage has ended when so long nothing has failed.
inline constexpr std::chrono::seconds kQuietToEnd{60};

struct Breaker {
    int failures = 0;                    // in a row
    int probes = 0;                      // that failed, of this time that it is shut
    std::optional<Instant> since;        // the first failure
    std::optional<Instant> last_failure; // the newest
    std::optional<Instant> probe_at;     // shut: the next probe, not before
    bool outage = false;                 // a probe has failed too: logged and told
    std::string why;                     // "HTTP 503", "no connection"

    bool shut() const { return probe_at.has_value(); }
    bool troubled() const { return shut() || outage || failures > 0; }
    bool operator==(const Breaker&) const = default;
};

enum class Turn { None, Began, Ended };

// Between two probes: 5 s at first, doubled each time, 5 minutes at most.
std::chrono::seconds probe_pause(int failed_probes);
// `times` calls have failed, the last one now. Began: it is an outage from here on.
Turn note_failures(Breaker& breaker, int times, const std::string& why, Instant now);
// A call was answered, whatever the answer was.
void note_answer(Breaker& breaker, Instant now);
// Ended: the outage is over.
Turn note_time(Breaker& breaker, Instant now);

} // namespace hb::domain
