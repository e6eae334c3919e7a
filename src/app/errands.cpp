#include "app/errands.h"

namespace hb::app {

std::optional<int> Errands::run(std::function<int()> job) {
    Errand errand{std::move(job), false, std::nullopt};
    std::unique_lock lock(mutex_);
    if (closed_) return std::nullopt;
    waiting_.push_back(&errand);
    wake_();
    changed_.wait(lock, [&] { return errand.code || (closed_ && !errand.taken); });
    return errand.code;
}

void Errands::work() {
    for (;;) {
        Errand* errand = nullptr;
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.empty()) return;
            errand = waiting_.front();
            waiting_.pop_front();
            errand->taken = true;
        }
        const int code = errand->job(); // never throws: commands are guarded
        const std::lock_guard lock(mutex_);
        errand->code = code;
        changed_.notify_all();
    }
}

void Errands::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
    changed_.notify_all();
}

} // namespace hb::app
