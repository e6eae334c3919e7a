#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace hb::app {

// Commands that call remotes, brought to the one thread of the service that may.
class Errands {
public:
    // `wake`: brings the service's thread here from whatever it waits for.
    explicit Errands(std::function<void()> wake) : wake_(std::move(wake)) {}
    // Blocks until the service's thread has run the job. nullopt: the service ended before.
    std::optional<int> run(std::function<int()> job);
    // By the service's thread: everything that waits.
    void work();
    // Anyone who waits now or comes later is turned away.
    void close();

private:
    struct Errand {
        std::function<int()> job;
        bool taken = false;
        std::optional<int> code;
    };
    std::function<void()> wake_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Errand*> waiting_;
    bool closed_ = false;
};

} // namespace hb::app
