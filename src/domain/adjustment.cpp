#include <algorithm>
#include <map>

#include "domain/lifecycle.h"
#include "domain/rounding.h"

namespace hb::domain {
namespace {

struct LinePart {
    std::int64_t rate = 0;
    std::int64_t billed = 0;
    std::int64_t now = 0;
};

// One part a line, in line order.
std::vector<LinePart> parts_of(const std::vector<GroupMember>& group) {
    std::map<std::int64_t, LinePart> by_line;
    for (const GroupMember& member : group) {
        const auto [at, added] = by_line.try_emplace(member.line);
        LinePart& part = at->second;
        if (added) part.rate = member.rate;
        ensure(part.rate == member.rate, "one line has one rate");
        part.billed += member.seconds_billed;
        part.now += member.seconds_now;
    }
    std::vector<LinePart> parts;
    parts.reserve(by_line.size());
    for (const auto& [line, part] : by_line) parts.push_back(part);
    return parts;
}

struct Priced {
    std::int64_t seconds = 0;
    std::int64_t billed = 0;
    std::int64_t amount = 0;
};
Priced price_parts(const std::vector<LinePart>& parts, std::int64_t LinePart::*seconds,
                   const Rounding& rounding) {
    std::vector<std::int64_t> raw;
    raw.reserve(parts.size());
    for (const LinePart& part : parts) raw.push_back(part.*seconds);
    const std::vector<std::int64_t> billed = round_group(raw, rounding);
    Priced sum;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        sum.seconds += raw[i];
        sum.billed += billed[i];
        sum.amount += price(parts[i].rate, billed[i]);
    }
    return sum;
}

} // namespace

std::int64_t seconds_to_bill(std::int64_t now, std::int64_t billed, std::int64_t written_off) {
    if (written_off >= 0) return std::max(now - written_off, std::min(billed, now));
    return std::min(now - written_off, std::max(billed, now));
}

AdjustmentMoney price_adjustment(const std::vector<GroupMember>& group, const Rounding& rounding) {
    if (group.empty()) return {};
    const std::vector<LinePart> parts = parts_of(group);
    const Priced before = price_parts(parts, &LinePart::billed, rounding);
    const Priced now = price_parts(parts, &LinePart::now, rounding);
    return {now.seconds - before.seconds, now.billed - before.billed, now.amount - before.amount};
}

} // namespace hb::domain
