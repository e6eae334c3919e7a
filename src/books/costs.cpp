#include "books/costs.h"

namespace hb::books {
namespace {

// A planner's money has no currency that we know; two decimals fit all that have cents.
const domain::Currency kPlannersOwn{"", 2};

// The filter takes it, but there is no time to bill: beside other time, or alone.
bool is_idle(const domain::EntryFate& fate) {
    return fate.fate == domain::Fate::Taken ||
           (fate.fate == domain::Fate::Filtered && fate.why == "no_time");
}

} // namespace

std::int64_t cost_in(const mapping::Mapping& mapping, const domain::SourceRecord& record) {
    const auto mapped = mapping.apply(record);
    if (!mapped.fact) return 0;
    const auto* entry = std::get_if<domain::SourceEntry>(&*mapped.fact);
    if (entry == nullptr || entry->seconds != 0 || entry->money.empty()) return 0;
    const auto amount = domain::parse_remote_amount(entry->money, kPlannersOwn);
    return amount ? *amount : 0;
}

std::string sum_text(const Costs& costs) {
    return domain::format_amount(costs.sum, kPlannersOwn);
}

std::string to_string(const Costs& costs) {
    const auto count = costs.entries.size();
    return std::to_string(count) + (count == 1 ? " cost of " : " costs of ") + sum_text(costs) +
           " in money, without time";
}

std::map<std::string, Costs> costs_beside(const Reading& read, const domain::DraftInput& input,
                                          const domain::Draft& draft) {
    std::map<std::int64_t, const domain::EntryFate*> fates;
    for (const auto& fate : draft.fates) fates[fate.entry] = &fate;
    std::map<std::string, Costs> out;
    for (const auto& entry : input.entries) {
        if (entry.seconds != 0 || entry.deleted || !is_idle(*fates.at(entry.id))) continue;
        const auto* remote = read.find_remote(entry.ref.remote);
        if (remote == nullptr || !remote->mapping) continue;
        const auto text = read->sources.record_text(remote->row.id, "entries", entry.ref.id);
        if (!text) continue;
        const domain::SourceRecord record{"entries", entry.ref.id, *text, ""};
        if (const auto amount = cost_in(*remote->mapping, record); amount != 0) {
            out[entry.ref.remote].entries.push_back(entry.ref);
            out[entry.ref.remote].sum += amount;
        }
    }
    return out;
}

} // namespace hb::books
