#include "domain/versions.h"

#include <algorithm>
#include <map>

namespace hb::domain {
namespace {

bool is_gross(const Contract& contract) {
    return contract.vat.mode == VatMode::Included;
}

} // namespace

const Contract* in_force(const std::vector<Contract>& versions, Day day) {
    const Contract* found = nullptr;
    const Contract* first = nullptr;
    for (const Contract& version : versions) {
        if (first == nullptr || version.valid_from <= first->valid_from) first = &version;
        if (version.valid_from > day) continue;
        if (found == nullptr || version.valid_from >= found->valid_from) found = &version;
    }
    return found != nullptr ? found : first;
}

std::vector<Contract> versions_beside(const Contract& own, std::vector<Contract> versions) {
    std::erase_if(versions, [&](const Contract& other) {
        return other.valid_from == own.valid_from && other.id != own.id;
    });
    return versions;
}

bool prices_alike(const Contract& of_day, const Contract& report) {
    return of_day.currency.code == report.currency.code && is_gross(of_day) == is_gross(report);
}

Calendar::Calendar(Zone zone) : parts_{{Day::min(), std::move(zone)}} {}

Calendar::Calendar(const std::vector<Contract>& versions, const Zone& otherwise) {
    std::map<Day, const Contract*> by_day;
    for (const Contract& version : versions) by_day.insert_or_assign(version.valid_from, &version);
    for (const auto& [from, version] : by_day) {
        const auto zone = Zone::find(version->time_zone);
        parts_.push_back({from, zone ? *zone : otherwise});
    }
    if (parts_.empty()) parts_.push_back({Day::min(), otherwise});
}

// Before the first one, the first.
std::size_t Calendar::part_of(Day day) const {
    const auto after = std::upper_bound(parts_.begin(), parts_.end(), day,
                                        [](Day d, const Part& part) { return d < part.from; });
    return after == parts_.begin() ? 0 : static_cast<std::size_t>(after - parts_.begin()) - 1;
}

std::size_t Calendar::claimant(Instant instant) const {
    if (parts_.size() == 1) return 0;
    std::size_t earlier = parts_.size() - 1;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const std::size_t ruling = part_of(parts_[i].zone.day_of(instant));
        if (ruling == i) return i;
        earlier = std::min(earlier, ruling);
    }
    return earlier; // none claims it: each says that the day is the other's
}

Day Calendar::day_of(Instant instant) const {
    return parts_[claimant(instant)].zone.day_of(instant);
}

// Parts that follow one another in one zone find the same days as one part. The first one rules all
// time before it, whenever it begins.
std::vector<Calendar::Part> Calendar::changes_of_zone() const {
    std::vector<Part> out;
    for (const Part& part : parts_)
        if (out.empty() || out.back().zone.name() != part.zone.name()) out.push_back(part);
    out.front().from = Day::min();
    return out;
}

bool Calendar::same_days(const Calendar& other) const {
    const auto ours = changes_of_zone(), theirs = other.changes_of_zone();
    return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                      [](const Part& a, const Part& b) {
                          return a.from == b.from && a.zone.name() == b.zone.name();
                      });
}

} // namespace hb::domain
