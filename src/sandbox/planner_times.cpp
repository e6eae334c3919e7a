#include <cstdio>

#include "base/text.h"
#include "base/time.h"
#include "sandbox/planner_facts.h"

// Days, moments and durations in the forms of the vendors.
namespace hb::sandbox {

namespace {

constexpr std::int64_t kMilliseconds = 100'000'000'000; // a larger number is in milliseconds

// "2025-01-10T09:30:00.123+0200", with a space or a T, an offset or none (UTC).
std::optional<Seconds> read_wall(std::string_view text) {
    const auto day = parse_day(text.substr(0, 10));
    if (!day) return std::nullopt;
    Seconds at = to_epoch_days(*day) * 86400;
    if (text.size() < 16) return at;
    const auto part = [&](std::size_t from) {
        return parse_integer(text.substr(from, 2)).value_or(0);
    };
    at += part(11) * 3600 + part(14) * 60;
    if (text.size() >= 19 && text[16] == ':') at += part(17);
    const std::size_t sign = text.find_first_of("+-", 16);
    if (sign == std::string_view::npos || text.size() < sign + 5) return at;
    const std::size_t minutes = text[sign + 3] == ':' ? sign + 4 : sign + 3;
    const Seconds offset = part(sign + 1) * 3600 + part(minutes) * 60;
    return text[sign] == '-' ? at + offset : at - offset;
}

std::string dashed(std::string_view day, std::size_t year, std::size_t month, std::size_t date) {
    return std::string{day.substr(year, 4)} + "-" + std::string{day.substr(month, 2)} + "-" +
           std::string{day.substr(date, 2)};
}

std::string two(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string iso_duration(std::int64_t seconds) {
    std::string out = "PT";
    if (seconds >= 3600) out += std::to_string(seconds / 3600) + "H";
    if (seconds / 60 % 60 != 0) out += std::to_string(seconds / 60 % 60) + "M";
    if (seconds % 60 != 0 || out == "PT") out += std::to_string(seconds % 60) + "S";
    return out;
}

std::optional<std::int64_t> read_iso_duration(std::string_view text) {
    if (!text.starts_with("PT")) return std::nullopt;
    std::int64_t total = 0, number = 0;
    for (const char c : text.substr(2)) {
        if (c >= '0' && c <= '9') {
            number = number * 10 + (c - '0');
            continue;
        }
        if (c != 'H' && c != 'M' && c != 'S') return std::nullopt;
        total += number * (c == 'H' ? 3600 : c == 'M' ? 60 : 1);
        number = 0;
    }
    return total;
}

std::optional<std::int64_t> read_clock(std::string_view text) {
    const auto parts = split(text, ':');
    if (parts.size() != 2) return std::nullopt;
    const auto hours = parse_integer(parts[0]), minutes = parse_integer(parts[1]);
    if (!hours || !minutes) return std::nullopt;
    return *hours * 3600 + *minutes * 60;
}

Tree number_like(const Tree& like, std::int64_t number) {
    return like.kind() == Tree::Kind::Text ? Tree::text(std::to_string(number))
                                           : Tree::number(number);
}

} // namespace

std::optional<Seconds> read_time(const Tree& value) {
    if (value.is_branch()) return std::nullopt;
    if (const auto number = parse_integer(value.str()))
        return *number > kMilliseconds ? *number / 1000 : *number;
    return value.kind() == Tree::Kind::Text ? read_wall(value.str()) : std::nullopt;
}

std::string read_day(const Tree& value) {
    if (parse_day(value.str().substr(0, 10)).ok()) return value.str().substr(0, 10);
    const auto at = read_time(value);
    return at ? format_day(from_epoch_days(*at / 86400)) : std::string{};
}

std::optional<Seconds> read_sent_time(std::string_view text) {
    if (const auto number = parse_integer(text))
        return *number > kMilliseconds ? *number / 1000 : *number;
    if (text.size() == 10 && text[2] == '.') return read_wall(dashed(text, 6, 3, 0));
    if (text.size() >= 10 && text[4] == '/')
        return read_wall(dashed(text, 0, 5, 8) + std::string{text.substr(10)});
    return read_wall(text);
}

std::optional<std::int64_t> read_duration(const Tree& value, std::string_view unit) {
    const std::string text = value.str();
    if (unit == "iso") return read_iso_duration(text);
    if (unit == "clock") return read_clock(text);
    const auto amount = read_decimal(text);
    if (!amount) return std::nullopt;
    if (unit == "hours") return (*amount * 3600 + kMicro / 2) / kMicro;
    if (unit == "minutes") return *amount * 60 / kMicro;
    return unit == "ms" ? *amount / 1000 / kMicro : *amount / kMicro;
}

Tree write_duration(const Tree& like, std::string_view unit, std::int64_t seconds) {
    if (unit == "iso") return Tree::text(iso_duration(seconds));
    if (unit == "clock")
        return Tree::text(std::to_string(seconds / 3600) + ":" + two(seconds / 60 % 60));
    if (unit == "hours") // two decimals, as these planners keep them
        return Tree::digits(write_number(round_to(divide(seconds * kMicro, 3600 * kMicro), 2)));
    if (unit == "minutes") return number_like(like, seconds / 60);
    return number_like(like, unit == "ms" ? seconds * 1000 : seconds);
}

Tree write_id(const Tree& like, std::string_view id) {
    const std::string before = like.str();
    const std::size_t slash = before.rfind('/');
    if (like.kind() == Tree::Kind::Text && slash != std::string::npos)
        return Tree::text(before.substr(0, slash + 1) + std::string{id});
    const auto number = parse_integer(id);
    return like.kind() == Tree::Kind::Number && number ? Tree::number(*number)
                                                       : Tree::text(std::string{id});
}

Tree write_time(const Tree& like, Seconds at) {
    if (const auto number = parse_integer(like.str()))
        return number_like(like, *number > kMilliseconds ? at * 1000 : at);
    const std::string before = like.str();
    if (before.size() <= 10) return Tree::text(format_day(from_epoch_days(at / 86400)));
    // The offset that stood there stays, so that the planner's clock does not change.
    const auto then = read_wall(before);
    const auto wall = read_wall(before.substr(0, 19));
    const Seconds offset = then && wall ? *wall - *then : 0;
    std::string text = format_instant(from_epoch_seconds(at + offset));
    return Tree::text(text.substr(0, 19) + before.substr(std::min<std::size_t>(19, before.size())));
}

std::string bare_id(std::string_view id) {
    const std::size_t slash = id.rfind('/');
    return std::string{slash == std::string_view::npos ? id : id.substr(slash + 1)};
}

} // namespace hb::sandbox
