#include "connector/manifest/pace.h"

#include <algorithm>

namespace hb::connector::manifest {
namespace {

// 2^8 seconds: a remote that still refuses then is asked every four minutes.
constexpr int kRefusalsCounted = 8;

} // namespace

Pace::Pace(std::vector<Rule> rules) {
    for (const Rule& rule : rules) windows_.push_back({rule, {}});
}

Instant Pace::earliest(Instant now) const {
    Instant when = std::max(now, paused_until_);
    for (const Window& window : windows_) {
        const auto most = static_cast<std::size_t>(std::max(1, window.rule.requests));
        if (window.sent.size() < most) continue;
        when = std::max(when, window.sent[window.sent.size() - most] + window.rule.per);
    }
    return when;
}

void Pace::count(Instant now) {
    for (Window& window : windows_) {
        window.sent.push_back(now);
        const auto most = static_cast<std::size_t>(std::max(1, window.rule.requests));
        while (window.sent.size() > most) window.sent.pop_front();
    }
}

void Pace::pause_until(Instant until) {
    paused_until_ = std::max(paused_until_, until);
}

void Pace::note_refused(Instant now) {
    refusals_ = std::min(refusals_ + 1, kRefusalsCounted);
    pause_until(now + std::chrono::seconds{1 << refusals_});
}

} // namespace hb::connector::manifest
