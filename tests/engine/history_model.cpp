#include "engine/history_model.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <tuple>

namespace hb::test {

std::int64_t round_half_away(std::int64_t numerator, std::int64_t denominator) {
    const std::int64_t half = (2 * std::abs(numerator) + denominator) / (2 * denominator);
    return numerator < 0 ? -half : half;
}

std::int64_t price_of(std::int64_t rate, std::int64_t seconds) {
    return round_half_away(rate * seconds, 3600);
}

std::int64_t rounded(std::int64_t seconds, const ModelTerms& terms) {
    if (terms.rounding == "none") return seconds;
    const std::int64_t steps = seconds / terms.step, rest = seconds % terms.step;
    const bool more = terms.mode == "up"        ? rest > 0
                      : terms.mode == "nearest" ? 2 * rest >= terms.step
                                                : false;
    return (steps + (more ? 1 : 0)) * terms.step;
}

std::vector<std::int64_t> shares(std::int64_t whole, const std::vector<std::int64_t>& parts) {
    const std::int64_t sum = std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
    std::vector<std::int64_t> out(parts.size(), 0);
    if (sum == 0) return out;
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return whole * parts[a] % sum > whole * parts[b] % sum;
    });
    std::int64_t left = whole;
    for (std::size_t i = 0; i < parts.size(); ++i) left -= out[i] = whole * parts[i] / sum;
    for (std::size_t i = 0; i < order.size() && left > 0; ++i, --left) ++out[order[i]];
    return out;
}

std::vector<ModelLine> lines_of(const std::vector<ModelEntry>& entries, const Model& model,
                                const ModelTerms& terms) {
    const auto line_of = [&](const ModelEntry& entry) {
        const bool billable = !model.tasks.at(entry.task).bug;
        const auto own = terms.own.find(entry.person);
        const auto rate = !billable ? 0 : own != terms.own.end() ? own->second : terms.rate;
        return ModelLine{entry.task, billable, rate, 0, 0, 0};
    };
    std::vector<ModelLine> lines;
    for (const auto& entry : entries) lines.push_back(line_of(entry));
    // Free lines first, then by rate: no rate stands before any (G6).
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    std::map<std::string, std::map<std::size_t, std::int64_t>> groups; // raw seconds by line
    for (const auto& entry : entries) {
        const auto at = static_cast<std::size_t>(
            std::lower_bound(lines.begin(), lines.end(), line_of(entry)) - lines.begin());
        std::string key = "entry " + std::to_string(&entry - entries.data());
        if (terms.rounding == "task_day") key = entry.task + " " + std::to_string(entry.day);
        if (terms.rounding == "task") key = entry.task;
        if (terms.rounding == "report") key = "";
        if (lines[at].billable) groups[key][at] += entry.seconds;
    }
    std::vector<std::int64_t> worked(lines.size(), 0);
    for (const auto& entry : entries)
        worked[static_cast<std::size_t>(
            std::lower_bound(lines.begin(), lines.end(), line_of(entry)) - lines.begin())] +=
            entry.seconds;
    for (const auto& [key, group] : groups) {
        std::vector<std::int64_t> raw;
        std::int64_t sum = 0;
        for (const auto& [line, seconds] : group) {
            raw.push_back(seconds);
            sum += seconds;
        }
        const auto billed = shares(rounded(sum, terms), raw);
        std::size_t i = 0;
        for (const auto& [line, seconds] : group) lines[line].billed += billed[i++];
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].worked = worked[i];
        lines[i].amount = price_of(lines[i].rate, lines[i].billed);
    }
    return lines;
}

ModelTotals totals_of_sum(std::int64_t sum, const ModelTerms& terms) {
    if (terms.vat == "added") {
        const auto vat = round_half_away(sum * terms.vat_percent, 100);
        return {sum, vat, sum + vat};
    }
    if (terms.vat == "included") {
        const auto vat = round_half_away(sum * terms.vat_percent, 100 + terms.vat_percent);
        return {sum - vat, vat, sum};
    }
    return {sum, 0, sum};
}

// Minsk and Tokyo are past midnight then, New York is not; without terms it is the agency's zone.
std::int64_t Model::day_of(const ModelEntry& entry) const {
    const auto zone = zones.find(tasks.at(entry.task).client);
    const bool west = zone != zones.end() && zone->second == "America/New_York";
    return entry.day + (entry.evening && !west ? 1 : 0);
}

} // namespace hb::test
