#pragma once

#include "books/pauses.h"
#include "lanes/floor.h"

// When a remote is not available (G63): whether it is called at all, what people are told of it.
namespace hb::lanes {

// What may go out to a remote now.
enum class Way {
    Open,
    Probe, // one reading, or the look-up of an uncertain op; never a create
    Shut,
};

class Outages {
public:
    explicit Outages(Books& books) : books_(books) {}

    // Takes over how the calls since the last look ended; writes log and events where an outage
    // begins or ends. Called after calls, outside of transactions; takes `busy` and the lock.
    void note(RemoteRuntime& remote);
    Way way(const KnownRemote& remote);
    bool open(const KnownRemote& remote) { return way(remote) == Way::Open; }
    // A person lets it rest (pauses.h): the way is shut.
    std::optional<books::Pause> paused(const KnownRemote& remote);
    // Something is wrong with the connection itself, outage or not yet.
    bool troubled(const KnownRemote& remote);
    // "bitrix24 is not available (HTTP 503); next try 08:32; 44 writes wait since 08:30; nothing
    // is lost". `error` where its connection is in no trouble.
    Error told(const KnownRemote& remote, const Error& error);

    // A place that nothing waits for and that can't be asked: nobody cares whether it is back.
    void forget_if_idle(const KnownRemote& remote);

private:
    void begin(Step& step, const store::Remote& remote, const domain::Breaker& breaker);
    void end(Step& step, const store::Remote& remote, const domain::Breaker& before);

    Books& books_;
};

// The sentence above, for whoever has only the books. `next`: 0 is "at once".
std::string outage_text(const std::string& remote, const domain::Breaker& breaker,
                        std::int64_t waiting, const std::optional<Instant>& next, const Zone& zone,
                        Instant now);
// Of every remote in the books that is not available.
std::vector<std::string> outage_texts(const Reading& read);
// "08:32"; with its date when that is another day than today's.
std::string clock_text(const Zone& zone, Instant at, Instant now);

} // namespace hb::lanes
