#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hb {

// A moment in UTC. Milliseconds, because due times of a request bucket need them; facts carry whole
// seconds.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
// A calendar date (days since 1970-01-01).
using Day = std::chrono::sys_days;

// The first and last day that any time entry, period or contract may name.
Day day_min(); // 1970-01-01
Day day_max(); // 2100-12-31

// "2026-03-05". Nothing else, and a real date.
Result<Day> parse_day(std::string_view text);
std::string format_day(Day day);

// RFC 3339 with an offset or Z ("2026-03-05T16:41:59+03:00"); fractions are dropped to
// milliseconds.
Result<Instant> parse_instant(std::string_view text);
// "2026-03-05T13:41:59Z", whole seconds.
std::string format_instant(Instant instant);

// Seconds since the epoch, rounded down.
std::int64_t to_epoch_seconds(Instant instant);
Instant from_epoch_seconds(std::int64_t seconds);
std::int64_t to_epoch_ms(Instant instant);
Instant from_epoch_ms(std::int64_t milliseconds);
std::int64_t to_epoch_days(Day day);
Day from_epoch_days(std::int64_t days);

// A time zone of the IANA database. Copies are cheap; safe to use from any thread.
class Zone {
public:
    // "Europe/Minsk"; an unknown name is Code::Usage.
    static Result<Zone> find(std::string_view name);
    static Zone utc();

    const std::string& name() const { return name_; }
    // The calendar date of `instant` on this zone's clocks.
    Day day_of(Instant instant) const;
    // The first moment of `day` on this zone's clocks.
    Instant start_of(Day day) const;

private:
    Zone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}
    std::string name_;
    const void* zone_; // date::time_zone, owned by the date library for the program's life
};

// The first and last day of the month "2026-03".
struct DayRange {
    Day from{};
    Day to{};
    bool operator==(const DayRange&) const = default;
    bool contains(Day day) const { return from <= day && day <= to; }
};
Result<DayRange> parse_month(std::string_view text);

} // namespace hb
