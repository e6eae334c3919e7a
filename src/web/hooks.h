#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "lanes/inbox_door.h"
#include "web/hook_keys.h"
#include "web/miss_limiter.h"

namespace hb::web {

inline constexpr const char* kEventsRefused = "hourbridge_events_refused_total";

// Why an event is not taken: `reason` for the count, `why` for the log; neither for the sender.
struct NotTaken {
    std::string_view reason;
    std::string why;
};

inline const NotTaken kNoSuchRemote{"unknown_remote", "no such remote"};

// The door for events: who may put something into the inbox, and what is kept of it. Safe to use
// from any thread.
class Hooks {
public:
    Hooks(books::Books& books, HookKeysOf keys,
          lanes::InboxDoor::Commits commits = lanes::InboxDoor::Commits::Shared)
        : door(books, commits), books_(books), keys_(std::move(keys)) {}

    // nullopt: it is taken.
    std::optional<NotTaken> refusal(books::RemoteRuntime& remote, const std::string* secret,
                                    const domain::EventHint& hint);
    // For /readyz, `check` and `portal status`: a setting is missing, and so every event is
    // refused.
    void note_missing(const books::RemoteRuntime& remote, std::string_view setting);
    bool has_secret(std::string_view remote, const std::string* secret) const;
    bool has_token(const books::RemoteRuntime& remote, const Secret& token);
    // No application_token is configured, and none came with an installation: nothing is taken.
    bool expects_no_token(const books::RemoteRuntime& remote);
    // After an installation or its end.
    void forget_installed();
    // Other keys from now on: a reload of the configuration.
    void use(HookKeysOf keys);

    lanes::InboxDoor door;
    MissLimiter misses; // wrong secrets and tokens; those of links are counted apart

private:
    struct Known {
        Secret token;       // of the installed application
        std::string member; // whose events came before
    };
    Known known(const books::RemoteRuntime& remote);
    bool right_account(const books::RemoteRuntime& remote, const domain::EventHint& hint);

    books::Books& books_;
    std::optional<HookKeys> keys_of(std::string_view remote) const;
    mutable Mutex mutex_;
    HookKeysOf keys_ HB_GUARDED_BY(mutex_);
    std::map<std::int64_t, Instant>
        missing_noted_ HB_GUARDED_BY(mutex_); // by remote: when the books were told
    // Read once, so that a burst asks the books for nothing.
    std::map<std::int64_t, Known> known_ HB_GUARDED_BY(mutex_);
};

// The letter that is kept of an event: names and ids, no token and no one's data.
lanes::Letter letter_of(std::int64_t remote, const domain::EventHint& hint, std::string_view body,
                        Instant now);

} // namespace hb::web
