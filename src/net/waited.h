#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.h"

namespace hb::net {

// How long calls waited for a remote's limits: from when somebody was told to wait until the
// request that followed went out, and never longer than was asked for. Belongs to one thread at a
// time, as the limiter does.
class Waited {
public:
    // Somebody wants to call, and may not before `until`. Nothing when that is no later than `now`.
    void told(Instant now, Instant until) {
        if (until <= now) return;
        if (now > until_ + kLate) since_ = now;
        until_ = std::max(until_, until);
    }
    // A request goes out. One that comes long after the wait was over had not waited for it.
    void sent(Instant now) {
        if (now <= until_ + kLate && now > since_)
            all_ += std::chrono::duration_cast<std::chrono::milliseconds>(std::min(now, until_) -
                                                                          since_);
        since_ = until_ = now - kLate - std::chrono::milliseconds{1};
    }
    std::chrono::milliseconds all() const { return all_; }

private:
    static constexpr std::chrono::seconds kLate{5};
    Instant since_{}, until_{};
    std::chrono::milliseconds all_{0};
};

} // namespace hb::net
