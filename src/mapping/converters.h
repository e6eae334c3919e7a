#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/sources.h"
#include "mapping/durations.h"
#include "json/value.h"

// The closed list of ways to read one value of a record ("as" in a mapping file).
namespace hb::mapping {

enum class As {
    Text,
    Id,
    Integer,
    Seconds,
    SignedSeconds, // negative: takes time off
    Instant,
    Day,
    Flag,
    NotFlag, // the other way round: "unbillable"
    Status,
    Tags,
    Lines, // tags in a text, one in each line
    CrmLinks,
    Name,
    Plain,
    Clock,        // "6:50"
    Minutes,      // 410
    Hours,        // 6.83
    IsoDuration,  // "PT6H50M"
    WorkDuration, // "P1DT2H" or "1d 2h": days and weeks of work
    Milliseconds, // "24600000"
    Unix,         // seconds since 1970
    UnixMs,
    DayMs,    // a date as UTC midnight in milliseconds
    LastPart, // "/api/v3/users/7" is 7
    Document  // an Atlassian document
};
std::optional<As> parse_as(std::string_view word);

// What comes out; monostate: there was nothing. The order is that of Gives.
using Product =
    std::variant<std::monostate, std::string, std::int64_t, bool, Instant, Day, domain::TaskStatus,
                 std::vector<std::string>, std::vector<domain::CrmLink>>;
enum class Gives : std::size_t { Nothing, Text, Number, Flag, Instant, Day, Status, Tags, Links };
Gives gives(As as);
// "a text", "a time"…: for messages.
std::string_view to_string(Gives gives);

struct Converter {
    As as = As::Text;
    std::map<std::string, domain::TaskStatus, std::less<>> statuses; // of Status
    std::vector<std::pair<std::string, std::string>> links; // of CrmLinks: prefix, lower case; kind
    WorkTime work;                                          // of WorkDuration
    std::int64_t longest = kEntrySecondsLongest;            // seconds that one record may hold
};

std::optional<domain::TaskStatus> parse_status_word(std::string_view word);
const std::vector<std::string>& status_words();

// null, "", [], {}, false and a missing key all mean: nothing here. (PHP sends each of them.)
bool holds_something(const json::Value& value);

// Code::Malformed quotes path and content.
Result<Product> convert(const Converter& converter, const json::Value& value);

} // namespace hb::mapping
