#include "web/miss_limiter.h"

#include "web/address.h"

namespace hb::web {

namespace {

constexpr int kMissesMax = 20;
constexpr std::chrono::minutes kWindow{1};
constexpr int kLinesMax = 10; // of the log, in a window, of all addresses together
// A stranger with many addresses may not fill our memory.
constexpr std::size_t kAddressesMax = 4096;

} // namespace

MissLimiter::Miss MissLimiter::note(const std::string& from, Instant now) {
    const std::string address = network_of(from);
    const MutexLock guard(mutex_);
    Miss miss;
    if (windows_.size() >= kAddressesMax)
        std::erase_if(windows_, [&](const auto& row) { return now - row.second.since >= kWindow; });
    if (windows_.size() >= kAddressesMax && !windows_.contains(address)) {
        tell(miss, now);
        return miss;
    }
    Window& window = windows_.try_emplace(address, Window{now, 0}).first->second;
    if (now - window.since >= kWindow) window = {now, 0};
    ++window.misses;
    miss.served = window.misses <= kMissesMax;
    if (window.misses == 1 || window.misses == kMissesMax + 1) tell(miss, now);
    return miss;
}

void MissLimiter::tell(Miss& miss, Instant now) {
    if (now - lines_.since >= kWindow || now < lines_.since) lines_ = {now, 0};
    if (lines_.misses >= kLinesMax) {
        ++untold_;
        return;
    }
    ++lines_.misses;
    miss.told = true;
    miss.untold = untold_;
    untold_ = 0;
}

} // namespace hb::web
