#include "domain/guards.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <set>

#include "base/text.h"

namespace hb::domain {
namespace {

struct FieldName {
    MoneyField field;
    std::string_view name;
};
constexpr std::array<FieldName, 14> kNames{{
    {MoneyField::TaskLinks, "tasks.links"},
    {MoneyField::TaskProject, "tasks.project"},
    {MoneyField::TaskTags, "tasks.tags"},
    {MoneyField::TaskStatus, "tasks.status"},
    {MoneyField::TaskParent, "tasks.parent"},
    {MoneyField::EntrySeconds, "entries.seconds"},
    {MoneyField::EntryDay, "entries.day"},
    {MoneyField::EntryTask, "entries.task"},
    {MoneyField::EntryPerson, "entries.person"},
    {MoneyField::EntryBillable, "entries.billable"},
    {MoneyField::EntryBilledElsewhere, "entries.billed_elsewhere"},
    {MoneyField::EntryTags, "entries.tags"},
    {MoneyField::DealCompany, "deals.company"},
    {MoneyField::CompanyOwn, "companies.own"},
}};

// Tags compare without case and order; which of two equal ones came first decides nothing.
std::string tags_value(const std::vector<std::string>& tags) {
    std::set<std::string> folded;
    for (const auto& tag : tags) folded.insert(fold_case(tag));
    return join({folded.begin(), folded.end()}, "\n");
}

// The order of links decides (G13), so it stays.
std::string links_value(const std::vector<CrmLink>& links) {
    std::vector<std::string> out;
    for (const auto& link : links) out.push_back(link.kind + " " + link.id);
    return join(out, "\n");
}

std::string status_value(TaskStatus status) {
    return status == TaskStatus::Unknown ? "" : std::to_string(static_cast<int>(status));
}

std::string day_value(const SourceEntry& entry) {
    if (entry.at) return "at " + std::to_string(entry.at->time_since_epoch().count());
    return entry.day ? "day " + std::to_string(entry.day->time_since_epoch().count()) : "";
}

std::string flag_value(const std::optional<bool>& flag) {
    return !flag ? "" : *flag ? "yes" : "no";
}

std::string value_of(const SourceTask& task, MoneyField field) {
    switch (field) {
    case MoneyField::TaskLinks:
        return links_value(task.links);
    case MoneyField::TaskProject:
        return task.project;
    case MoneyField::TaskTags:
        return tags_value(task.tags);
    case MoneyField::TaskStatus:
        return status_value(task.status);
    case MoneyField::TaskParent:
        return task.parent;
    default:
        return "";
    }
}

std::string value_of(const SourceEntry& entry, MoneyField field) {
    switch (field) {
    case MoneyField::EntrySeconds:
        return entry.seconds == 0 ? "" : std::to_string(entry.seconds);
    case MoneyField::EntryDay:
        return day_value(entry);
    case MoneyField::EntryTask:
        return entry.task;
    case MoneyField::EntryPerson:
        return entry.person;
    case MoneyField::EntryBillable:
        return flag_value(entry.billable);
    case MoneyField::EntryBilledElsewhere:
        return flag_value(entry.billed_elsewhere);
    case MoneyField::EntryTags:
        return tags_value(entry.tags);
    default:
        return "";
    }
}

std::string value_of(const SourceDeal& deal, MoneyField field) {
    return field == MoneyField::DealCompany ? deal.company : "";
}
std::string value_of(const SourceCompany& company, MoneyField field) {
    return field == MoneyField::CompanyOwn && company.own ? "yes" : "";
}
std::string value_of(const SourcePerson& /*person*/, MoneyField /*field*/) {
    return "";
}
std::string value_of(const SourceProject& /*project*/, MoneyField /*field*/) {
    return "";
}

void copy_value(SourceTask& to, const SourceTask& from, MoneyField field) {
    switch (field) {
    case MoneyField::TaskLinks:
        to.links = from.links;
        break;
    case MoneyField::TaskProject:
        to.project = from.project;
        break;
    case MoneyField::TaskTags:
        to.tags = from.tags;
        break;
    case MoneyField::TaskStatus:
        to.status = from.status;
        break;
    case MoneyField::TaskParent:
        to.parent = from.parent;
        break;
    default:
        break;
    }
}
void copy_value(SourceEntry& to, const SourceEntry& from, MoneyField field) {
    switch (field) {
    case MoneyField::EntrySeconds:
        to.seconds = from.seconds;
        break;
    case MoneyField::EntryDay:
        to.at = from.at;
        to.day = from.day;
        break;
    case MoneyField::EntryTask:
        to.task = from.task;
        break;
    case MoneyField::EntryPerson:
        to.person = from.person;
        break;
    case MoneyField::EntryBillable:
        to.billable = from.billable;
        break;
    case MoneyField::EntryBilledElsewhere:
        to.billed_elsewhere = from.billed_elsewhere;
        break;
    case MoneyField::EntryTags:
        to.tags = from.tags;
        break;
    default:
        break;
    }
}
void copy_value(SourceDeal& to, const SourceDeal& from, MoneyField field) {
    if (field == MoneyField::DealCompany) to.company = from.company;
}
void copy_value(SourceCompany& to, const SourceCompany& from, MoneyField field) {
    if (field == MoneyField::CompanyOwn) to.own = from.own;
}
void copy_value(SourcePerson& /*to*/, const SourcePerson& /*from*/, MoneyField /*field*/) {}
void copy_value(SourceProject& /*to*/, const SourceProject& /*from*/, MoneyField /*field*/) {}

// One record's change of one field.
struct One {
    std::int64_t record;
    const ValueChange* change;
};

// By how much a value moved: seconds, the moment or the day that an entry lies on, an id.
struct Moved {
    std::int64_t was, now;
};
// Ids that lead elsewhere by one sum are a fault of the planner; people move things to one place.
bool is_id(MoneyField field) {
    return field == MoneyField::EntryTask || field == MoneyField::EntryPerson ||
           field == MoneyField::TaskProject || field == MoneyField::TaskParent;
}
constexpr std::size_t kIdsMin = 3; // different ones that moved alike

std::optional<Moved> moved_by(const ValueChange& change) {
    if (change.field == MoneyField::EntrySeconds || is_id(change.field)) {
        const auto was = parse_integer(change.was), now = parse_integer(change.now);
        return was && now ? std::optional(Moved{*was, *now}) : std::nullopt;
    }
    // "at 1700000000000" or "day 19000": what came as a moment and now as a day moved by nothing.
    const auto blank = change.was.find(' ');
    if (change.field != MoneyField::EntryDay || blank == std::string::npos ||
        change.now.compare(0, blank + 1, change.was, 0, blank + 1) != 0)
        return std::nullopt;
    const auto was = parse_integer(std::string_view(change.was).substr(blank + 1));
    const auto now = parse_integer(std::string_view(change.now).substr(blank + 1));
    return was && now ? std::optional(Moved{*was, *now}) : std::nullopt;
}

// New over old, without common divisors.
using Factor = std::pair<std::int64_t, std::int64_t>;

// Many planners tell whole minutes: a half of 35 minutes comes as 17 or 18. An id is exact.
bool is_scaled(const Moved& move, const Factor& factor, MoneyField field) {
    const std::int64_t within = is_id(field) ? 1 : 60;
    const std::int64_t exact = move.was / factor.second * factor.first +
                               move.was % factor.second * factor.first / factor.second;
    return std::abs(exact - move.now) < within;
}

// Those that several records share, the most frequent first.
std::vector<Factor> most_used(const std::map<Factor, std::int64_t>& factors) {
    constexpr std::size_t kMost = 8;
    std::vector<std::pair<std::int64_t, Factor>> shared;
    for (const auto& [factor, count] : factors)
        if (count > 1) shared.emplace_back(-count, factor);
    std::sort(shared.begin(), shared.end());
    if (shared.size() > kMost) shared.resize(kMost);
    std::vector<Factor> out;
    for (const auto& [count, factor] : shared) out.push_back(factor);
    return out;
}

class Judge {
public:
    Judge(MoneyField field, std::int64_t known, const GuardLimits& limits)
        : field_(field), known_(known), limits_(limits) {}

    void add(One one) { all_.push_back(one); }

    void judge(std::vector<SuspectValues>& out) const {
        using Kind = SuspectValues::Kind;
        std::vector<std::int64_t> emptied;
        std::map<std::string, std::vector<std::int64_t>> by_now;
        std::map<std::string, std::set<std::string>> was_of;
        for (const auto& one : all_) {
            if (one.change->now.empty()) emptied.push_back(one.record);
            if (one.change->now.empty() || one.change->was.empty()) continue;
            by_now[one.change->now].push_back(one.record);
            was_of[one.change->now].insert(one.change->was);
        }
        offer(Kind::Emptied, "", std::move(emptied), out);
        if (field_ == MoneyField::TaskStatus) return; // forty tasks closed in a day are work
        for (auto& [now, records] : by_now)
            if (was_of[now].size() >= 3) offer(Kind::MadeEqual, now, std::move(records), out);
        moved(out);
    }

private:
    void offer(SuspectValues::Kind kind, const std::string& now, std::vector<std::int64_t> records,
               std::vector<SuspectValues>& out) const {
        const auto count = static_cast<std::int64_t>(records.size());
        if (count < limits_.values_min || count * 100 < limits_.values_percent * known_) return;
        std::sort(records.begin(), records.end());
        out.push_back({field_, kind, now, std::move(records), known_});
    }

    void moved(std::vector<SuspectValues>& out) const {
        using Kind = SuspectValues::Kind;
        std::map<Factor, std::int64_t> factors;
        std::vector<std::pair<std::int64_t, Moved>> scaled;
        std::map<std::int64_t, std::vector<std::int64_t>> offsets;
        std::map<std::int64_t, std::int64_t> was_of; // of a record
        for (const auto& one : all_) {
            const auto move = moved_by(*one.change);
            if (!move) continue;
            offsets[move->now - move->was].push_back(one.record);
            was_of[one.record] = move->was;
            if (field_ == MoneyField::EntryDay || move->was <= 0 || move->now <= 0) continue;
            const auto common = std::gcd(move->was, move->now);
            ++factors[{move->now / common, move->was / common}];
            scaled.emplace_back(one.record, *move);
        }
        for (const Factor& factor : most_used(factors)) {
            std::vector<std::int64_t> records;
            for (const auto& [record, move] : scaled)
                if (is_scaled(move, factor, field_)) records.push_back(record);
            const auto before = out.size();
            if (are_many(records, was_of)) offer(Kind::Scaled, "", std::move(records), out);
            if (out.size() > before) // told once, not by each factor that lies nearby
                std::erase_if(scaled, [&](const auto& each) {
                    return is_scaled(each.second, factor, field_);
                });
        }
        for (auto& [offset, records] : offsets)
            if (are_many(records, was_of)) offer(Kind::Shifted, "", std::move(records), out);
    }

    // One project's tasks moved to another project are one id.
    bool are_many(const std::vector<std::int64_t>& records,
                  const std::map<std::int64_t, std::int64_t>& was_of) const {
        if (!is_id(field_)) return true;
        std::set<std::int64_t> ids;
        for (const auto record : records) ids.insert(was_of.at(record));
        return ids.size() >= kIdsMin;
    }

    MoneyField field_;
    std::int64_t known_;
    const GuardLimits& limits_;
    std::vector<One> all_;
};

} // namespace

std::string_view to_string(MoneyField field) {
    for (const auto& known : kNames)
        if (known.field == field) return known.name;
    return "";
}

std::optional<MoneyField> parse_money_field(std::string_view text) {
    for (const auto& known : kNames)
        if (known.name == text) return known.field;
    return std::nullopt;
}

const std::vector<MoneyField>& all_money_fields() {
    static const auto all = [] {
        std::vector<MoneyField> out;
        for (const auto& known : kNames) out.push_back(known.field);
        return out;
    }();
    return all;
}

std::string_view stream_of(MoneyField field) {
    const auto name = to_string(field);
    return name.substr(0, name.find('.'));
}

std::vector<ValueChange> money_changes(const Fact& accepted, const Fact& told) {
    std::vector<ValueChange> out;
    for (const auto field : all_money_fields()) {
        const auto value = [field](const auto& fact) { return value_of(fact, field); };
        std::string was = std::visit(value, accepted);
        std::string now = std::visit(value, told);
        if (was != now) out.push_back({field, std::move(was), std::move(now)});
    }
    return out;
}

void keep_value(Fact& told, const Fact& accepted, MoneyField field) {
    std::visit(
        [&accepted, field](auto& to) {
            if (const auto* from = std::get_if<std::decay_t<decltype(to)>>(&accepted))
                copy_value(to, *from, field);
        },
        told);
}

std::vector<SuspectValues> suspect_values(const std::vector<WaitingValue>& waiting,
                                          const KnownOtherwise& known, const GuardLimits& limits) {
    std::map<MoneyField, Judge> judges;
    for (const auto& record : waiting)
        for (const auto& change : record.changes) {
            const auto count = known.find(change.field);
            judges
                .try_emplace(change.field, change.field, count == known.end() ? 0 : count->second,
                             limits)
                .first->second.add({record.record, &change});
        }
    std::vector<SuspectValues> out;
    for (const auto& [field, judge] : judges) judge.judge(out);
    return out;
}

} // namespace hb::domain
