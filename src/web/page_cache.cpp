#include "web/page_cache.h"

#include "base/held.h"

namespace hb::web {
namespace {

// Of the list, the index and the shared pointer, about.
constexpr std::size_t kBytesAround = 256;

} // namespace

Page PageCache::find(const std::string& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return found->second->page;
}

void PageCache::keep(const Made& made) {
    const std::size_t bytes = made.page->gzip.capacity() + 2 * made.key.size() + kBytesAround;
    if (bytes > limits_.bytes || index_.count(made.key) != 0) return;
    while (bytes_ + bytes > limits_.bytes) {
        bytes_ -= kept_.back().bytes;
        index_.erase(kept_.back().key);
        kept_.pop_back();
    }
    kept_.push_front({made.key, made.page, bytes});
    index_.emplace(made.key, kept_.begin());
    bytes_ += bytes;
}

PageCache::Told PageCache::wait_for(Lock& lock, std::shared_ptr<Flight> flight) {
    changed_.wait_for(lock, limits_.same_patience, [&] { return flight->ended; });
    return flight->told;
}

void PageCache::land(const std::string& key, Flight& flight, Told told) {
    --under_way_;
    flight.ended = true;
    flight.told = std::move(told);
    flights_.erase(key);
    changed_.notify_all();
}

PageCache::Told PageCache::fly(Lock& lock, const std::string& key,
                               const std::function<Made()>& render) {
    const auto flight = std::make_shared<Flight>();
    flights_.emplace(key, flight);
    ++under_way_;
    ++renderings_;
    lock.unlock();
    Made made;
    try {
        made = render();
    } catch (...) {
        lock.lock();
        land(key, *flight, {});
        throw;
    }
    lock.lock();
    if (made.page && made.keep) keep(made);
    const Outcome outcome = made.page ? Outcome::Found : Outcome::Gone;
    land(key, *flight, {outcome, std::move(made.page)});
    return flight->told;
}

PageCache::Told PageCache::get(const std::string& key, const std::function<Made()>& render) {
    must_not_hold_books("waiting for a page");
    Lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + limits_.patience;
    for (;;) {
        if (Page page = find(key)) return {Outcome::Found, std::move(page)};
        if (const auto same = flights_.find(key); same != flights_.end())
            return wait_for(lock, same->second);
        if (under_way_ < limits_.renderings) return fly(lock, key, render);
        if (changed_.wait_until(lock, until) == std::cv_status::timeout &&
            under_way_ >= limits_.renderings)
            return {};
    }
}

std::size_t PageCache::bytes() const {
    const std::lock_guard guard(mutex_);
    return bytes_;
}

std::int64_t PageCache::renderings() const {
    const std::lock_guard guard(mutex_);
    return renderings_;
}

} // namespace hb::web
