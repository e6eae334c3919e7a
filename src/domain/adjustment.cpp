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

// One part a line, lines in the order in which the group names them first.
std::vector<LinePart> parts_of(const std::vector<GroupMember>& group) {
    std::vector<LinePart> parts;
    std::map<std::int64_t, std::size_t> index;
    for (const GroupMember& member : group) {
        const auto [at, added] = index.try_emplace(member.line, parts.size());
        if (added) parts.push_back({member.rate, 0, 0});
        LinePart& part = parts[at->second];
        ensure(part.rate == member.rate, "one line has one rate");
        part.billed += member.seconds_billed;
        part.now += member.seconds_now;
    }
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

AdjustmentMoney price_adjustment(const std::vector<GroupMember>& group, const Rounding& rounding) {
    if (group.empty()) return {};
    const std::vector<LinePart> parts = parts_of(group);
    const Priced before = price_parts(parts, &LinePart::billed, rounding);
    const Priced now = price_parts(parts, &LinePart::now, rounding);
    return {now.seconds - before.seconds, now.billed - before.billed, now.amount - before.amount};
}

} // namespace hb::domain
