#include "app/signals.h"

#include <csignal>
#include <cstring>

namespace hb::app {
namespace {

sigset_t stopping() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

StopSignals::StopSignals() : before_{} {
    static_assert(sizeof(sigset_t) <= sizeof(before_));
    sigset_t before;
    const sigset_t set = stopping();
    pthread_sigmask(SIG_BLOCK, &set, &before);
    std::memcpy(before_, &before, sizeof(before));
}

StopSignals::~StopSignals() {
    sigset_t before;
    std::memcpy(&before, before_, sizeof(before));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void StopSignals::wait() {
    const sigset_t set = stopping();
    int signal = 0;
    while (sigwait(&set, &signal) != 0) {
    }
}

} // namespace hb::app
