#include "base/clock.h"

#include "base/uptime.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include <time.h>

namespace hb {

struct SystemClock::Impl {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t wakes = 0;
    // Which wake each thread has seen: a wake that comes just before a wait must end that wait too,
    // and one wake must reach every waiting thread.
    std::map<std::thread::id, std::uint64_t> seen;
};

SystemClock::SystemClock() : impl_(std::make_unique<Impl>()) {}
SystemClock::~SystemClock() = default;

Instant SystemClock::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void SystemClock::wait_until(Instant instant) {
    std::unique_lock lock(impl_->mutex);
    std::uint64_t& seen = impl_->seen[std::this_thread::get_id()];
    // The wall clock may be set while we wait; looking at it every minute notices.
    constexpr std::chrono::milliseconds kLookEvery = std::chrono::minutes(1);
    while (impl_->wakes == seen) {
        const std::chrono::milliseconds left = instant - now();
        if (left.count() <= 0) return;
        impl_->changed.wait_for(lock, std::min(left, kLookEvery));
    }
    seen = impl_->wakes;
}

void SystemClock::wake() {
    {
        const std::lock_guard lock(impl_->mutex);
        ++impl_->wakes;
    }
    impl_->changed.notify_all();
}

std::chrono::milliseconds running_time() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::milliseconds{now.tv_nsec / 1'000'000};
}

void ManualClock::wait_until(Instant instant) {
    const std::int64_t wanted = to_epoch_ms(instant);
    std::int64_t seen = now_.load();
    // Another thread may have moved the time further meanwhile: never back.
    while (seen < wanted && !now_.compare_exchange_weak(seen, wanted)) {
    }
}

} // namespace hb
