#include <catch2/catch.hpp>

#include "net/limiter.h"
#include "net/waited.h"

using namespace std::chrono_literals;
using hb::Instant;
using hb::net::Limiter;

namespace {

const Instant kStart = hb::from_epoch_seconds(1'700'000'000);

// Sends `count` requests as early as the limiter allows; returns the moment of the last one.
Instant send_all(Limiter& limiter, int count, Instant now) {
    for (int i = 0; i < count; ++i) {
        now = limiter.earliest("m", now);
        limiter.count(now);
    }
    return now;
}

// The remote's own bucket (protocol section 3): true when it takes the request.
struct RemoteBucket {
    double level = 0;
    Instant at = kStart;
    bool take(Instant now) {
        level = std::max(0.0, level - std::chrono::duration<double>(now - at).count() * 2.0);
        at = now;
        level += 1;
        return level <= 50;
    }
};

} // namespace

TEST_CASE("a burst stops five requests below the portal's threshold and goes on at its pace") {
    Limiter limiter(Limiter::Limits{});
    CHECK(send_all(limiter, 45, kStart) == kStart);
    const Instant next = limiter.earliest("m", kStart);
    CHECK(next - kStart == 500ms);
    CHECK(send_all(limiter, 20, kStart) - kStart == 10s);
}

TEST_CASE("a portal with the published limits never refuses a client that asks the limiter (P3)") {
    Limiter limiter(Limiter::Limits{});
    RemoteBucket portal;
    Instant now = kStart;
    for (int i = 0; i < 1000; ++i) {
        now = limiter.earliest("m", now);
        limiter.count(now);
        REQUIRE(portal.take(now));
    }
    // 1,000 requests at 2 a second, less the burst.
    CHECK(now - kStart <= 478s);
}

TEST_CASE("after a 503 nothing goes out, for 1.5 times longer with each refusal in a row") {
    Limiter limiter(Limiter::Limits{});
    Instant now = kStart;
    std::chrono::milliseconds before{0};
    for (int i = 0; i < 5; ++i) {
        limiter.note_refused(now);
        const auto pause = limiter.earliest("anything", now) - now;
        if (i == 0) CHECK(pause == 1500ms);
        if (i > 0) {
            CHECK(pause >= before * 3 / 2);
            CHECK(pause <= before * 3 / 2 + 2ms);
        }
        before = pause;
        now += pause;
    }
    limiter.count(now);
    limiter.note_success();
    limiter.note_refused(now);
    CHECK(limiter.earliest("anything", now) - now <= 2000ms);
}

TEST_CASE("the pause after refusals has a cap") {
    Limiter limiter(Limiter::Limits{});
    for (int i = 0; i < 1000; ++i) limiter.note_refused(kStart);
    CHECK(limiter.earliest("m", kStart) - kStart < 60s);
}

// A cloud that allows more than the portal's own source does.
const Limiter::Limits kLarge{50, 2, 480s};

TEST_CASE("a method whose budget is nearly used waits for its reset, others go on") {
    Limiter limiter(kLarge);
    limiter.count(kStart);
    limiter.note_budget("task.list", 476s, kStart + 300s);
    CHECK(limiter.earliest("task.list", kStart) == kStart + 301s);
    CHECK(limiter.earliest("deal.list", kStart) == kStart);
    CHECK(limiter.earliest("task.list", kStart + 400s) == kStart + 400s);
}

TEST_CASE(
    "from 80 % of a method's budget on what is left is spread over the time until the reset") {
    Limiter limiter(kLarge);
    limiter.count(kStart);
    limiter.note_budget("m", 380s, kStart + 100s);
    CHECK(limiter.earliest("m", kStart) == kStart);
    limiter.note_budget("m", 390s, kStart + 100s);
    // 90 s left, 10 s a call: nine or ten calls in 100 s.
    const auto wait = limiter.earliest("m", kStart) - kStart;
    CHECK(wait >= 10s);
    CHECK(wait <= 12s);
}

TEST_CASE("a 429 blocks its method until a second after the reset, ten seconds at least") {
    Limiter limiter(Limiter::Limits{});
    limiter.note_blocked("m", kStart, kStart + 120s);
    CHECK(limiter.earliest("m", kStart) == kStart + 121s);
    CHECK(limiter.earliest("other", kStart) == kStart);
    limiter.note_blocked("n", kStart, std::nullopt);
    CHECK(limiter.earliest("n", kStart) == kStart + 10s);
    limiter.note_blocked("p", kStart, kStart - 50s);
    CHECK(limiter.earliest("p", kStart) == kStart + 10s);
}

TEST_CASE("a clock that jumps back does not empty the bucket") {
    Limiter limiter(Limiter::Limits{});
    const Instant later = kStart + 100s;
    CHECK(send_all(limiter, 45, later) == later);
    CHECK(limiter.earliest("m", kStart) > kStart);
}

TEST_CASE("a clock that is set back by a day holds nobody up for a day") {
    Limiter limiter(Limiter::Limits{});
    Instant now = send_all(limiter, 45, kStart + 24h);
    limiter.note_refused(now);
    limiter.note_blocked("m", now, now + 120s);
    CHECK(limiter.earliest("m", now) > now + 60s);
    now = kStart;
    CHECK(limiter.earliest("m", now) > now); // the bucket is as full as it was
    CHECK(send_all(limiter, 3, now) < now + 3s);
}

TEST_CASE("two requests may go out together while the bucket holds both and the method's budget is "
          "used by less than 60 % (G32)") {
    Limiter limiter(kLarge);
    CHECK(limiter.room("m", kStart, 2) == 2);
    send_all(limiter, 44, kStart);
    CHECK(limiter.room("m", kStart, 2) == 1);
    limiter.count(kStart);
    CHECK(limiter.room("m", kStart, 2) == 0);
    const Instant later = kStart + 60s;
    limiter.note_budget("m", 287s, later + 300s);
    CHECK(limiter.room("m", later, 2) == 2);
    limiter.note_budget("m", 288s, later + 300s);
    CHECK(limiter.room("m", later, 2) == 1);
    CHECK(limiter.room("other", later, 2) == 2);
    // A window that is over says nothing of the next.
    CHECK(limiter.room("m", later + 301s, 2) == 2);
}

TEST_CASE("the cost of a call is shared out when several went out between two figures") {
    // 400 of 480 s used and 8 left calls of 10 s: one each tenth of what is left of the window.
    Limiter one(kLarge), two(kLarge);
    for (Limiter* limiter : {&one, &two}) limiter->note_budget("m", 390s, kStart + 100s);
    one.note_budget("m", 400s, kStart + 100s);
    two.note_budget("m", 410s, kStart + 100s, 2);
    one.count(kStart);
    two.count(kStart);
    CHECK(one.earliest("m", kStart) - kStart == 11'112ms);
    CHECK(two.earliest("m", kStart) - kStart == 12'500ms);
}

TEST_CASE("by default calls are spread from 80 % of 420 s on, and end at 416 s") {
    Limiter limiter(Limiter::Limits{});
    limiter.count(kStart);
    limiter.note_budget("m", 325s, kStart + 100s);
    limiter.note_budget("m", 335s, kStart + 100s);
    CHECK(limiter.earliest("m", kStart) == kStart);
    limiter.note_budget("m", 345s, kStart + 100s);
    CHECK(limiter.earliest("m", kStart) > kStart);
    limiter.note_budget("m", 416s, kStart + 100s);
    CHECK(limiter.earliest("m", kStart) == kStart + 101s);
}

TEST_CASE("time that calls waited for the limits is counted once, and only where somebody waited") {
    hb::net::Waited waited;
    waited.sent(kStart);
    CHECK(waited.all() == 0s);
    // Asked three times on the way, sent when it was allowed.
    waited.told(kStart, kStart + 4s);
    waited.told(kStart + 1s, kStart + 4s);
    waited.told(kStart + 2s, kStart + 6s); // refused once more
    waited.sent(kStart + 6s);
    CHECK(waited.all() == 6s);
    waited.sent(kStart + 7s);
    CHECK(waited.all() == 6s);
    // The wait was over for an hour: this request is another matter.
    waited.told(kStart + 10s, kStart + 12s);
    waited.sent(kStart + 3600s);
    CHECK(waited.all() == 6s);
    // Somebody else was allowed before: that much was waited.
    waited.told(kStart + 4000s, kStart + 4060s);
    waited.sent(kStart + 4010s);
    CHECK(waited.all() == 16s);
    waited.told(kStart + 5000s, kStart + 5000s); // no wait
    waited.sent(kStart + 4990s);                 // the clock was set back
    CHECK(waited.all() == 16s);
}
