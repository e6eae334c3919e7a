#include <catch2/catch.hpp>
#include <set>

#include "books/plan.h"

using namespace hb;
using namespace std::chrono;

TEST_CASE("a pause after a failure is up to a quarter shorter, by who waits: what failed together "
          "does not come back together") {
    std::set<milliseconds> pauses;
    for (int op = 0; op < 100; ++op) {
        const std::string who = "hb-" + std::to_string(op);
        const auto pause = books::with_jitter(seconds{256}, who, 8);
        CHECK(pause <= seconds{256});
        CHECK(pause >= seconds{192});
        CHECK(pause == books::with_jitter(seconds{256}, who, 8));
        pauses.insert(pause);
    }
    CHECK(pauses.size() > 60);
    CHECK(*pauses.begin() < seconds{205});
    CHECK(*pauses.rbegin() > seconds{243});
    CHECK(books::with_jitter(seconds{256}, "hb-1", 8) !=
          books::with_jitter(seconds{256}, "hb-1", 9));
    CHECK(books::with_jitter(milliseconds{0}, "hb-1", 1) == milliseconds{0});
}
