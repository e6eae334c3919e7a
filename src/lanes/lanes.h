#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "lanes/outages.h"
#include "lanes/pull.h"
#include "lanes/troubles.h"

// How the running service shares its time: a lane for each remote, so that one that hangs delays
// itself alone, and small steps within a lane, so that what is urgent never waits for a long walk.
namespace hb::lanes {

// Something done again and again. A clock that is set back does not put it off.
class Every {
public:
    Every(std::chrono::milliseconds pause, Instant first) : pause_(pause), at_(first) {}
    bool due(Instant now) const { return now >= at_ || at_ - now > pause_; }
    void done(Instant now) { at_ = now + pause_; }
    Instant at() const { return at_; }

private:
    std::chrono::milliseconds pause_;
    Instant at_;
};

// The pulls of one remote on their schedule, in steps of about one request. When somebody else has
// read the remote meanwhile (a command, a report that is sent), the pull begins anew where the
// books say: what it had in hand would be older than they are.
class Walk {
public:
    Walk(Books& books, RemoteRuntime& remote) : books_(books), remote_(remote) {}
    enum class Turn { Idle, More, Wait, Ended };
    Turn step();
    // Begins the pull that is due, when none is under way; its first steps may go in the caller's
    // request. Empty: nothing begins.
    // REQUIRES: the caller works this remote's lane, and is done with use_heads() before step()
    std::vector<domain::ReadRequest> begin();
    void use_heads(const std::vector<domain::ReadRequest>& asked, const connector::Heads& heads);
    // Steps until the slice is over, something else has to be done, or nothing is left to do.
    Turn slice(const std::function<bool()>& stop);

private:
    bool due();
    bool ready(Outages& outages); // a pull is in hand; under `busy`

    Books& books_;
    RemoteRuntime& remote_;
    std::optional<Pull> pull_;
    std::int64_t number_ = 0; // RemoteRuntime::pulls when it began
};

// Each trouble once while it lasts, and once when it is over. Outages have lines of their own
// (outages.h).
class TroubleLog {
public:
    // `called`: the remote was asked something; without that nothing is known to be over.
    void note(const Troubles& errors, bool called, Instant now);

private:
    struct Seen {
        Instant first{}, last{}, told{};
        std::int64_t times = 0;
        std::string text; // as it was last said
    };
    std::map<Trouble::Key, Seen> known_;
};

// The threads of the lanes. Their end is waited for when it goes, so whoever hangs in a call holds
// that up: the service cuts it off when its patience is over.
class Lanes {
public:
    using Stop = std::function<bool()>;
    // Calls `turn` again and again; it returns until when there is nothing to do.
    using TurnOf = std::function<Instant(const Stop&)>;

    Lanes(Books& books, Stop stop) : books_(books), stop_(std::move(stop)) {}
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    void open(const std::string& name, const std::shared_ptr<RemoteRuntime>& remote, TurnOf turn);
    // Lanes of senders that are configured no more end; returns those that have none yet.
    std::vector<std::shared_ptr<RemoteRuntime>> missing();

private:
    struct Lane {
        std::string name;
        std::shared_ptr<RemoteRuntime> remote; // of a sender; a remote of the books outlives us
        std::atomic<bool> over{false};
        std::atomic<bool> ended{false};
        std::thread thread;
    };
    void work(Lane& lane, const TurnOf& turn);

    Books& books_;
    Stop stop_;
    std::atomic<bool> closing_{false};
    std::list<Lane> lanes_;
};

} // namespace hb::lanes
