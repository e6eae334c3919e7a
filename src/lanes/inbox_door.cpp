#include "lanes/inbox_door.h"

#include <map>

#include "books/settings_names.h"
#include "lanes/keeper.h"

namespace hb::lanes {

bool InboxDoor::take(const Letter& letter) {
    Waiting mine{letter};
    if (commits_ == Commits::Each)
        store({&mine});
    else
        share(mine);
    if (mine.trouble) std::rethrow_exception(mine.trouble);
    return mine.added;
}

void InboxDoor::share(Waiting& mine) {
    std::unique_lock lock(mutex_);
    waiting_.push_back(&mine);
    while (!mine.done) {
        if (storing_) {
            changed_.wait(lock);
            continue;
        }
        // Nobody stores: this thread does it for all who wait.
        storing_ = true;
        std::vector<Waiting*> batch;
        batch.swap(waiting_);
        lock.unlock();
        store(batch);
        lock.lock();
        for (Waiting* each : batch) each->done = true;
        storing_ = false;
        changed_.notify_all();
    }
}

void InboxDoor::store(const std::vector<Waiting*>& batch) {
    try {
        Step step = books_.begin();
        const Instant now = step.now();
        auto& settings = step->kept;
        std::map<std::int64_t, const Letter*> last;
        for (Waiting* each : batch) {
            const Letter& letter = each->letter;
            each->added = step->inbox.add(letter.remote, letter.dedupe, letter.body, now);
            last[letter.remote] = &letter;
        }
        for (const auto& [remote, letter] : last) {
            settings.put(remote, books::kept::kLastEvent, letter->event, now);
            if (!letter->member.empty() && !settings.get(remote, books::kept::kMember))
                settings.put(remote, books::kept::kMember, letter->member, now);
        }
        step.done();
    } catch (...) {
        for (Waiting* each : batch) each->trouble = std::current_exception();
    }
}

} // namespace hb::lanes
