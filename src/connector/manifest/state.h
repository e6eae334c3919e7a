#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connector/manifest/pager.h"
#include "domain/exchange.h"

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
    std::size_t listed = 0; // so many of them are listed now; the others are known from before
    std::size_t parent = 0; // the first of the group that is being read
    std::vector<std::string> refused; // parents that are not there, or not for us
    std::string parent_walk;          // cursor of the walk that collects them
    PagePlace place;
    std::vector<std::string> ids; // whose records are still to be fetched
    bool last_page = false;       // of those
    std::size_t part = 0;         // 0 the stream itself, then those of `also`
    bool in_parts = false;        // by `too_many`
    bool sums_done = false;
    std::optional<Instant> sums_at;
    std::map<std::string, std::string> sums; // month -> digest
    bool deleted_done = false;
    bool empty_once = false;           // an empty page is asked for once more before it is the end
    std::optional<std::int64_t> total; // told at the beginning of the list that is being read
    std::string doubt;                 // why this walk proves nothing (G49)
    std::optional<Instant> anew_at;    // when a refused position was dropped last (G50)

    // Not kept in a cursor.
    std::set<std::string> part_ids;  // that this list showed so far
    std::optional<Error> refused_at; // the position is refused
    domain::WalkEnd end;             // of a walk that is done

    void doubt_it(std::string why) {
        if (doubt.empty()) doubt = std::move(why);
    }
};

std::string to_cursor(const WalkState& state);
// nullopt for a text that is no cursor of ours.
std::optional<WalkState> from_cursor(std::string_view cursor);

} // namespace hb::connector::manifest
