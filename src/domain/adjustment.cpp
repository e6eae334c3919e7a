#include <algorithm>
#include <map>

#include "domain/lifecycle.h"
#include "domain/rounding.h"

namespace hb::domain {
namespace {

struct LinePart {
    std::int64_t rate = 0;
    std::int64_t billed = 0; // raw seconds before
    std::int64_t now = 0;
};
using Group = std::map<std::int64_t, LinePart>; // by line, in line order

std::map<std::int64_t, Group> groups_of(const std::vector<GroupMember>& members) {
    std::map<std::int64_t, Group> groups;
    std::map<std::int64_t, std::int64_t> rates;
    for (const GroupMember& member : members) {
        const auto rate = rates.emplace(member.line, member.rate).first->second;
        ensure(rate == member.rate, "one line has one rate");
        LinePart& part = groups[member.group][member.line];
        part.rate = member.rate;
        part.billed += member.seconds_billed;
        part.now += member.seconds_now;
    }
    return groups;
}

struct PricedLine {
    std::int64_t rate = 0;
    std::int64_t billed = 0;
};
AdjustmentMoney price_groups(const std::map<std::int64_t, Group>& groups,
                             std::int64_t LinePart::*seconds, const Rounding& rounding) {
    AdjustmentMoney sum;
    std::map<std::int64_t, PricedLine> lines;
    for (const auto& [key, group] : groups) {
        std::vector<std::int64_t> raw;
        raw.reserve(group.size());
        for (const auto& [line, part] : group) raw.push_back(part.*seconds);
        const std::vector<std::int64_t> billed = round_group(raw, rounding);
        std::size_t i = 0;
        for (const auto& [line, part] : group) {
            sum.delta_seconds += raw[i];
            lines[line].rate = part.rate;
            lines[line].billed += billed[i++];
        }
    }
    for (const auto& [line, priced] : lines) {
        sum.delta_billed += priced.billed;
        sum.delta_amount += price(priced.rate, priced.billed);
    }
    return sum;
}

} // namespace

std::int64_t seconds_to_bill(std::int64_t now, std::int64_t billed, std::int64_t written_off) {
    if (written_off >= 0) return std::max(now - written_off, std::min(billed, now));
    return std::min(now - written_off, std::max(billed, now));
}

AdjustmentMoney price_adjustment(const std::vector<GroupMember>& members,
                                 const Rounding& rounding) {
    const auto groups = groups_of(members);
    const AdjustmentMoney before = price_groups(groups, &LinePart::billed, rounding);
    const AdjustmentMoney now = price_groups(groups, &LinePart::now, rounding);
    return {now.delta_seconds - before.delta_seconds, now.delta_billed - before.delta_billed,
            now.delta_amount - before.delta_amount};
}

} // namespace hb::domain
