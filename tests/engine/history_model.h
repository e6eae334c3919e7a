#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// What a random history has done to the sources, and the arithmetic of billing done once more:
// slowly, from raw facts, with nothing of the product's own.
namespace hb::test {

struct ModelTerms {
    std::string rounding = "none"; // entry task_day task report
    std::string mode;              // up down nearest
    std::int64_t step = 0;         // seconds
    std::string vat = "none";      // added included
    std::int64_t vat_percent = 0;
    std::int64_t rate = 0;                   // minor units an hour
    std::map<std::string, std::int64_t> own; // rates by person
};

struct ModelEntry {
    std::string task, person;
    std::int64_t seconds = 0;
    std::int64_t day = 0;      // UTC's
    bool must_be_late = false; // first seen when all of its finished task was paid (G1, G2)
    std::int64_t accepted = 0; // a person took so many seconds for true (G54)
    bool evening = false;      // at 22:30 UTC: another day in the east
};

struct ModelTask {
    std::string client; // "" nobody
    bool bug = false;
    bool completed = false;
};

struct Model {
    std::map<std::string, ModelEntry> entries;
    std::map<std::string, ModelTask> tasks;
    std::map<std::int64_t, ModelTerms> terms; // by contract
    // By client. All versions begin before any work, so the newest one's zone says each day (G52).
    std::map<std::string, std::string> zones;
    std::int64_t day_of(const ModelEntry& entry) const;
};

// --- arithmetic ------------------------------------------------------------------------------

std::int64_t round_half_away(std::int64_t numerator, std::int64_t denominator);
std::int64_t price_of(std::int64_t rate, std::int64_t seconds);
std::int64_t rounded(std::int64_t seconds, const ModelTerms& terms);
// A whole in proportion to parts that are not negative; the rest by largest remainder, ties to the
// earlier part.
std::vector<std::int64_t> shares(std::int64_t whole, const std::vector<std::int64_t>& parts);

struct ModelLine {
    std::string task;
    bool billable = true;
    std::int64_t rate = 0, worked = 0, billed = 0, amount = 0;
    auto operator<=>(const ModelLine&) const = default;
};
// Who is on the lines is given; what they cost is worked out (G6, G7, G9).
std::vector<ModelLine> lines_of(const std::vector<ModelEntry>& entries, const Model& model,
                                const ModelTerms& terms);
// Money of one client's time by these terms: the sum of its lines' amounts.
struct ModelTotals {
    std::int64_t subtotal = 0, vat = 0, total = 0;
    bool operator==(const ModelTotals&) const = default;
};
ModelTotals totals_of_sum(std::int64_t sum, const ModelTerms& terms); // G5

} // namespace hb::test
