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

} // namespace hb
