#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"

// Several limits at once, all of which hold. Says when a request may go out; never waits.
namespace hb::connector::manifest {

class Pace {
public:
    struct Rule {
        int requests = 1;
        std::chrono::seconds per{1};
    };
    explicit Pace(std::vector<Rule> rules);

    Instant earliest(Instant now) const;
    // REQUIRES: called once for every request that goes out, at its moment.
    void count(Instant now);
    // The remote said when; nothing goes out before.
    void pause_until(Instant until);
    // Refused without a word about when: longer each time.
    void note_refused(Instant now);
    void note_success() { refusals_ = 0; }

private:
    struct Window {
        Rule rule;
        std::deque<Instant> sent;
    };
    std::vector<Window> windows_;
    Instant paused_until_{};
    int refusals_ = 0;
};

} // namespace hb::connector::manifest
