#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "base/books_mutex.h"
#include "dies.h"
#include "web/page_cache.h"

using namespace hb;
using namespace hb::web;

namespace {

PageCache::Made made(const std::string& key, std::size_t bytes = 100) {
    Packed packed{std::string(bytes, 'x'), bytes};
    return {key, std::make_shared<const Packed>(std::move(packed))};
}

// Others wait as long as this is shut.
class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void pass() {
        std::unique_lock lock(mutex_);
        ++came_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void wait_for(int came) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return came_ >= came; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int came_ = 0;
};

} // namespace

TEST_CASE("a page is rendered once and found by its key") {
    PageCache pages;
    const auto first = pages.get("a", [] { return made("a"); });
    CHECK(first.outcome == PageCache::Outcome::Found);
    const auto again = pages.get("a", []() -> PageCache::Made { throw std::logic_error("again"); });
    CHECK(again.page == first.page);
    (void)pages.get("b", [] { return made("b"); });
    CHECK(pages.renderings() == 2);
}

TEST_CASE("a report that moved on while it was rendered is kept under what was rendered") {
    PageCache pages;
    CHECK(pages.get("old", [] { return made("new"); }).outcome == PageCache::Outcome::Found);
    CHECK(pages.get("new", [] { return PageCache::Made{}; }).outcome == PageCache::Outcome::Found);
    CHECK(pages.get("old", [] { return PageCache::Made{}; }).outcome == PageCache::Outcome::Gone);
}

TEST_CASE("what is kept never exceeds its bytes; what was used longest ago goes first") {
    PageLimits limits;
    limits.bytes = 10'000;
    PageCache pages(limits);
    for (int i = 0; i < 50; ++i) {
        const std::string key = std::to_string(i);
        (void)pages.get(key, [&] { return made(key, 1000); });
        (void)pages.get("0", [] { return made("0", 1000); });
        CHECK(pages.bytes() <= limits.bytes);
    }
    CHECK(pages.renderings() == 50); // "0" was never thrown out
    (void)pages.get("large", [] { return made("large", 20'000); });
    CHECK(pages.bytes() <= limits.bytes);
    (void)pages.get("0", [] { return made("0", 1000); });
    CHECK(pages.renderings() == 51); // what never fits throws nobody out
}

TEST_CASE("many who ask for one page wait for one rendering") {
    PageCache pages;
    Gate gate;
    std::atomic<int> found{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 16; ++i)
        clients.emplace_back([&] {
            const auto told = pages.get("a", [&] {
                gate.pass();
                return made("a");
            });
            if (told.outcome == PageCache::Outcome::Found) ++found;
        });
    gate.wait_for(1);
    gate.open();
    for (auto& client : clients) client.join();
    CHECK(found == 16);
    CHECK(pages.renderings() == 1);
}

TEST_CASE("at most two pages are rendered at a time; a third is busy after its patience") {
    PageLimits limits;
    limits.patience = std::chrono::milliseconds{20};
    PageCache pages(limits);
    Gate gate;
    std::vector<std::thread> clients;
    for (const char* key : {"a", "b"})
        clients.emplace_back([&pages, &gate, key] {
            (void)pages.get(key, [&] {
                gate.pass();
                return made(key);
            });
        });
    gate.wait_for(2);
    CHECK(pages.get("c", [] { return made("c"); }).outcome == PageCache::Outcome::Busy);
    CHECK(pages.renderings() == 2);
    gate.open();
    for (auto& client : clients) client.join();
    CHECK(pages.get("c", [] { return made("c"); }).outcome == PageCache::Outcome::Found);
}

TEST_CASE("a rendering that fails frees its place, and the next one tries again") {
    PageCache pages;
    for (int i = 0; i < 5; ++i)
        CHECK_THROWS_AS(
            pages.get("a", []() -> PageCache::Made { throw std::runtime_error("disk"); }),
            std::runtime_error);
    CHECK(pages.get("a", [] { return made("a"); }).outcome == PageCache::Outcome::Found);
}

TEST_CASE("nobody waits for a page while they hold the books: the program ends") {
    PageCache pages;
    BooksMutex mutex;
    CHECK(hb::test::dies([&] {
        const std::lock_guard lock(mutex);
        (void)pages.get("a", [] { return made("a"); });
    }));
}
