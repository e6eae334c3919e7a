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
// "PT6H50M", "P1DT2H"; days are 24 hours, months and years have no length.
std::optional<std::int64_t> iso_seconds(std::string_view text);

// The text nodes of an Atlassian document, paragraphs as lines.
std::string document_text(const json::Value& node);

} // namespace hb::mapping
