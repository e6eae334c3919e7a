#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/sources.h"

// Values that decide money are guarded like rows (G46): what a planner suddenly tells otherwise of
// many records waits for a person. Pure: old and new facts in, decisions out.
namespace hb::domain {

// A field that a verdict, a rate, an owner or a day depends on. Stored: do not renumber.
enum class MoneyField : int {
    TaskLinks = 1,
    TaskProject = 2,
    TaskTags = 3,
    TaskStatus = 4,
    TaskParent = 5,
    EntrySeconds = 10,
    EntryDay = 11,
    EntryTask = 12,
    EntryPerson = 13,
    EntryBillable = 14,
    EntryBilledElsewhere = 15,
    EntryTags = 16,
    DealCompany = 20,
    CompanyOwn = 30,
};
// "tasks.tags": stream and field as a mapping names them, for --accept-values.
std::string_view to_string(MoneyField field);
std::optional<MoneyField> parse_money_field(std::string_view text);
const std::vector<MoneyField>& all_money_fields();
// The stream whose records carry the field: "tasks", "entries", "deals", "companies".
std::string_view stream_of(MoneyField field);

// One field of one record: its accepted value and the one told now, as comparable text; "" is an
// empty value.
struct ValueChange {
    MoneyField field = MoneyField::TaskTags;
    std::string was;
    std::string now;
    bool operator==(const ValueChange&) const = default;
};
// The fields that decide money and differ. REQUIRES: facts of the same stream
std::vector<ValueChange> money_changes(const Fact& accepted, const Fact& told);
// Takes the value of `field` from `accepted`: the planner did not tell it (G46 a).
void keep_value(Fact& told, const Fact& accepted, MoneyField field);

// A record whose change waits, under any key of the caller's.
struct WaitingValue {
    std::int64_t record = 0;
    std::vector<ValueChange> changes;
};
// The configuration's "guards"; the percentages are whole ones.
struct GuardLimits {
    std::int64_t values_min = 10;    // records, and
    std::int64_t values_percent = 5; // of those known with another value (G46)
    std::int64_t loss_percent = 5;   // of a draft's time or money (G47), and
    std::int64_t loss_seconds = 3600;
    bool operator==(const GuardLimits&) const = default;
};
// What waits together for one decision.
struct SuspectValues {
    enum class Kind { Emptied, MadeEqual, Scaled, Shifted };
    MoneyField field = MoneyField::TaskTags;
    Kind kind = Kind::Emptied;
    std::string now;                   // MadeEqual: the one value
    std::vector<std::int64_t> records; // ascending
    std::int64_t known = 0;            // records known with another value
    bool operator==(const SuspectValues&) const = default;
};
// How many records of the account are known with a value of this field other than `value`.
using KnownOtherwise = std::map<MoneyField, std::int64_t>;

// The groups of suspect changes that reach both limits (G46 b): a value that turned empty, three or
// more different values that turned into one, seconds or instants that moved by one factor or
// offset. `known`: records known with a value that is not empty, by field.
std::vector<SuspectValues> suspect_values(const std::vector<WaitingValue>& waiting,
                                          const KnownOtherwise& known, const GuardLimits& limits);

} // namespace hb::domain
