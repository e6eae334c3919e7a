#include "base/wall_clock.h"

#include <string>

#include <date/tz.h>

namespace hb {

std::optional<Instant> moment_of_wall_clock(std::string_view text, const Zone& zone) {
    constexpr std::size_t kToTheSecond = 19;
    if (text.size() < kToTheSecond) return std::nullopt;
    std::string shown(text.substr(0, kToTheSecond));
    if (shown[10] == ' ') shown[10] = 'T';
    const auto as_utc = parse_instant(shown + "Z");
    if (!as_utc) return std::nullopt;
    if (zone.name() == "UTC") return *as_utc;
    const date::local_time<std::chrono::milliseconds> local(as_utc->time_since_epoch());
    return date::locate_zone(zone.name())->to_sys(local, date::choose::earliest);
}

std::chrono::seconds offset_at(const Zone& zone, Instant instant) {
    if (zone.name() == "UTC") return std::chrono::seconds{0};
    return date::locate_zone(zone.name())->get_info(instant).offset;
}

std::string wall_clock_text(Instant instant, const Zone& zone) {
    const auto offset = offset_at(zone, instant);
    std::string out = format_instant(instant + offset);
    out[10] = ' ';
    out.pop_back();
    if (zone.name() == "UTC") return out + " UTC";
    const auto minutes = std::chrono::abs(offset).count() / 60;
    const auto two = [](std::int64_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return out + (offset < std::chrono::seconds{0} ? " -" : " +") + two(minutes / 60) + ":" +
           two(minutes % 60);
}

std::string in_wall_clock(std::string text, const Zone& zone) {
    constexpr std::size_t kMoment = 20; // "2026-03-05T13:41:59Z"
    if (text.size() < kMoment || text[kMoment - 1] != 'Z') return text;
    const auto instant = parse_instant(text.substr(0, kMoment));
    return instant ? wall_clock_text(*instant, zone) + text.substr(kMoment) : text;
}

} // namespace hb
