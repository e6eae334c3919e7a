#pragma once

#include "bench/rig.h"

// Books of an agency that has worked for five years, written straight into the store: 180 clients
// with one project each, the first of them with a twentieth of all time; months older than half a
// year are on sent reports.
namespace hb::bench {

inline constexpr std::int64_t kClients = 180;
inline constexpr int kMonths = 60;
inline constexpr int kFreeMonths = 6; // the newest ones

void seed_agency(Rig& rig, std::int64_t entries);

} // namespace hb::bench
