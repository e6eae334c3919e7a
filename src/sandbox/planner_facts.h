#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/tree.h"
#include "sandbox/wire.h"

// What the vendors' rows mean: where a person, a day, a duration stands and how it is written. A
// manifest tells paths and pages; this is known from the vendors' pages and stands nowhere in it.
// Inner header of the planners.
namespace hb::sandbox {

struct ListFacts {
    const char* planner;
    const char* list;
    const char* name = "";
    const char* person = "";
    const char* task = "";
    const char* project = "";
    const char* at = "";      // the work day or the start of the work
    const char* written = ""; // where lists are asked for by when a row was written
    const char* end = "";     // where both ends are told
    const char* seconds = ""; // the duration
    const char* unit = "";    // "seconds", "minutes", "hours", "ms", "iso", "clock"
    const char* updated = "";
    const char* closed = ""; // archived, left, done: where and as what, in JSON
    const char* closed_value = "";
    const char* open_value = "";
    bool by_change = false;       // lists are in the order of change
    const char* closed_if = "";   // a query member without which closed rows do not come …
    const char* closed_word = ""; // … and the word in it that asks for them
};

// A list that nobody described has facts without a place.
const ListFacts& facts_of(std::string_view planner, std::string_view list);

// A moment or day as rows hold it: "2025-01-10", RFC 3339 (with or without the colon in the
// offset), seconds or milliseconds since 1970. Nothing for anything else.
std::optional<Seconds> read_time(const Tree& value);
// The calendar day that a row says: the first letters of a text, the UTC day of a number.
std::string read_day(const Tree& value);
// What a manifest's `form` sends: "day", "dotted_day", "utc", "unix_ms", … in UTC.
std::optional<Seconds> read_sent_time(std::string_view text);

std::optional<std::int64_t> read_duration(const Tree& value, std::string_view unit); // seconds
Tree write_duration(const Tree& like, std::string_view unit, std::int64_t seconds);
// An id or a moment in the form of the value that stood there: "/api/v3/users/7", 7, "7".
Tree write_id(const Tree& like, std::string_view id);
Tree write_time(const Tree& like, Seconds at);
// "7" of "gid://gitlab/User/7" and "/api/v3/users/7".
std::string bare_id(std::string_view id);

} // namespace hb::sandbox
