#pragma once

#include <map>
#include <string>

#include "base/mutex.h"
#include "base/time.h"

namespace hb::web {

// Counts links that led nowhere, by address: guessing stops being answered, a good link never does.
// Nothing of it is kept beyond a minute. Safe to use from any thread.
class MissLimiter {
public:
    // Notes a miss; false when this address has had its share of the minute (rules.md, security:
    // limits).
    bool note_miss(const std::string& address, Instant now);

private:
    struct Window {
        Instant since;
        int misses = 0;
    };
    Mutex mutex_;
    std::map<std::string, Window> windows_ HB_GUARDED_BY(mutex_);
};

} // namespace hb::web
