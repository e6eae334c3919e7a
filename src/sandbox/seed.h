#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "sandbox/portal.h"

// Contents for a portal. Equal arguments give equal contents: the day is one of them, and nothing
// here asks a clock for it.
namespace hb::sandbox {

// The webhook of a seeded portal: /rest/1/sandbox/…, an administrator with every scope; and
// /rest/3/plain/…, a person without rights.
inline constexpr const char* kAdminToken = "sandbox";
inline constexpr const char* kPlainToken = "plain";

// What an empty portal needs before anything works: currencies, stages, fields, the two tokens and
// their owners.
void seed_basics(Portal& portal);

struct AgencySize {
    int tasks = 1200;
    int entries = 6000;
    int people = 25;
    int groups = 18;
};

// An agency with 18 months of work before the end of `as_of`.
void seed_agency(Portal& portal, Day as_of, std::uint64_t seed = 1, const AgencySize& size = {});

// Two of its clients, by name, and a month of work for each that lies in the month before `as_of`:
// done and closed, of two kinds, with a bug among it. What is shown with them ends alike on every
// date. REQUIRES: the agency is there
inline constexpr const char* kDemoClient = "Blue Harbor Inc.";
inline constexpr const char* kCardClient = "Nordlicht GmbH";
void seed_story(Portal& portal, Day as_of);

// Plain rows for benchmarks: `tasks` tasks and `entries` records over them; `gap` ids are left out
// after each record (as deletions would).
void seed_rows(Portal& portal, std::int64_t tasks, std::int64_t entries, std::int64_t gap = 0);

} // namespace hb::sandbox
