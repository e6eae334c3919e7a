#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "base/clock.h"
#include "base/ids.h"

using namespace hb;
using namespace std::chrono_literals;

TEST_CASE("waiting on a manual clock moves it forward and never back") {
    ManualClock clock(from_epoch_seconds(1000));
    clock.wait_until(from_epoch_seconds(1060));
    CHECK(to_epoch_seconds(clock.now()) == 1060);
    clock.wait_until(from_epoch_seconds(5));
    CHECK(to_epoch_seconds(clock.now()) == 1060);
    clock.advance(1500ms);
    CHECK(to_epoch_ms(clock.now()) == 1061500);
    clock.set(from_epoch_seconds(7));
    CHECK(to_epoch_seconds(clock.now()) == 7);
}

TEST_CASE("threads that wait on one manual clock leave it at the latest of their moments") {
    ManualClock clock(from_epoch_seconds(0));
    std::vector<std::thread> threads;
    for (int n = 1; n <= 4; ++n)
        threads.emplace_back([&clock, n] {
            for (int i = 0; i < 1000; ++i) clock.wait_until(from_epoch_seconds(i * n));
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(to_epoch_seconds(clock.now()) == 999 * 4);
}

TEST_CASE("the system clock returns at once from a moment that has passed") {
    SystemClock clock;
    const Instant before = clock.now();
    clock.wait_until(before);
    clock.wait_until(from_epoch_seconds(0));
    CHECK(clock.now() >= before);
}

TEST_CASE("a wake that comes before the wait still ends it") {
    SystemClock clock;
    clock.wake();
    clock.wait_until(clock.now() + 24h);
    SUCCEED("returned");
}

TEST_CASE("one wake reaches every waiting thread") {
    SystemClock clock;
    std::vector<std::thread> threads;
    const Instant far = clock.now() + 24h;
    for (int n = 0; n < 3; ++n) threads.emplace_back([&clock, far] { clock.wait_until(far); });
    clock.wake();
    for (std::thread& thread : threads) thread.join();
    SUCCEED("all returned");
}

TEST_CASE("random ids are 32 lower-case hex digits and differ") {
    RandomIds ids;
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = ids.id128();
        REQUIRE(id.size() == 32);
        REQUIRE(id.find_first_not_of("0123456789abcdef") == std::string::npos);
        seen.insert(id);
    }
    CHECK(seen.size() == 1000);
}

TEST_CASE("counting ids count") {
    CountingIds ids;
    CHECK(ids.id128() == "00000000000000000000000000000001");
    for (int i = 2; i < 256; ++i) ids.id128();
    CHECK(ids.id128() == "00000000000000000000000000000100");
}
