#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

// How rows become values and values become columns; for the sources of this room.
namespace hb::store {

inline std::int64_t stored(Instant instant) {
    return to_epoch_ms(instant);
}
inline std::int64_t stored(Day day) {
    return to_epoch_days(day);
}
template <class T> std::optional<std::int64_t> stored(const std::optional<T>& value) {
    return value ? std::optional(stored(*value)) : std::nullopt;
}
inline std::int64_t flag(bool value) {
    return value ? 1 : 0;
}

// Reads a row's columns one after another, in the order of the SELECT.
class Columns {
public:
    explicit Columns(const Statement& row) : row_(row) {}
    std::int64_t integer() { return row_.integer(next_++); }
    int small() { return static_cast<int>(row_.integer(next_++)); }
    bool flag() { return row_.integer(next_++) != 0; }
    std::string text() { return row_.text(next_++); }
    Instant instant() { return from_epoch_ms(integer()); }
    Day day() { return from_epoch_days(integer()); }
    std::optional<std::int64_t> integer_or_null() { return row_.integer_or_null(next_++); }
    std::optional<std::string> text_or_null() { return row_.text_or_null(next_++); }
    std::optional<Instant> instant_or_null() {
        const auto value = integer_or_null();
        return value ? std::optional(from_epoch_ms(*value)) : std::nullopt;
    }
    std::optional<Day> day_or_null() {
        const auto value = integer_or_null();
        return value ? std::optional(from_epoch_days(*value)) : std::nullopt;
    }

private:
    const Statement& row_;
    int next_ = 0;
};

// An unfinished SELECT would keep its snapshot of the file: ends it whatever happens.
class Finally {
public:
    explicit Finally(Statement& statement) : statement_(statement) {}
    ~Finally() { statement_.reset(); }
    Finally(const Finally&) = delete;
    Finally& operator=(const Finally&) = delete;

private:
    Statement& statement_;
};

// The first row, if there is one.
template <class Read>
auto first(Statement& select, Read read) -> std::optional<decltype(read(select))> {
    const Finally end(select);
    if (!select.step()) return std::nullopt;
    return read(select);
}

// Every row.
template <class Read> auto all(Statement& select, Read read) {
    const Finally end(select);
    std::vector<decltype(read(select))> rows;
    while (select.step()) rows.push_back(read(select));
    return rows;
}

inline std::int64_t only_integer(const Statement& row) {
    return row.integer(0);
}
inline std::string only_text(const Statement& row) {
    return row.text(0);
}

} // namespace hb::store
