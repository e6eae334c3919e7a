#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

#include "lanes/floor.h"

namespace hb::lanes {

// One event that has proven itself, as the inbox keeps it: no secret in it.
struct Letter {
    std::int64_t remote = 0;
    std::string dedupe;
    std::string body;
    std::string event;  // its kind, for "the last event came at"
    std::string member; // of the sender, remembered when none is yet; "" not told
};

// Puts letters into the inbox from any number of threads: those that come while one commit is under
// way share the next one (P12).
class InboxDoor {
public:
    enum class Commits { Shared, Each }; // Each: what the bench compares with
    explicit InboxDoor(Books& books, Commits commits = Commits::Shared)
        : books_(books), commits_(commits) {}

    // Returns when it is on the disk; false: it lies there already. Throws what the books throw,
    // and then it was not kept.
    bool take(const Letter& letter);

private:
    struct Waiting {
        const Letter& letter;
        bool added = false;
        bool done = false;
        std::exception_ptr trouble = nullptr;
    };
    void share(Waiting& mine);
    void store(const std::vector<Waiting*>& batch);

    Books& books_;
    Commits commits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Waiting*> waiting_;
    bool storing_ = false;
};

} // namespace hb::lanes
