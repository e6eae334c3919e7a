#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace hb::app {

// The right to write a data directory (G15): `flock` on data_dir/lock. The kernel gives it
// back when the process ends in whatever way, so a file left behind blocks nobody.
class WriterLock {
public:
    // nullptr: somebody else holds it. Code::Machine when the file can't be made.
    static Result<std::unique_ptr<WriterLock>> try_take(const std::string& data_dir);
    ~WriterLock();
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

private:
    explicit WriterLock(int file) : file_(file) {}
    int file_;
};

} // namespace hb::app
