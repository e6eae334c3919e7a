#pragma once

#include <chrono>
#include <string>

#include "app/config.h"

// Night work of many installations on one host does not begin in the same minute: each one's begins
// later by minutes that are a hash of its public_url (without one, of data_dir), so they are the
// same each night and after each start.
namespace hb::app {

// From 0 to one less than night_spread_minutes.
std::chrono::minutes night_delay(const Config& config);
// "23:50" and 20 minutes: ten past midnight.
std::chrono::minutes later_at_night(const std::string& time, std::chrono::minutes delay);
// For people: "night work begins 23 min after its time: backup 02:53, …"; "" nothing is put off.
std::string night_words(const Config& config);

} // namespace hb::app
