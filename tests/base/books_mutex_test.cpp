#include <catch2/catch.hpp>

#include <numeric>
#include <thread>

#include "base/books_mutex.h"
#include "base/clock.h"
#include "dies.h"

using namespace hb;
using hb::test::dies;

TEST_CASE("a thread that holds the books' lock may not wait: the program ends") {
    BooksMutex mutex;
    ManualClock manual(Instant{});
    SystemClock real;
    CHECK(dies([&] {
        const std::lock_guard lock(mutex);
        manual.wait_until(Instant{});
    }));
    CHECK(dies([&] {
        const std::lock_guard lock(mutex);
        real.wait_until(Instant{});
    }));
    CHECK_FALSE(dies([&] {
        { const std::lock_guard lock(mutex); }
        real.wait_until(Instant{});
    }));
    // Another thread's lock is none of ours.
    const std::lock_guard lock(mutex);
    CHECK_FALSE(dies([&] { std::thread([&] { real.wait_until(Instant{}); }).join(); }));
}

TEST_CASE("the lock is recursive, and only the last unlock ends a hold") {
    BooksMutex mutex;
    {
        std::unique_lock outer(mutex);
        {
            const std::lock_guard inner(mutex);
            CHECK(Held::by_this_thread());
        }
        CHECK(Held::by_this_thread());
        CHECK(mutex.times().seen().counts == HoldTimes::Seen{}.counts);
        std::thread([&] { CHECK_FALSE(mutex.try_lock()); }).join();
    }
    CHECK_FALSE(Held::by_this_thread());
    REQUIRE(mutex.try_lock());
    mutex.unlock();
    const auto counts = mutex.times().seen().counts;
    CHECK(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) == 2);
}

TEST_CASE("holds are counted by length, and the longest is kept") {
    using std::chrono::microseconds;
    HoldTimes times;
    for (const std::int64_t us : {0, 1'000, 1'001, 50'000, 50'001, 9'000'000})
        times.note(microseconds{us});
    times.note(microseconds{7});
    const auto seen = times.seen();
    CHECK(seen.counts == decltype(seen.counts){3, 1, 0, 0, 1, 1, 0, 0, 0, 1});
    CHECK(seen.sum_us == 9'102'009);
    CHECK(seen.longest_us == 9'000'000);
}
