#pragma once

#include "lanes/floor.h"

// A remote that answers "too many requests" asks for a pause, and that is no failure: seconds are
// waited for where they are asked for, what lasts longer is put off by whoever asked (G63).
namespace hb::lanes {

// The longest pauses that are waited for: a pull stays where it is meanwhile, a single call keeps
// its thread. And how many of them in a row.
constexpr std::chrono::seconds kPauseOfPull{65};
constexpr std::chrono::seconds kPauseOfCall{10};
constexpr int kPausesInARow = 10;

// Did the remote answer no more than that it may be called again in a while? An outage is none:
// the breaker's business. `failed`: Contact::failed before the call.
inline bool asks_for_pause(Books& books, const connector::Connector& connector, const Error& error,
                           std::int64_t failed, std::chrono::seconds longest) {
    const Instant now = books.clock.now(), again = connector.earliest();
    return error.code == Code::Remote && connector.contact().failed == failed && again > now &&
           again <= now + longest;
}

// One call of a remote, which nobody else calls meanwhile.
// REQUIRES: the caller holds neither the writer's lock nor a transaction
template <class Call> auto called(Books& books, const RemoteRuntime& remote, Call call) {
    for (int pauses = 0;; ++pauses) {
        std::unique_lock<std::recursive_mutex> busy(*remote.busy);
        const auto failed = remote.connector->contact().failed;
        auto got = call();
        if (got || pauses == kPausesInARow ||
            !asks_for_pause(books, *remote.connector, got.error(), failed, kPauseOfCall))
            return got;
        const Instant again = remote.connector->earliest();
        busy.unlock();
        books.clock.wait_until(again);
        if (books.clock.now() < again) return got; // woken: the program ends
    }
}

} // namespace hb::lanes
