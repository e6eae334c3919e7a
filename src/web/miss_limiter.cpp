#include "web/miss_limiter.h"

namespace hb::web {

namespace {

constexpr int kMissesMax = 20;
constexpr std::chrono::minutes kWindow{1};
// A stranger with many addresses may not fill our memory.
constexpr std::size_t kAddressesMax = 4096;

} // namespace

bool MissLimiter::note_miss(const std::string& address, Instant now) {
    const MutexLock guard(mutex_);
    if (windows_.size() >= kAddressesMax)
        std::erase_if(windows_, [&](const auto& row) { return now - row.second.since >= kWindow; });
    if (windows_.size() >= kAddressesMax && !windows_.contains(address)) return false;
    Window& window = windows_.try_emplace(address, Window{now, 0}).first->second;
    if (now - window.since >= kWindow) window = {now, 0};
    ++window.misses;
    return window.misses <= kMissesMax;
}

} // namespace hb::web
