#include <algorithm>

#include <date/tz.h>

#include "base/text.h"
#include "base/time.h"

namespace hb {

namespace {

// The city of "Europe/Minsk"; nobody types the continent.
std::string city_of(std::string_view zone) {
    std::string city = fold_case(zone.substr(zone.rfind('/') + 1));
    std::replace(city.begin(), city.end(), '_', ' ');
    return city;
}

std::optional<std::string> meant_zone(std::string_view name,
                                      const std::vector<std::string>& zones) {
    const std::string city = city_of(name);
    for (const auto& zone : zones)
        if (zone.find('/') != std::string::npos && city_of(zone) == city) return zone;
    return nearest(name, zones);
}

Error unknown_zone(std::string_view name, const date::tzdb& zones) {
    std::vector<std::string> names;
    for (const date::time_zone& zone : zones.zones) names.push_back(zone.name());
    const auto near = meant_zone(name, names);
    return Error{Code::Usage, "unknown time zone \"" + shorten(name, 60) + "\"", "",
                 near ? "did you mean \"" + *near + "\"?" : "use a name like Europe/Minsk"};
}

// The null pointer stands for UTC, which needs no database.
const date::time_zone* zone_of(const void* zone) {
    return static_cast<const date::time_zone*>(zone);
}

} // namespace

Result<Zone> Zone::find(std::string_view name) {
    try {
        const date::tzdb& zones = date::get_tzdb();
        for (const date::time_zone& zone : zones.zones) {
            if (zone.name() != name) continue;
            // The library reads the zone's file at its first use; a broken file must show here.
            zone.get_info(date::sys_seconds{});
            return Zone(std::string(name), &zone);
        }
        return unknown_zone(name, zones);
    } catch (const std::exception& trouble) {
        return Error{Code::Machine, "the time zones of this machine can't be read", trouble.what(),
                     "install the package tzdata"};
    }
}

Zone Zone::utc() {
    return Zone("UTC", nullptr);
}

Day Zone::day_of(Instant instant) const {
    if (zone_ == nullptr) return std::chrono::floor<std::chrono::days>(instant);
    const auto local = zone_of(zone_)->to_local(instant);
    return Day(std::chrono::floor<std::chrono::days>(local).time_since_epoch());
}

Instant Zone::start_of(Day day) const {
    if (zone_ == nullptr) return day;
    // Where clocks jump over midnight the day begins at the jump; where midnight comes twice, at
    // the first.
    const date::local_time<std::chrono::milliseconds> midnight(day.time_since_epoch());
    return zone_of(zone_)->to_sys(midnight, date::choose::earliest);
}

} // namespace hb
