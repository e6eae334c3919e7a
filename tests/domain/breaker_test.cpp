#include <catch2/catch.hpp>

#include "domain/breaker.h"

using namespace hb;
using namespace hb::domain;
using std::chrono::seconds;

namespace {

const Instant kNow = from_epoch_seconds(1'800'000'000);

Breaker shut_at(Instant now) {
    Breaker breaker;
    for (int i = 0; i < kFailuresToShut; ++i) note_failures(breaker, 1, "HTTP 503", now);
    return breaker;
}

} // namespace

TEST_CASE("three transport failures in a row shut the breaker, and one answer in between does not "
          "(G63)") {
    Breaker breaker;
    note_failures(breaker, 1, "HTTP 503", kNow);
    note_failures(breaker, 1, "HTTP 503", kNow);
    CHECK_FALSE(breaker.shut());
    CHECK(breaker.troubled());
    note_answer(breaker, kNow);
    CHECK(breaker == Breaker{});
    CHECK(note_failures(breaker, 2, "HTTP 503", kNow) == Turn::None);
    CHECK_FALSE(breaker.shut());
    CHECK(note_failures(breaker, 1, "", kNow + seconds{1}) == Turn::None);
    CHECK(breaker.shut());
    CHECK(breaker.probe_at == kNow + seconds{6});
    CHECK(breaker.since == kNow);
    CHECK(breaker.why == "HTTP 503");
    CHECK_FALSE(breaker.outage);
    CHECK(note_failures(breaker, 0, "nothing", kNow) == Turn::None);
}

TEST_CASE("a probe that fails makes it an outage, once; probes come 5 s to 5 min apart (G63)") {
    Breaker breaker = shut_at(kNow);
    Instant now = kNow;
    std::vector<std::int64_t> pauses;
    for (int i = 0; i < 9; ++i) {
        now = *breaker.probe_at;
        const Turn turn = note_failures(breaker, 1, "no connection", now);
        CHECK(turn == (i == 0 ? Turn::Began : Turn::None));
        pauses.push_back(std::chrono::duration_cast<seconds>(*breaker.probe_at - now).count());
    }
    CHECK(pauses == std::vector<std::int64_t>{10, 20, 40, 80, 160, 300, 300, 300, 300});
    CHECK(breaker.outage);
    CHECK(breaker.since == kNow);
}

TEST_CASE("an outage ends after one minute without a failure, and once (G63)") {
    Breaker breaker = shut_at(kNow);
    note_failures(breaker, 1, "HTTP 503", kNow);
    CHECK(note_time(breaker, kNow + std::chrono::hours{1}) == Turn::None); // still shut
    note_answer(breaker, kNow + seconds{10});
    CHECK_FALSE(breaker.shut());
    CHECK(breaker.outage);
    CHECK(note_time(breaker, kNow + seconds{59}) == Turn::None);
    // One failure in that minute is enough to shut it again; people are not told anew.
    CHECK(note_failures(breaker, 1, "HTTP 502", kNow + seconds{59}) == Turn::None);
    CHECK(breaker.shut());
    CHECK(breaker.since == kNow);
    note_answer(breaker, kNow + seconds{70});
    CHECK(note_time(breaker, kNow + seconds{118}) == Turn::None);
    CHECK(note_time(breaker, kNow + seconds{119}) == Turn::Ended);
    CHECK(breaker == Breaker{});
    CHECK(note_time(breaker, kNow + seconds{300}) == Turn::None);
}

TEST_CASE("a clock that was set back does not keep an outage alive") {
    Breaker breaker = shut_at(kNow);
    note_failures(breaker, 1, "HTTP 503", kNow);
    note_answer(breaker, kNow);
    CHECK(note_time(breaker, kNow - std::chrono::hours{2}) == Turn::Ended);
}

TEST_CASE("failures whose probe is answered are no outage: one write that fails alone (G63)") {
    Breaker breaker = shut_at(kNow);
    note_answer(breaker, kNow + seconds{5});
    CHECK(breaker == Breaker{});
}
