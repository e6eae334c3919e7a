#include "engine/value_guard.h"

#include <algorithm>

#include "base/text.h"
#include "engine/subtractions.h"

namespace hb::engine {
namespace {

bool contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// A value that a record never had before can't have been lost or made equal.
bool may_be_suspect(const std::vector<domain::ValueChange>& changes) {
    return std::any_of(changes.begin(), changes.end(),
                       [](const domain::ValueChange& change) { return !change.was.empty(); });
}

} // namespace

bool ValueGuard::concerns(const std::string& stream,
                          const std::vector<std::string>& unchanged) const {
    const auto hashes = waiting_.hashes(remote_.row.id, stream);
    return !hashes.empty() && std::any_of(unchanged.begin(), unchanged.end(),
                                          [&](const auto& id) { return hashes.count(id) != 0; });
}

// By the accepted text and the mapping in force: what the mirror holds may have been worked out
// from more than one record (domain/subtractions.h).
std::optional<domain::Fact> ValueGuard::accepted_fact(const std::string& stream,
                                                      const std::string& id) const {
    const auto text = core_.sources.record_text(remote_.row.id, stream, id);
    if (!text) return std::nullopt;
    return remote_.mapping->apply({stream, id, *text, ""}).fact;
}

// What is not told stays as it is known; of a record that is new nothing is billed before it is
// told (G46 a).
void ValueGuard::keep_untold(const std::string& stream, store::KeptRecord& kept,
                             std::vector<std::string> fields) const {
    const auto known = core_.sources.record_text(remote_.row.id, stream, kept.record.id);
    const auto before =
        known ? remote_.mapping->apply({stream, kept.record.id, *known, ""}) : mapping::Mapped{};
    // What was taken as empty all along is no change.
    if (before.fact)
        std::erase_if(fields, [&](const auto& field) { return contains(before.not_told, field); });
    if (fields.empty()) return;
    const std::string words =
        join(fields, ", ") + (fields.size() == 1 ? " was" : " were") + " asked for and not told";
    if (!before.fact) {
        kept.fact.reset();
        kept.problem =
            words + R"(; where it is left out when empty, its rule says "absent": "empty")";
        return;
    }
    kept.record.text = remote_.mapping->with_known(kept.record, *known, fields);
    kept.fact = remote_.mapping->apply(kept.record).fact;
    kept.problem = words + "; the known value stays";
}

std::set<std::string> ValueGuard::hold(const std::string& stream, PagePlan& plan) {
    const auto hashes = waiting_.hashes(remote_.row.id, stream);
    std::vector<std::string> told_again;
    if (!hashes.empty())
        for (const auto& id : plan.unchanged)
            if (hashes.count(id) != 0) told_again.push_back(id);

    std::set<std::string> held;
    std::vector<store::KeptRecord> apply;
    for (auto& kept : plan.changed) {
        domain::SourceRecord told = kept.record;
        if (const auto untold = plan.not_told.find(kept.record.id); untold != plan.not_told.end())
            keep_untold(stream, kept, untold->second);
        const auto waits = hashes.find(kept.record.id);
        if (waits != hashes.end() && waits->second == kept.record.hash) {
            plan.unchanged.push_back(kept.record.id);
            held.insert(kept.record.id);
            continue;
        }
        std::vector<domain::ValueChange> changes;
        if (kept.fact && plan.known_before.count(kept.record.id) != 0)
            if (const auto accepted = accepted_fact(stream, kept.record.id))
                changes = domain::money_changes(*accepted, *kept.fact);
        if (!may_be_suspect(changes)) {
            if (waits != hashes.end()) told_again.push_back(kept.record.id);
            apply.push_back(std::move(kept));
            continue;
        }
        held.insert(kept.record.id);
        plan.unchanged.push_back(kept.record.id); // seen by the walk, and nothing of it applied
        waiting_.put({0, remote_.row.id, std::move(told), core_.clock.now(), false,
                      std::move(changes)});
    }
    plan.changed = std::move(apply);
    waiting_.drop(remote_.row.id, stream, told_again);
    return held;
}

ValueGuard::Judged ValueGuard::judge(const store::Sources::Keep& context,
                                     const std::set<domain::MoneyField>& accepted) {
    Judged out;
    if (!waiting_.any(context.remote, context.stream)) return out;
    const auto rows = waiting_.of_stream(context.remote, context.stream);
    std::vector<domain::WaitingValue> values;
    for (const auto& row : rows) {
        domain::WaitingValue value{row.id, {}};
        for (const auto& change : row.changes)
            if (accepted.count(change.field) == 0) value.changes.push_back(change);
        values.push_back(std::move(value));
    }
    out.asked = domain::suspect_values(values, waiting_.known(context.remote, context.stream),
                                       core_.settings.guards);
    std::set<std::int64_t> asked;
    for (const auto& suspect : out.asked)
        asked.insert(suspect.records.begin(), suspect.records.end());

    std::vector<store::KeptRecord> apply;
    std::vector<std::string> ids;
    for (const auto& row : rows) {
        waiting_.set_asked(row.id, asked.count(row.id) != 0);
        if (asked.count(row.id) != 0) continue;
        ids.push_back(row.record.id);
        const auto mapped = remote_.mapping->apply(row.record);
        auto kept = kept_record(row.record, mapped);
        if (kept.fact && !mapped.not_told.empty())
            keep_untold(context.stream, kept, mapped.not_told);
        apply.push_back(std::move(kept));
    }
    auto now = context;
    now.run = 0; // its walk has marked them as seen
    out.kept = keep_records(core_, remote_, now, std::move(apply), {});
    waiting_.drop(context.remote, context.stream, ids);
    return out;
}

std::string suspect_words(const domain::SuspectValues& suspect,
                          const std::vector<std::string>& clients) {
    using Kind = domain::SuspectValues::Kind;
    const auto count = std::to_string(suspect.records.size());
    std::string out = std::string(to_string(suspect.field)) + " of " + count + " records (" +
                      std::to_string(suspect.known) + " known) ";
    switch (suspect.kind) {
    case Kind::Emptied:
        out += "turned empty";
        break;
    case Kind::MadeEqual:
        out += "turned into one value";
        break;
    case Kind::Scaled:
        out += "changed by one factor";
        break;
    case Kind::Shifted:
        out += "moved by one offset";
        break;
    }
    constexpr std::size_t kNamed = 5;
    std::vector<std::string> named(
        clients.begin(),
        clients.begin() + static_cast<std::ptrdiff_t>(std::min(clients.size(), kNamed)));
    if (clients.size() > kNamed)
        named.push_back("and " + std::to_string(clients.size() - kNamed) + " more");
    return named.empty() ? out : out + " (clients: " + join(named, ", ") + ")";
}

} // namespace hb::engine
