#include "net/limiter.h"

#include <algorithm>
#include <cmath>

namespace hb::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Room below the remote's own threshold: its counter and ours never agree to the request, and other
// programs behind the same address count too.
constexpr int kBurstMargin = 5;
// Up to this share of a method's budget two requests at once are worth it.
constexpr double kTogetherUpTo = 0.60;
// From this share of a method's budget on, what is left is spread over the time until it refills.
constexpr double kSlowFrom = 0.80;
// 416 of 420 s: the call that crosses the limit still runs, the next one is refused.
constexpr double kStopFrom = 416.0 / 420.0;
constexpr seconds kAfterReset{1};
constexpr seconds kBlockedLeast{10};
// 1.5^9 is 38 times the first pause: about a minute at 2 requests a second.
constexpr int kRefusalsCounted = 9;

milliseconds whole_ms(double value) {
    return milliseconds(static_cast<std::int64_t>(std::ceil(value)));
}

} // namespace

double Limiter::level_at(Instant now) const {
    const double passed = static_cast<double>(std::max<std::int64_t>(0, (now - level_at_).count()));
    return std::max(0.0, level_ - passed / 1000.0 * limits_.per_second);
}

Instant Limiter::bucket_free(Instant now, double others) const {
    const double capacity = std::max(1, limits_.burst - kBurstMargin);
    const double over = level_at(now) + 1.0 + std::min(others, capacity / 2) - capacity;
    if (over <= 0) return now;
    return now + whole_ms(over / limits_.per_second * 1000.0);
}

Instant Limiter::budget_free(const Budget& budget, Instant now) const {
    Instant free = std::max(now, budget.blocked_until);
    if (budget.reset_at <= now) return free; // the figure is from an older window
    const double share = static_cast<double>(budget.used.count()) /
                         static_cast<double>(milliseconds(limits_.budget).count());
    if (share >= kStopFrom) return std::max(free, budget.reset_at + kAfterReset);
    if (share < kSlowFrom || budget.cost.count() <= 0) return free;
    // So many calls of the last one's cost are left; they are given out evenly until the reset.
    const double left = static_cast<double>(
        (milliseconds(limits_.budget) - budget.used).count() / budget.cost.count() + 1);
    const double gap = static_cast<double>((budget.reset_at - level_at_).count()) / left;
    return std::max(free, level_at_ + whole_ms(std::max(0.0, gap)));
}

// A clock that was set back would make every pause longer by that; what was learnt by the wrong
// clock is forgotten, and the remote says it again.
void Limiter::see(Instant now) const {
    if (now < seen_) {
        level_at_ = now;
        paused_until_ = {};
        budgets_.clear();
    }
    seen_ = now;
}

Instant Limiter::earliest(std::string_view method, Instant now) const {
    see(now);
    Instant when = std::max(bucket_free(now), paused_until_);
    const auto found = budgets_.find(method);
    if (found != budgets_.end()) when = std::max(when, budget_free(found->second, now));
    return std::max(when, now);
}

Instant Limiter::earliest_leaving(int others, Instant now) const {
    see(now);
    return std::max({now, bucket_free(now, others), paused_until_});
}

int Limiter::room(std::string_view method, Instant now, int most) const {
    if (earliest(method, now) > now) return 0;
    const auto found = budgets_.find(method);
    if (found != budgets_.end() && found->second.reset_at > now) {
        const double together =
            kTogetherUpTo * static_cast<double>(milliseconds(limits_.budget).count());
        if (static_cast<double>(found->second.used.count()) >= together) return 1;
    }
    const double places = std::max(1, limits_.burst - kBurstMargin) - level_at(now);
    return static_cast<int>(std::clamp(std::floor(places), 1.0, static_cast<double>(most)));
}

void Limiter::count(Instant now) {
    see(now);
    level_ = level_at(now) + 1.0;
    level_at_ = std::max(level_at_, now);
}

void Limiter::note_budget(std::string_view method, milliseconds used, Instant reset_at,
                          int requests) {
    auto& budget = budgets_[std::string(method)];
    budget.cost = std::max(milliseconds(0), used - budget.used) / std::max(1, requests);
    budget.used = used;
    budget.reset_at = reset_at;
}

void Limiter::note_refused(Instant now) {
    refusals_ = std::min(refusals_ + 1, kRefusalsCounted);
    // The time in which one more request fits, and a second, growing while refusals go on.
    const double first = 1000.0 / limits_.per_second + 1000.0;
    paused_until_ = std::max(paused_until_, now + whole_ms(first * std::pow(1.5, refusals_ - 1)));
    // The remote's bucket is full, whatever we counted.
    level_ = std::max(level_at(now), static_cast<double>(limits_.burst - kBurstMargin));
    level_at_ = std::max(level_at_, now);
}

void Limiter::note_blocked(std::string_view method, Instant now, std::optional<Instant> reset_at) {
    auto& budget = budgets_[std::string(method)];
    const Instant reset = reset_at.value_or(budget.reset_at) + kAfterReset;
    budget.blocked_until = std::max(now + kBlockedLeast, reset);
}

void Limiter::note_success() {
    refusals_ = 0;
}

} // namespace hb::net
