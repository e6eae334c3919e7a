#include "base/time.h"

#include <cstdio>

#include "base/text.h"

namespace hb {

namespace {

using namespace std::chrono;

// Takes exactly `digits` decimal digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<year_month> take_month(std::string_view& text) {
    const auto y = take_digits(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_digits(text, 2);
    if (!m || *m < 1 || *m > 12) return std::nullopt;
    return year_month(year(*y), month(static_cast<unsigned>(*m)));
}

std::optional<Day> take_day(std::string_view& text) {
    const auto month_of_year = take_month(text);
    if (!month_of_year || !take(text, '-')) return std::nullopt;
    const auto d = take_digits(text, 2);
    if (!d) return std::nullopt;
    const year_month_day date = *month_of_year / day(static_cast<unsigned>(*d));
    if (!date.ok()) return std::nullopt;
    return Day(date);
}

std::optional<milliseconds> take_clock(std::string_view& text) {
    const auto h = take_digits(text, 2);
    if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
    const auto m = take_digits(text, 2);
    if (!m || *m > 59 || !take(text, ':')) return std::nullopt;
    const auto s = take_digits(text, 2);
    if (!s || *s > 59) return std::nullopt;
    milliseconds since = hours(*h) + minutes(*m) + seconds(*s);
    if (!take(text, '.')) return since;
    int worth = 100;
    bool any = false;
    while (const auto digit = take_digits(text, 1)) {
        since += milliseconds(*digit * worth);
        worth /= 10;
        any = true;
    }
    if (!any) return std::nullopt;
    return since;
}

// "Z", "+03:00", "+0300".
std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, 'Z')) return minutes(0);
    const bool west = take(text, '-');
    if (!west && !take(text, '+')) return std::nullopt;
    const auto h = take_digits(text, 2);
    take(text, ':');
    const auto m = take_digits(text, 2);
    if (!h || *h > 23 || !m || *m > 59) return std::nullopt;
    const minutes offset = hours(*h) + minutes(*m);
    return west ? -offset : offset;
}

Error unreadable(std::string_view what, std::string_view text) {
    return Error{Code::Malformed,
                 "expected " + std::string(what) + ", got \"" + shorten(text, 60) + "\"", "", ""};
}

} // namespace

Day day_min() {
    return Day(year(1970) / January / 1);
}
Day day_max() {
    return Day(year(2100) / December / 31);
}

Result<Day> parse_day(std::string_view text) {
    std::string_view rest = text;
    const auto day = take_day(rest);
    if (!day || !rest.empty()) return unreadable("a date like 2026-03-05", text);
    return *day;
}

std::string format_day(Day day) {
    const year_month_day date(day);
    char out[32];
    std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return out;
}

Result<Instant> parse_instant(std::string_view text) {
    std::string_view rest = text;
    const auto trouble = [&] {
        return unreadable("a time with its offset like 2026-03-05T16:41:59+03:00", text);
    };
    const auto day = take_day(rest);
    if (!day || !take(rest, 'T')) return trouble();
    const auto clock = take_clock(rest);
    if (!clock) return trouble();
    const auto offset = take_offset(rest);
    if (!offset || !rest.empty()) return trouble();
    return Instant(*day + *clock - *offset);
}

std::string format_instant(Instant instant) {
    const Day day = floor<days>(instant);
    const hh_mm_ss clock(floor<seconds>(instant - day));
    char out[32];
    std::snprintf(out, sizeof out, "T%02d:%02d:%02dZ", static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return format_day(day) + out;
}

std::int64_t to_epoch_seconds(Instant instant) {
    return floor<seconds>(instant).time_since_epoch().count();
}
Instant from_epoch_seconds(std::int64_t s) {
    return Instant(seconds(s));
}
std::int64_t to_epoch_ms(Instant instant) {
    return instant.time_since_epoch().count();
}
Instant from_epoch_ms(std::int64_t ms) {
    return Instant(milliseconds(ms));
}
std::int64_t to_epoch_days(Day day) {
    return day.time_since_epoch().count();
}
Day from_epoch_days(std::int64_t count) {
    return Day(days(static_cast<int>(count)));
}

Result<DayRange> parse_month(std::string_view text) {
    std::string_view rest = text;
    const auto month_of_year = take_month(rest);
    if (!month_of_year || !rest.empty()) return unreadable("a month like 2026-03", text);
    return DayRange{Day(*month_of_year / 1), Day(*month_of_year / last)};
}

} // namespace hb
