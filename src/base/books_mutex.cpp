#include "base/books_mutex.h"

namespace hb {

void HoldTimes::note(std::chrono::microseconds held) {
    const std::int64_t us = held.count();
    std::size_t bucket = 0;
    while (bucket < kBoundsUs.size() && us > kBoundsUs[bucket]) ++bucket;
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_us_.fetch_add(us, std::memory_order_relaxed);
    std::int64_t longest = longest_us_.load(std::memory_order_relaxed);
    while (us > longest &&
           !longest_us_.compare_exchange_weak(longest, us, std::memory_order_relaxed)) {
    }
}

HoldTimes::Seen HoldTimes::seen() const {
    Seen out;
    for (std::size_t i = 0; i < counts_.size(); ++i)
        out.counts[i] = counts_[i].load(std::memory_order_relaxed);
    out.sum_us = sum_us_.load(std::memory_order_relaxed);
    out.longest_us = longest_us_.load(std::memory_order_relaxed);
    return out;
}

} // namespace hb
