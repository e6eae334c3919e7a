#include <algorithm>

#include "web/api/call.h"

// Limits, and long work.
namespace hb::web::api {
namespace {

constexpr std::size_t kKnownMax = 10'000; // of each table
constexpr std::chrono::minutes kDoorMemory{15};
constexpr int kDelayMax = 900; // seconds
constexpr std::size_t kJobsKept = 200;
constexpr std::size_t kJobsAtOnce = 4;

int seconds_until(Instant then, Instant now) {
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(then - now).count());
}

} // namespace

int Pace::ask(const std::string& who, Instant now, int at_most, std::chrono::seconds in) {
    const std::lock_guard lock(mutex_);
    if (windows_.size() > kKnownMax) windows_.clear();
    Window& window = windows_[who];
    if (now >= window.began + in || now < window.began) window = {now, 0};
    if (window.count >= at_most) return std::max(1, seconds_until(window.began + in, now));
    ++window.count;
    return 0;
}

int Pace::wait_at_door(const std::string& who, Instant now, int free) {
    const std::lock_guard lock(mutex_);
    const auto found = failures_.find(who);
    if (found == failures_.end() || now >= found->second.last + kDoorMemory) return 0;
    const int beyond = found->second.count - free;
    if (beyond < 0) return 0;
    const int delay = std::min(kDelayMax, 1 << std::min(beyond + 1, 10));
    return std::max(0, seconds_until(found->second.last + std::chrono::seconds{delay}, now));
}

void Pace::failed_at_door(const std::string& who, Instant now) {
    const std::lock_guard lock(mutex_);
    if (failures_.size() > kKnownMax) failures_.clear();
    Failures& of = failures_[who];
    if (now >= of.last + kDoorMemory) of.count = 0;
    of.last = now;
    ++of.count;
}

void Pace::entered(const std::string& who) {
    const std::lock_guard lock(mutex_);
    failures_.erase(who);
}

void Jobs::stop() {
    std::map<std::string, std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        threads.swap(threads_);
    }
    for (auto& [id, thread] : threads) thread.join();
}

std::optional<std::string> Jobs::start(std::string id, std::string kind, std::string person,
                                       Work work) {
    const std::lock_guard lock(mutex_);
    for (auto it = threads_.begin(); it != threads_.end();) {
        const auto& state = jobs_[it->first].state;
        if (state == "done" || state == "failed") {
            it->second.join();
            it = threads_.erase(it);
        } else {
            ++it;
        }
    }
    if (stopped_ || threads_.size() >= kJobsAtOnce) return std::nullopt;
    Seen job;
    job.id = id;
    job.kind = std::move(kind);
    job.person = std::move(person);
    jobs_[id] = job;
    order_.push_back(id);
    if (order_.size() > kJobsKept) {
        jobs_.erase(order_.front());
        order_.erase(order_.begin());
    }
    threads_[id] = std::thread([this, id, job, work = std::move(work)]() mutable {
        const auto tell = [&] {
            const std::lock_guard inner(mutex_);
            jobs_[id] = job;
        };
        job.state = "running";
        tell();
        try {
            work(job, tell);
        } catch (const Refusal& refusal) {
            job.state = "failed";
            job.problem = problem_json(refusal, id);
        } catch (const std::exception&) {
            job.state = "failed";
            job.problem = problem_json({500, "internal", "something went wrong on our side"}, id);
        }
        if (job.state == "running") job.state = "done";
        tell();
    });
    return id;
}

std::optional<Jobs::Seen> Jobs::find(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return std::nullopt;
    return found->second;
}

} // namespace hb::web::api
