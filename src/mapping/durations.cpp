#include "mapping/durations.h"

#include <array>

#include "base/text.h"

namespace hb::mapping {

namespace {

// Longer than any total that a planner shows; keeps every product far from overflow.
constexpr std::size_t kDigitsMax = 9;

std::optional<std::int64_t> digits(std::string_view text) {
    if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
    std::int64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

// Seconds of a fraction of something so long: "5" of an hour is half of it.
std::optional<std::int64_t> fraction(std::string_view decimals, std::int64_t length) {
    const auto part = digits(decimals);
    if (!part) return std::nullopt;
    std::int64_t scale = 1;
    for (std::size_t i = 0; i < decimals.size(); ++i) scale *= 10;
    return *part * length / scale;
}

// The part of an ISO 8601 duration before or after its "T": "6H50M" with the lengths of its
// letters. Only the last number may have a fraction.
std::optional<std::int64_t> iso_part(std::string_view text, std::string_view letters,
                                     const std::array<std::int64_t, 3>& lengths) {
    std::int64_t sum = 0;
    std::size_t next = 0; // letters come in their order
    while (!text.empty()) {
        const std::size_t cut = text.find_first_not_of("0123456789");
        if (cut == std::string_view::npos) return std::nullopt;
        const bool broken = text[cut] == '.' || text[cut] == ',';
        const std::size_t end = broken ? text.find_first_not_of("0123456789", cut + 1) : cut;
        if (end == std::string_view::npos) return std::nullopt;
        const auto number = digits(text.substr(0, cut));
        const std::size_t letter = letters.find(text[end], next);
        if (!number || letter == std::string_view::npos) return std::nullopt;
        const std::int64_t length = lengths.at(letter);
        sum += *number * length;
        if (broken) {
            const auto part = fraction(text.substr(cut + 1, end - cut - 1), length);
            if (!part || end + 1 != text.size()) return std::nullopt;
            sum += *part;
        }
        next = letter + 1;
        text.remove_prefix(end + 1);
    }
    return sum;
}

std::optional<std::int64_t> iso_duration(std::string_view text, std::int64_t week,
                                         std::int64_t day) {
    if (text.size() < 3 || text.front() != 'P') return std::nullopt;
    text.remove_prefix(1);
    const std::size_t t = text.find('T');
    if (t != std::string_view::npos && t + 1 == text.size()) return std::nullopt;
    const auto days = iso_part(text.substr(0, t), "WD", {week, day, 0});
    const auto clock = t == std::string_view::npos
                           ? std::optional<std::int64_t>(0)
                           : iso_part(text.substr(t + 1), "HMS", {3600, 60, 1});
    if (!days || !clock) return std::nullopt;
    return *days + *clock;
}

void collect(const json::Value& node, std::string& out, int depth) {
    if (depth > 50) return; // deeper than anybody nests lists
    const std::string type(node["type"].text_view().value_or(""));
    if (type == "text") out += node["text"].text_view().value_or("");
    if (type == "hardBreak") out += '\n';
    if (type == "mention" || type == "emoji") out += node["attrs"]["text"].text_view().value_or("");
    for (const json::Value& child : node["content"]) collect(child, out, depth + 1);
    const bool block = type == "paragraph" || type == "heading" || type == "codeBlock";
    if (block && !out.empty() && out.back() != '\n') out += '\n';
}

} // namespace

std::optional<std::int64_t> clock_seconds(std::string_view text) {
    const auto parts = split(text, ':');
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
    const auto hours = digits(parts[0]);
    const auto minutes = digits(parts[1]);
    const auto seconds = parts.size() == 3 ? digits(parts[2]) : std::optional<std::int64_t>(0);
    if (!hours || !minutes || !seconds || *minutes > 59 || *seconds > 59) return std::nullopt;
    return *hours * 3600 + *minutes * 60 + *seconds;
}

std::optional<std::int64_t> decimal_hours(std::string_view text) {
    const std::size_t point = text.find_first_of(".,");
    const auto whole = digits(text.substr(0, point));
    if (!whole) return std::nullopt;
    if (point == std::string_view::npos) return *whole * 3600;
    // More decimals than that are below a hundredth of a second.
    const std::string_view decimals = text.substr(point + 1).substr(0, 6);
    const auto part = digits(decimals);
    if (!part || !digits(text.substr(point + 1).substr(0, kDigitsMax))) return std::nullopt;
    std::int64_t scale = 1;
    for (std::size_t i = 0; i < decimals.size(); ++i) scale *= 10;
    const std::int64_t minutes = (*part * 60 * 2 + scale) / (2 * scale);
    return *whole * 3600 + minutes * 60;
}

std::optional<std::int64_t> iso_seconds(std::string_view text) {
    return iso_duration(text, 7 * 86400, 86400);
}

std::optional<std::int64_t> work_seconds(std::string_view text, const WorkTime& work) {
    const std::int64_t day = work.hours_per_day * 3600;
    const std::int64_t week = work.days_per_week * day;
    if (!text.empty() && text.front() == 'P') return iso_duration(text, week, day);
    std::int64_t sum = 0;
    std::size_t next = 0; // units come in their order, each once
    for (const std::string_view part : split(text, ' ')) {
        if (part.empty()) continue;
        const auto number = digits(part.substr(0, part.size() - 1));
        const std::size_t unit = std::string_view("wdhm").find(part.back(), next);
        if (!number || unit == std::string_view::npos) return std::nullopt;
        sum += *number * std::array<std::int64_t, 4>{week, day, 3600, 60}.at(unit);
        next = unit + 1;
    }
    return next == 0 ? std::nullopt : std::optional<std::int64_t>(sum);
}

std::string document_text(const json::Value& node) {
    std::string out;
    collect(node, out, 0);
    return std::string(trim(out));
}

} // namespace hb::mapping
