#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connector/manifest/pager.h"

// Where a walk stands: what a cursor holds.
namespace hb::connector::manifest {

struct Span { // of work days, both included
    Day from{};
    Day to{};
};

struct WalkState {
    bool full = false;
    bool done = false;
    Instant begun{};              // of this walk
    std::optional<Instant> since; // when the last finished walk began
    std::vector<Span> spans;      // still to be read, the current one last
    std::vector<std::string> parents;
    bool have_parents = false;
    std::size_t parent = 0;  // the first of the group that is being read
    std::string parent_walk; // cursor of the walk that collects them
    PagePlace place;
    std::vector<std::string> ids; // whose records are still to be fetched
    bool last_page = false;       // of those
    std::size_t part = 0;         // 0 the stream itself, then those of `also`
    bool in_parts = false;        // by `too_many`
    bool sums_done = false;
    std::optional<Instant> sums_at;
    std::map<std::string, std::string> sums; // month -> digest
    bool deleted_done = false;
};

std::string to_cursor(const WalkState& state);
// nullopt for a text that is no cursor of ours.
std::optional<WalkState> from_cursor(std::string_view cursor);

} // namespace hb::connector::manifest
