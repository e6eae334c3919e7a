#pragma once

#include "desk/floor.h"

// The list "needs mapping": what waits for somebody to say whose it is (G13, M-S11).
namespace hb::desk {

struct NeededRow {
    std::string ref, name;
    std::int64_t tasks = 0, entries = 0, seconds = 0;
    std::string why;
    struct Candidate {
        std::string ref, name;
        int likeness = 0; // 0..100
    };
    std::vector<Candidate> candidates; // the likest first
};
struct Needed {
    // Projects, and tasks without one, whose time belongs to no client; the most time first.
    std::vector<NeededRow> work;
    std::int64_t entries = 0, seconds = 0; // of all of it
    // People whose free time is paid by rates that name people, and who are nobody there.
    std::vector<NeededRow> people;
    // A rule by name would link this many projects at once, by remote.
    std::map<std::string, std::int64_t> by_name;
};
Needed links_needed(const Reading& read);

} // namespace hb::desk
