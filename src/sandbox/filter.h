#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sandbox/tree.h"
#include "sandbox/wire.h"

// Filters and orders of the list calls: `>=CHANGED_DATE`, `@stageId`, `%NAME`, nested OR groups.
namespace hb::sandbox {

enum class FieldType { Integer, Text, Amount, Flag, Moment, Date, IntegerList, TextList };

struct FieldRef {
    int id = 0;
    FieldType type = FieldType::Text;
};
// The field behind a name of a filter or an order; nothing for an unknown one.
using FieldLookup = std::function<std::optional<FieldRef>(std::string_view)>;

// What a row holds in one field. Moments are seconds, flags 0 or 1, amounts millionths.
using Cell = std::variant<std::monostate, std::int64_t, std::string_view,
                          const std::vector<std::int64_t>*, const std::vector<std::string>*>;

enum class Op {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Contains,
    NotContains,
    Like,
    NotLike,
    Between
};

struct Condition {
    FieldRef field;
    Op op = Op::Equal;
    std::vector<std::int64_t> numbers; // any of these
    std::vector<std::string> texts;
    bool or_empty = false; // the row's field may be empty
};

struct Filter {
    std::vector<Condition> all;
    std::vector<std::vector<Filter>> any; // each group: one of its filters must hold
};

struct FilterDialect {
    FieldLookup lookup;
    std::vector<std::string_view> prefixes; // allowed besides none; longest first
    bool groups = false;                    // {"logic":"OR", …}
    int offset_minutes = 0;
};

// Prefixes of classic and universal CRM lists, and of users and groups.
const std::vector<std::string_view>& crm_prefixes();
// Prefixes of tasks and time records.
const std::vector<std::string_view>& task_prefixes();

struct ReadFilter {
    Filter filter;
    std::string bad_key;   // an unknown field or prefix, as it was sent
    std::string bad_value; // the key whose value can't be what its field holds
    bool ok() const { return bad_key.empty() && bad_value.empty(); }
};
ReadFilter read_filter(const Tree* sent, const FilterDialect& dialect);

bool holds(const Condition& condition, const Cell& cell);

template <class CellOf> bool matches(const Filter& filter, const CellOf& cell_of) {
    for (const auto& condition : filter.all)
        if (!holds(condition, cell_of(condition.field.id))) return false;
    for (const auto& group : filter.any)
        if (std::none_of(group.begin(), group.end(),
                         [&](const Filter& one) { return matches(one, cell_of); }))
            return false;
    return true;
}

// The ids that the conditions on the id field leave possible.
struct IdWindow {
    std::int64_t from = 0;
    std::int64_t to = std::numeric_limits<std::int64_t>::max();
    std::optional<std::vector<std::int64_t>> only; // sorted
    bool exact = true; // nothing but the window decides: no row inside needs to be looked at
};
IdWindow id_window(const Filter& filter, int id_field);

struct SortKey {
    FieldRef field;
    bool descending = false;
};
struct ReadOrder {
    std::vector<SortKey> keys;
    std::string bad_key;
    std::string bad_direction;
    bool ok() const { return bad_key.empty() && bad_direction.empty(); }
};
ReadOrder read_order(const Tree* sent, const FieldLookup& lookup);

// -1, 0 or 1; empty cells come first, as in the portal's database.
int compare(const Cell& a, const Cell& b);

} // namespace hb::sandbox
