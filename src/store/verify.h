#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/outbox.h"

// The checks of `hourbridge verify`, shared by its two sources.
namespace hb::store {

// Runs a SELECT whose rows each name one thing that is wrong, in words; none means all is well. A
// SELECT for more than this many would not help the reader either.
inline constexpr int kWrongShown = 5;
Check none_of(Database& db, const char* name, const char* sql);
Check from_findings(const char* name, const std::vector<std::string>& findings);

std::vector<Check> verify_entries(Database& db);     // facts and who holds them
std::vector<Check> verify_bills(Database& db);       // reports, lines, revisions, payments
std::vector<Check> verify_corrections(Database& db); // what changed after billing
// All of them; `about_to` hears what comes next, for a person who waits.
using AboutTo = std::function<void(const char* part)>;
std::vector<Check> verify_books(Database& db, const AboutTo& about_to);

} // namespace hb::store
