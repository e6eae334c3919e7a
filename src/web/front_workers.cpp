#include "web/front_impl.h"

#include <algorithm>
#include <system_error>

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "base/clean.h"
#include "base/held.h"

// What answers requests: threads that come with the work and go without it.
namespace hb::web {

int Front::Impl::heavy_room() const {
    return std::max(1, limits.workers - limits.light_workers) - busy_heavy;
}

int Front::Impl::ready_jobs() const {
    return static_cast<int>(light.size()) +
           std::clamp(static_cast<int>(heavy.size()), 0, std::max(0, heavy_room()));
}

// As many workers as there is work; false: there are none and none can be made.
bool Front::Impl::hire() {
    bury();
    const int alive = static_cast<int>(workers.size());
    if (ready_jobs() <= alive - busy || alive >= limits.workers) return true;
    workers.emplace_back();
    const auto self = std::prev(workers.end());
    try {
        *self = std::thread([this, self] { work_on(self); });
    } catch (const std::system_error& trouble) {
        workers.erase(self);
        spdlog::warn("web workers={} error={}", workers.size(), log_value(trouble.what()));
    }
    return !workers.empty();
}

void Front::Impl::bury() {
    for (auto& each : gone_workers) each.join();
    gone_workers.clear();
}

// REQUIRES: ready_jobs() > 0
Front::Impl::Job Front::Impl::next_job() {
    auto& queue = light.empty() ? heavy : light;
    Job job = std::move(queue.front());
    queue.pop_front();
    return job;
}

WholeAnswer Front::Impl::answer(const WholeRequest& request) const {
    try {
        return answering(request);
    } catch (const std::exception& trouble) {
        spdlog::error("web error={}", log_value(trouble.what()));
        return {"", true};
    }
}

void Front::Impl::do_job(std::unique_lock<std::mutex>& lock) {
    const Job job = next_job();
    ++busy;
    if (job.heavy) ++busy_heavy;
    lock.unlock();
    WholeAnswer told = answer(job.request);
    must_not_hold_books("an answer to a client");
    // Most answers go out at once; the thread of the sockets has to send the rest only.
    const ssize_t sent =
        ::send(job.at->socket, told.bytes.data(), told.bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    lock.lock();
    --busy;
    if (job.heavy) --busy_heavy;
    give(*job.at, std::move(told), sent > 0 ? static_cast<std::size_t>(sent) : 0);
}

// Until there was nothing to do for a while, so that a service at rest holds no threads.
void Front::Impl::work_on(std::list<std::thread>::iterator self) {
    std::unique_lock lock(mutex);
    for (;;) {
        const bool came = work_came.wait_for(lock, limits.worker_rest,
                                             [this] { return ended || ready_jobs() > 0; });
        if (ready_jobs() > 0) {
            do_job(lock);
        } else if (ended) {
            return;
        } else if (!came) {
            gone_workers.splice(gone_workers.end(), workers, self);
            return;
        }
    }
}

} // namespace hb::web
