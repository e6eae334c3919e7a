#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/mutex.h"
#include "base/time.h"

namespace hb::web {

// Counts links that led nowhere, by address (of IPv6: by /64): guessing stops being answered, a
// good link never does. Nothing of it is kept beyond a minute. Safe to use from any thread.
class MissLimiter {
public:
    struct Miss {
        bool served = false;     // false: this address has had its share of the minute
        bool told = false;       // worth a line in the log: the first one, and where it is limited
        std::int64_t untold = 0; // lines that a flood has left out since the last one
    };
    // Notes a miss. However many addresses guess, few lines a minute are told.
    Miss note(const std::string& from, Instant now);
    bool note_miss(const std::string& address, Instant now) { return note(address, now).served; }

private:
    void tell(Miss& miss, Instant now) HB_REQUIRES(mutex_);

    struct Window {
        Instant since;
        int misses = 0;
    };
    Mutex mutex_;
    std::map<std::string, Window> windows_ HB_GUARDED_BY(mutex_);
    Window lines_ HB_GUARDED_BY(mutex_){};
    std::int64_t untold_ HB_GUARDED_BY(mutex_) = 0;
};

} // namespace hb::web
