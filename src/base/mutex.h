#pragma once

#include <mutex>

#include "base/thread_safety.h"

namespace hb {

// std::mutex that clang's analysis knows: what is HB_GUARDED_BY it can't be read without it there.
class HB_CAPABILITY("mutex") Mutex {
public:
    void lock() HB_ACQUIRE() { mutex_.lock(); }
    void unlock() HB_RELEASE() { mutex_.unlock(); }

private:
    std::mutex mutex_;
};

class HB_SCOPED_CAPABILITY MutexLock {
public:
    explicit MutexLock(Mutex& mutex) HB_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
    ~MutexLock() HB_RELEASE() { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

private:
    Mutex& mutex_;
};

} // namespace hb
