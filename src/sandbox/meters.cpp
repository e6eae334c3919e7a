#include "sandbox/meters.h"

#include <algorithm>

namespace hb::sandbox {

namespace {
constexpr std::int64_t kBasketMs = 60'000;
constexpr std::int64_t kWindowMs = 600'000;
} // namespace

bool RequestBuckets::take(const std::string& source, std::int64_t now_ms, const Limits& limits) {
    Bucket& bucket = buckets_[source];
    const double gone = static_cast<double>(now_ms - bucket.at_ms) / 1000 * limits.leak_per_second;
    bucket.level = std::max(0.0, bucket.level - std::max(0.0, gone));
    bucket.at_ms = now_ms;
    if (bucket.level + 1 > limits.capacity) return false;
    bucket.level += 1;
    return true;
}

RunTimes::Reading RunTimes::read(const Key& key, std::int64_t now_ms) {
    const auto at = baskets_.find(key);
    if (at == baskets_.end()) return {};
    auto& baskets = at->second;
    while (!baskets.empty() && now_ms >= baskets.front().first_ms + kWindowMs) baskets.pop_front();
    Reading out;
    for (const auto& basket : baskets) out.operating_ms += basket.sum_ms;
    if (!baskets.empty()) out.reset_at = (baskets.front().first_ms + kWindowMs) / 1000;
    return out;
}

RunTimes::Reading RunTimes::book(const Key& key, std::int64_t now_ms, std::int64_t cost_ms) {
    auto& baskets = baskets_[key];
    if (baskets.empty() || now_ms >= baskets.back().first_ms + kBasketMs)
        baskets.push_back({now_ms, 0});
    baskets.back().sum_ms += cost_ms;
    return read(key, now_ms);
}

} // namespace hb::sandbox
