#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How the portal writes moments and amounts, and how it reads them.
namespace hb::sandbox {

// A moment in whole seconds since the epoch; 0 stands for "none" everywhere in the sandbox.
using Seconds = std::int64_t;
// An amount or quantity in millionths: enough for every rounding step of product rows.
using Micro = std::int64_t;
inline constexpr Micro kMicro = 1'000'000;

// "2026-03-05T16:41:59+03:00"
std::string write_moment(Seconds moment, int offset_minutes);
// A calendar date as the portal sends it: midnight UTC in the portal's offset, so with an odd hour.
std::string write_date(Seconds moment, int offset_minutes);
// "2026-03-05 16:41:59", as some fields of people come.
std::string write_plain_moment(Seconds moment, int offset_minutes);
// Reads an RFC 3339 moment, "YYYY-MM-DD hh:mm:ss" or "YYYY-MM-DD" (the latter two on the portal's
// clock).
std::optional<Seconds> read_moment(std::string_view text, int offset_minutes);
// The calendar date that a text names, as midnight UTC.
std::optional<Seconds> read_date(std::string_view text, int offset_minutes);

// The calendar date of a moment on the portal's clock, as midnight UTC: how dates are kept.
Seconds calendar_day(Seconds moment, int offset_minutes);

std::optional<Micro> read_decimal(std::string_view text);
std::string write_number(Micro amount);            // "99.5", "80000"
std::string write_fixed(Micro amount, int digits); // "1000000.00"
Micro round_to(Micro amount, int digits);          // half away from zero
Micro multiply(Micro a, Micro b);                  // exact, then to a millionth
Micro divide(Micro a, Micro b);                    // REQUIRES: b != 0

std::string lower(std::string_view ascii);
bool same_word(std::string_view a, std::string_view b); // without ASCII case
// "CREATED_DATE" -> "createdDate"
std::string camel(std::string_view upper_snake);

} // namespace hb::sandbox
