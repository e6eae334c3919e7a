#pragma once

#include <atomic>

#include "base/time.h"

namespace hb {

// Seam 1 of 4: what time it is. Safe to use from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    // Returns at `instant` or later, or earlier when woken. The one place of the program where time
    // passes by waiting: lanes wait for a `due_at` here, nothing else sleeps.
    virtual void wait_until(Instant instant) = 0;
    // Ends a wait_until that is under way. Callable from a signal handler's thread and from any
    // other.
    virtual void wake() = 0;
};

class SystemClock final : public Clock {
public:
    SystemClock();
    ~SystemClock() override;
    Instant now() const override;
    void wait_until(Instant instant) override;
    void wake() override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Time that a test moves by hand; waiting moves it too.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : now_(to_epoch_ms(start)) {}
    Instant now() const override { return from_epoch_ms(now_.load()); }
    void wait_until(Instant instant) override;
    void wake() override {}
    void advance(std::chrono::milliseconds by) { now_ += by.count(); }
    void set(Instant instant) { now_ = to_epoch_ms(instant); }

private:
    std::atomic<std::int64_t> now_;
};

} // namespace hb
