#pragma once

namespace hb::app {

// SIGINT and SIGTERM as something to wait for. Made before any other thread, so that all threads
// leave the two signals alone.
class StopSignals {
public:
    StopSignals();
    ~StopSignals(); // as it was before
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    void wait();

private:
    unsigned long before_[16]; // room for a sigset_t, whose header stays out of here
};

} // namespace hb::app
