#include "lanes/value_guard.h"

#include <algorithm>

#include "base/text.h"
#include "books/streams.h"
#include "books/subtractions.h"
#include "mapping/carry.h"

namespace hb::lanes {
namespace {

constexpr const char* kLeadsNowhere = "turned empty, or into ids that nothing is known of";

bool contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// As a mapping calls the field; a day may be told as a moment.
std::vector<std::string> names_of(domain::MoneyField field) {
    if (field == domain::MoneyField::EntryDay) return {"at", "day"};
    const std::string_view name = domain::to_string(field);
    return {std::string(name.substr(name.find('.') + 1))};
}

// Was anything of this record ever taken? One that lacked a member from its first telling on is
// kept, but nothing of it is in force, however often it is told alike.
bool was_taken(const Reading& read, const domain::Ref& ref) {
    const auto known = [](const auto& row) { return row && row->known; };
    if (ref.kind == "entries")
        return read->sources.find_entry({ref.remote, "entry", ref.id}).has_value();
    if (ref.kind == "tasks") return known(read->sources.find_task({ref.remote, "task", ref.id}));
    if (ref.kind == "deals") return known(read->sources.find_deal({ref.remote, "deal", ref.id}));
    if (ref.kind == "companies")
        return known(read->sources.find_company({ref.remote, "company", ref.id}));
    return true; // nothing of other streams decides money
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
// from more than one record (domain/subtractions.h). A rule with several places reads a further one
// where the first holds nothing: then it was not told, or it turned empty.
ValueGuard::Looked ValueGuard::look(const std::string& stream, store::KeptRecord kept,
                                    std::vector<std::string> not_told) const {
    Looked out{std::move(kept), {}};
    if (!out.kept.fact) return out;
    const auto known =
        waiting_.accepted_text(remote_.row.id, stream, out.kept.record.id).value_or("");
    const domain::Ref ref{remote_.row.name, stream, out.kept.record.id};
    const auto before = known.empty() || !was_taken(step_, ref)
                            ? mapping::Mapped{}
                            : remote_.mapping->apply({stream, out.kept.record.id, known, ""});
    if (before.fact)
        for (const auto& change : domain::money_changes(*before.fact, *out.kept.fact))
            if (only_lacks(out.kept.record, known, change))
                for (auto& name : names_of(change.field))
                    if (!contains(not_told, name)) not_told.push_back(std::move(name));
    keep_untold(known, before, out.kept, std::move(not_told));
    if (!before.fact || !out.kept.fact) return out;
    out.changes = domain::money_changes(*before.fact, *out.kept.fact);
    domain::SourceRecord full = out.kept.record;
    if (!out.changes.empty()) full.text = mapping::without_empty(full.text);
    for (auto& change : out.changes)
        if (!change.now.empty() && only_lacks(full, known, change)) change.now.clear();
    return out;
}

bool ValueGuard::only_lacks(const domain::SourceRecord& record, const std::string& known,
                            const domain::ValueChange& change) const {
    domain::SourceRecord filled = record;
    filled.text = remote_.mapping->with_known(record, known, names_of(change.field));
    const auto was = remote_.mapping->apply({record.stream, record.id, known, ""}).fact;
    const auto now = remote_.mapping->apply(filled).fact;
    if (!was || !now) return false;
    const auto changes = domain::money_changes(*was, *now);
    return std::none_of(changes.begin(), changes.end(),
                        [&](const auto& each) { return each.field == change.field; });
}

// What is not told stays as it is known; of a record that is new nothing is billed before it is
// told (G46 a).
void ValueGuard::keep_untold(const std::string& known, const mapping::Mapped& before,
                             store::KeptRecord& kept, std::vector<std::string> fields) const {
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
    kept.record.text = remote_.mapping->with_known(kept.record, known, fields);
    kept.fact = remote_.mapping->apply(kept.record).fact;
    kept.problem = words + "; the known value stays";
}

// An id of which nothing is known says as little as none (G46 b). Returns whose values did that.
std::set<std::int64_t>
ValueGuard::empty_what_leads_nowhere(std::vector<domain::WaitingValue>& values) const {
    std::map<std::pair<domain::MoneyField, std::string>, bool> asked;
    const auto nowhere = [&](domain::MoneyField field, const std::string& value) {
        const auto [at, fresh] = asked.try_emplace({field, value}, false);
        if (fresh) at->second = leads_nowhere(field, value);
        return at->second;
    };
    std::set<std::int64_t> out;
    for (auto& value : values)
        for (auto& change : value.changes) {
            // What led nowhere before, too, has lost nothing.
            if (change.was.empty() || change.now.empty() || !nowhere(change.field, change.now) ||
                nowhere(change.field, change.was))
                continue;
            change.now.clear();
            out.insert(value.record);
        }
    return out;
}

// An id is as good as none where nothing of that id is known.
bool ValueGuard::leads_nowhere(domain::MoneyField field, const std::string& value) const {
    using Field = domain::MoneyField;
    const auto unknown = [&](const char* stream, const std::string& id) {
        const auto rows = step_->sources.known(remote_.row.id, stream, {id});
        return rows.empty() || rows.begin()->second.gone;
    };
    switch (field) {
    case Field::TaskProject:
        return unknown("groups", value);
    case Field::TaskParent:
    case Field::EntryTask:
        return unknown("tasks", value);
    case Field::EntryPerson:
        return unknown("users", value);
    case Field::DealCompany:
        return unknown("companies", value);
    case Field::TaskLinks: // "company 12\ndeal 3"
        for (const auto link : split(value, '\n')) {
            const auto blank = link.find(' ');
            if (blank == std::string_view::npos) continue;
            if (!unknown(books::stream_of(link.substr(0, blank)),
                         std::string(link.substr(blank + 1))))
                return false;
        }
        return true;
    default:
        return false;
    }
}

std::set<std::string> ValueGuard::hold(const std::string& stream, books::PagePlan& plan) {
    const auto hashes = waiting_.hashes(remote_.row.id, stream);
    std::vector<std::string> told_again;
    if (!hashes.empty())
        for (const auto& id : plan.unchanged)
            if (hashes.count(id) != 0) told_again.push_back(id);

    std::set<std::string> held;
    std::vector<store::KeptRecord> apply;
    for (auto& kept : plan.changed) {
        domain::SourceRecord told = kept.record;
        const auto untold = plan.not_told.find(kept.record.id);
        const bool known = plan.known_before.count(kept.record.id) != 0;
        std::vector<domain::ValueChange> changes;
        if (known || untold != plan.not_told.end()) {
            auto looked =
                look(stream, std::move(kept),
                     untold == plan.not_told.end() ? std::vector<std::string>() : untold->second);
            kept = std::move(looked.kept);
            if (known) changes = std::move(looked.changes);
        }
        const auto waits = hashes.find(kept.record.id);
        if (waits != hashes.end() && waits->second == kept.record.hash) {
            plan.unchanged.push_back(kept.record.id);
            held.insert(kept.record.id);
            continue;
        }
        if (!may_be_suspect(changes)) {
            if (waits != hashes.end()) told_again.push_back(kept.record.id);
            apply.push_back(std::move(kept));
            continue;
        }
        held.insert(kept.record.id);
        plan.unchanged.push_back(kept.record.id); // seen by the walk, and nothing of it applied
        waiting_.put({0, remote_.row.id, std::move(told), step_.now(), false, std::move(changes)});
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
            if (!row.shown || accepted.count(change.field) == 0) value.changes.push_back(change);
        values.push_back(std::move(value));
    }
    const auto unknown = empty_what_leads_nowhere(values);
    out.asked = domain::suspect_values(values, waiting_.known(context.remote, context.stream),
                                       step_.settings.guards);
    std::set<std::int64_t> asked;
    for (auto& suspect : out.asked) {
        asked.insert(suspect.records.begin(), suspect.records.end());
        if (suspect.kind == domain::SuspectValues::Kind::Emptied &&
            std::any_of(suspect.records.begin(), suspect.records.end(),
                        [&](std::int64_t id) { return unknown.count(id) > 0; }))
            suspect.now = kLeadsNowhere;
    }

    std::vector<store::KeptRecord> apply;
    std::vector<std::string> ids;
    for (const auto& row : rows) {
        waiting_.set_asked(row.id, asked.count(row.id) != 0);
        if (asked.count(row.id) != 0) continue;
        ids.push_back(row.record.id);
        auto mapped = remote_.mapping->apply(row.record);
        auto not_told = mapped.not_told;
        apply.push_back(look(context.stream, books::kept_record(row.record, std::move(mapped)),
                             std::move(not_told))
                            .kept);
    }
    auto now = context;
    now.run = 0; // its walk has marked them as seen
    out.kept = keep_records(step_, remote_, now, std::move(apply), {});
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
        out += suspect.now.empty() ? "turned empty" : suspect.now;
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

} // namespace hb::lanes
