#include "books/plan.h"

#include <set>

#include "base/text.h"

namespace hb::books {
namespace {

bool same(const store::KnownRecord& known, const domain::SourceRecord& record) {
    return known.hash == record.hash && !known.gone && !known.has_problem;
}

store::KeptRecord kept(const domain::SourceRecord& record, const mapping::Mapping& mapping,
                       PagePlan& plan) {
    mapping::Mapped mapped = mapping.apply(record);
    if (mapped.fact && !mapped.not_told.empty()) plan.not_told[record.id] = mapped.not_told;
    return kept_record(record, std::move(mapped));
}

} // namespace

store::KeptRecord kept_record(const domain::SourceRecord& record, mapping::Mapped mapped) {
    std::string problem = mapped.fact ? "" : problem_text(mapped);
    return {record, std::move(mapped.fact), std::move(problem)};
}

std::string problem_text(const mapping::Mapped& mapped) {
    const std::string text = join(mapped.problems, "; ");
    return text.empty() ? "the mapping produced no record" : text;
}

PagePlan plan_page(const std::map<std::string, store::KnownRecord>& known,
                   const std::vector<domain::SourceRecord>& records,
                   const mapping::Mapping& mapping) {
    std::map<std::string_view, std::size_t> last;
    for (std::size_t i = 0; i < records.size(); ++i) last[records[i].id] = i;

    PagePlan plan;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (last[records[i].id] != i) continue;
        const auto before = known.find(records[i].id);
        if (before != known.end() && same(before->second, records[i]))
            plan.unchanged.push_back(records[i].id);
        else {
            if (before != known.end() && !before->second.gone)
                plan.known_before.insert(records[i].id);
            plan.changed.push_back(kept(records[i], mapping, plan));
        }
    }
    return plan;
}

std::chrono::milliseconds with_jitter(std::chrono::milliseconds pause, std::string_view who,
                                      int attempt) {
    std::uint32_t mixed = 2166136261u; // FNV-1a
    for (const char c : std::to_string(attempt) + " " + std::string(who)) {
        mixed ^= static_cast<unsigned char>(c);
        mixed *= 16777619u;
    }
    // Names that end alike differ in few bits so far.
    mixed = (mixed ^ (mixed >> 16)) * 0x7feb352du;
    mixed = (mixed ^ (mixed >> 15)) * 0x846ca68bu;
    return pause - pause * ((mixed >> 16) % 256) / 1024;
}

std::optional<std::string> suspicious(std::string_view stream, std::int64_t known,
                                      std::int64_t seen) {
    if (known == 0) return std::nullopt;
    const std::string what =
        std::to_string(known) + " " + std::string(stream) + " are known, the remote showed ";
    if (seen == 0) return what + "none of them";
    if (seen * 2 < known) return what + "only " + std::to_string(seen);
    return std::nullopt;
}

} // namespace hb::books
