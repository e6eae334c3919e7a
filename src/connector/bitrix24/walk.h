#pragma once

#include "connector/bitrix24/client.h"
#include "connector/bitrix24/cursor.h"
#include "connector/bitrix24/tables.h"

namespace hb::connector::bitrix24 {

// One step of a walk through a table: up to 50 pages in one batch, or up to 100 in two that are in
// flight together (G32); their answers checked, and the walk moved on. Everything a walk knows is
// in the Walk, so it goes on in another process. When one of two batches fails, what the other
// brought is kept, and the windows of the failed one stand in the Walk to be read again.
//
// Three ways of reading share a step:
//   windows  independent id ranges; a failed one is read again in a later step, a full one gives
//            its rows and leaves the rest of its range for later
//   chain    pages above `open`, each page beginning where the page before ended ($result[…]);
//            ends at the first short page, and what follows that page in the batch is thrown away
//   probe    the newest row, to learn how far there is to go and to prove that the end is the end
struct Step {
    std::vector<domain::SourceRecord> records;
    int requests = 1;
    bool complete = false;
};

enum class Role { Probe, Left, Fresh, Chain };

struct Planned {
    Role role = Role::Fresh;
    Window window;
    std::string key;
};

struct Batch {
    std::vector<Command> commands;
    std::vector<Planned> planned;
};

struct WalkFilter {
    std::string changed_since;
    std::string work_from, work_end;
};

Result<Step> walk_step(Client& client, const Table& table, const WalkFilter& filter, Walk& walk);

// The same in two halves, for a step that shares one request with others (heads.h).
struct PlannedStep {
    Walk moved; // as if all of it were answered
    bool probing = false, windows_first = false;
    std::vector<Batch> batches;
};
PlannedStep plan_step(const Table& table, const WalkFilter& filter, const Walk& walk, int lanes,
                      const std::string& name = "w");
// REQUIRES: planned for one lane; `reply` carried its commands
Result<Step> take_step(Client& client, const Table& table, PlannedStep planned,
                       const BatchReply& reply, Walk& walk);

// Walks that begin.
Walk begin_full(const Table& table);
// Everything above `high`, and what stands `overlap` ids below it once more.
Walk begin_above(std::int64_t high, std::int64_t overlap);
// Everything that the filter takes, as a chain.
Walk begin_chain(const std::string& kind);

} // namespace hb::connector::bitrix24
