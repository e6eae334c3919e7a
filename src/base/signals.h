#pragma once

namespace hb {

// SIGINT and SIGTERM, and SIGHUP where somebody can do something with it, as something to wait for.
// Made before any other thread, so that all threads leave these signals alone.
class StopSignals {
public:
    explicit StopSignals(bool reloads = false);
    ~StopSignals(); // as it was before
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    enum class Came { Stop, Reload };
    Came wait();

private:
    bool reloads_;
    unsigned long before_[16]; // room for a sigset_t, whose header stays out of here
};

} // namespace hb
