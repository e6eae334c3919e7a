#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "base/held.h"

namespace hb {

// How long the writer's lock was held, since the start. Safe to use from any thread.
class HoldTimes {
public:
    // Upper bounds of the buckets; one more takes what was longer.
    static constexpr std::array<std::int64_t, 9> kBoundsUs{
        1'000, 5'000, 10'000, 25'000, 50'000, 100'000, 500'000, 1'000'000, 5'000'000};

    struct Seen {
        std::array<std::int64_t, kBoundsUs.size() + 1> counts{}; // each bucket's own
        std::int64_t sum_us = 0;
        std::int64_t longest_us = 0;
    };
    void note(std::chrono::microseconds held);
    Seen seen() const;

private:
    std::array<std::atomic<std::int64_t>, kBoundsUs.size() + 1> counts_{};
    std::atomic<std::int64_t> sum_us_{0};
    std::atomic<std::int64_t> longest_us_{0};
};

// The writer's lock of the books: recursive, timed, and known to Held. One hold is from the first
// lock of a thread to its last unlock.
class BooksMutex {
public:
    void lock() {
        mutex_.lock();
        begin();
    }
    bool try_lock() {
        const bool taken = mutex_.try_lock();
        if (taken) begin();
        return taken;
    }
    void unlock() {
        end();
        mutex_.unlock();
    }
    const HoldTimes& times() const { return times_; }

private:
    using Time = std::chrono::steady_clock; // holds last real time, whatever clock the books go by
    void begin() {
        Held::begin();
        if (depth_++ == 0) since_ = Time::now();
    }
    void end() {
        if (--depth_ == 0)
            times_.note(
                std::chrono::duration_cast<std::chrono::microseconds>(Time::now() - since_));
        Held::end();
    }

    std::recursive_mutex mutex_;
    int depth_ = 0;            // of the holder
    Time::time_point since_{}; // likewise
    HoldTimes times_;
};

} // namespace hb
