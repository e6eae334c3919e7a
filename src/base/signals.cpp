#include "base/signals.h"

#include <csignal>
#include <cstring>

namespace hb {
namespace {

sigset_t awaited(bool reloads) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (reloads) sigaddset(&set, SIGHUP);
    return set;
}

} // namespace

StopSignals::StopSignals(bool reloads) : reloads_(reloads), before_{} {
    static_assert(sizeof(sigset_t) <= sizeof(before_));
    sigset_t before;
    const sigset_t set = awaited(reloads_);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    std::memcpy(before_, &before, sizeof(before));
}

StopSignals::~StopSignals() {
    sigset_t before;
    std::memcpy(&before, before_, sizeof(before));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

StopSignals::Came StopSignals::wait() {
    const sigset_t set = awaited(reloads_);
    int signal = 0;
    while (sigwait(&set, &signal) != 0) {
    }
    return signal == SIGHUP ? Came::Reload : Came::Stop;
}

} // namespace hb
