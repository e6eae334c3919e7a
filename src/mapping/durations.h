#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

// The ways in which planners write how long something took, and texts that are trees.
namespace hb::mapping {

// "6:50" or "00:11:13"; whole seconds.
std::optional<std::int64_t> clock_seconds(std::string_view text);
// "6.83" or "6,83" hours, rounded to the nearest minute: two decimals are 36 seconds apart, so the
// minute is what was meant. Never through a floating point number.
std::optional<std::int64_t> decimal_hours(std::string_view text);
// "PT6H50M", "P1DT2H", "PT0.5H"; days are 24 hours, months and years have no length. Parts of a
// second are cut off.
std::optional<std::int64_t> iso_seconds(std::string_view text);

// How long a day and a week of work are.
struct WorkTime {
    std::int64_t hours_per_day = 8;
    std::int64_t days_per_week = 5;
};
// "P1W2DT3H" or "1w 2d 3h 30m", in working time.
std::optional<std::int64_t> work_seconds(std::string_view text, const WorkTime& work);

// The text nodes of an Atlassian document, paragraphs as lines.
std::string document_text(const json::Value& node);

} // namespace hb::mapping
