#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "sandbox/portal.h"

// Contents for a portal. Equal arguments give equal contents.
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

// An agency with 18 months of work before `as_of` (default: today on the portal's clock).
void seed_agency(Portal& portal, std::uint64_t seed = 1, const AgencySize& size = {},
                 std::optional<Day> as_of = std::nullopt);

// Plain rows for benchmarks: `tasks` tasks and `entries` records over them; `gap` ids are left out
// after each record (as deletions would).
void seed_rows(Portal& portal, std::int64_t tasks, std::int64_t entries, std::int64_t gap = 0);

} // namespace hb::sandbox
