#pragma once

#include "sandbox/seed.h"

// The seeds on a bare state, for callers that hold the portal's lock. Inner header.
namespace hb::sandbox {

std::vector<Token> seeded_tokens();
void fill_basics(State& state);
// REQUIRES: the basics are there
void fill_agency(State& state, std::uint64_t seed, const AgencySize& size, Day as_of,
                 int offset_minutes);
// REQUIRES: the agency is there
void fill_story(State& state, Day as_of, int offset_minutes);
void fill_rows(State& state, std::int64_t tasks, std::int64_t entries, std::int64_t gap,
               Seconds now);

} // namespace hb::sandbox
