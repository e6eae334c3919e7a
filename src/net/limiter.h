#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hb::net {

// A leaky bucket for requests and a run-time budget per method (protocol section 3). It answers
// WHEN a call may go out and never sleeps. Belongs to one thread (its remote's lane).
class Limiter {
public:
    struct Limits {
        int burst = 50;                   // requests the bucket holds before the remote refuses
        double per_second = 2;            // how many it forgets a second
        std::chrono::seconds budget{420}; // method run time in any ten minutes
    };
    explicit Limiter(Limits limits) : limits_(limits) {}
    // Another pace from now on; what was counted stays counted.
    void use(Limits limits) { limits_ = limits; }

    // The first moment at or after `now` at which `method` may be called.
    Instant earliest(std::string_view method, Instant now) const;
    // When a request may go out after which so many others still may at once; at most half of the
    // bucket is kept for them.
    Instant earliest_leaving(int others, Instant now) const;
    // How many requests for `method`, at most `most`, may go out together at `now`. More than one
    // only while the method has used little of its budget: near its end they would gain nothing.
    int room(std::string_view method, Instant now, int most) const;
    // REQUIRES: called once for every request that goes out, at its moment.
    void count(Instant now);
    // What an answer said about a method: time.operating (seconds used in the window) and
    // operating_reset_at, after so many requests since it was asked last.
    void note_budget(std::string_view method, std::chrono::milliseconds used, Instant reset_at,
                     int requests = 1);
    // 503 QUERY_LIMIT_EXCEEDED: nothing goes out before the pause is over; it grows while refusals
    // go on.
    void note_refused(Instant now);
    // 429 OPERATION_TIME_LIMIT for one method; `reset_at` when known.
    void note_blocked(std::string_view method, Instant now, std::optional<Instant> reset_at);
    void note_success();

private:
    struct Budget {
        std::chrono::milliseconds used{0};
        std::chrono::milliseconds cost{0}; // what the last call added
        Instant reset_at{};
        Instant blocked_until{};
    };
    void see(Instant now) const;
    double level_at(Instant now) const;
    Instant bucket_free(Instant now, double others = 0) const;
    Instant budget_free(const Budget& budget, Instant now) const;
    Limits limits_;
    int refusals_ = 0;
    double level_ = 0;
    // A caller may be the first to notice that the clock was set back.
    mutable Instant seen_{};
    mutable Instant level_at_{};
    mutable Instant paused_until_{};
    mutable std::map<std::string, Budget, std::less<>> budgets_;
};

} // namespace hb::net
