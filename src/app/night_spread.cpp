#include "app/night_spread.h"

#include "app/wiring.h"
#include "base/digest.h"

namespace hb::app {
namespace {

constexpr std::chrono::minutes kDay{24 * 60};

// 28 bits of the digest: enough that every minute is as likely as the next.
std::int64_t number_of(const std::string& name) {
    return std::stoll(sha256_hex("night " + name).substr(0, 7), nullptr, 16);
}

std::string shown(std::chrono::minutes time) {
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(time.count() / 60) + ":" + two(time.count() % 60);
}

} // namespace

std::chrono::minutes night_delay(const Config& config) {
    if (config.night_spread_minutes <= 0) return std::chrono::minutes{0};
    const auto& name = config.public_url.empty() ? config.data_dir : config.public_url;
    return std::chrono::minutes{number_of(name) % config.night_spread_minutes};
}

std::chrono::minutes later_at_night(const std::string& time, std::chrono::minutes delay) {
    return (clock_time(time) + delay) % kDay;
}

std::string night_words(const Config& config) {
    const auto delay = night_delay(config);
    if (delay.count() == 0) return "";
    std::string out = "night work begins " + std::to_string(delay.count()) + " min after its time:";
    if (config.backup) out += " backup " + shown(later_at_night(config.backup->at, delay)) + ",";
    for (const auto& remote : config.remotes)
        out += " " + remote.name + " " + shown(later_at_night(remote.reconcile_at, delay)) + ",";
    out.pop_back();
    return out + " (night_spread_minutes)";
}

} // namespace hb::app
