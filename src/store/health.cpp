#include "store/health.h"
#include "store/connection.h"
#include "store/crm.h"
#include "store/op_lacks.h"
#include "store/rows.h"

namespace hb::store {
namespace {

std::vector<OpsHealth> read_ops(Database& db) {
    return all(db.prepare(R"(
        SELECT remote, state, count(*) FROM outbox WHERE superseded = 0
         GROUP BY remote, state ORDER BY remote, state)"),
               [](const Statement& row) {
                   Columns c(row);
                   return OpsHealth{c.integer(), c.text(), c.integer()};
               });
}

// An op that waits for another one is not late by itself.
std::map<std::int64_t, Instant> read_oldest_due(Database& db, Instant now) {
    std::map<std::int64_t, Instant> oldest;
    auto& select = db.prepare(R"(
        SELECT o.remote, min(o.due_at) FROM outbox o
         WHERE o.state IN ('pending','in_flight','uncertain') AND o.due_at <= :now
           AND o.superseded = 0
           AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.id = o.after AND b.state <> 'done')
         GROUP BY o.remote)");
    select.bind(":now", stored(now));
    const Finally end(select);
    while (select.step()) {
        Columns c(select);
        const auto remote = c.integer();
        oldest[remote] = c.instant();
    }
    return oldest;
}

// Wanted since the first op of its purpose that did not go out: a newer value takes the place of an
// older one, and the wait is that for both.
std::vector<HealthRows::Oldest> read_unfinished(Database& db) {
    return all(db.prepare(R"(
        SELECT o.remote, o.kind,
               min(ifnull((SELECT min(b.made_at) FROM outbox b
                            WHERE b.purpose = o.purpose AND b.superseded = 1 AND b.id < o.id
                              AND b.id > ifnull((SELECT max(c.id) FROM outbox c
                                                  WHERE c.purpose = o.purpose AND c.id < o.id
                                                    AND c.superseded = 0), 0)), o.made_at))
          FROM outbox o
         WHERE o.state IN ('pending', 'in_flight', 'uncertain', 'parked') AND o.superseded = 0
         GROUP BY o.remote, o.kind ORDER BY o.remote, o.kind)"),
               [](const Statement& row) {
                   Columns c(row);
                   HealthRows::Oldest oldest;
                   oldest.remote = c.integer();
                   oldest.kind = c.text();
                   oldest.wanted_at = c.instant();
                   return oldest;
               });
}

template <class Key, class Read>
std::map<Key, std::int64_t> counts(Statement& select, Read read_key) {
    std::map<Key, std::int64_t> out;
    const Finally end(select);
    while (select.step()) out[read_key(select)] = select.integer(1);
    return out;
}

} // namespace

// The walk that reads what changes is the one that runs with every poll; before there is one, the
// first full walk counts.
std::vector<StreamHealth> read_streams(Database& db) {
    return all(db.prepare(R"(
        SELECT c.remote, c.stream, max(c.page_at), max(c.completed_at),
               (SELECT count(*) FROM records r
                 WHERE r.remote = c.remote AND r.stream = c.stream AND r.problem IS NOT NULL)
          FROM cursors c WHERE c.reading IN ('full', 'changes')
         GROUP BY c.remote, c.stream ORDER BY c.remote, c.stream)"),
               [](const Statement& row) {
                   Columns c(row);
                   StreamHealth stream;
                   stream.remote = c.integer();
                   stream.stream = c.text();
                   stream.page_at = c.instant();
                   stream.completed_at = c.instant_or_null();
                   stream.problems = c.integer();
                   return stream;
               });
}

void shrink(Database& db) {
    Access::forget_statements(db);
    execute(db, "PRAGMA shrink_memory");
}

std::int64_t data_version(Database& db) {
    return first(db.prepare("PRAGMA data_version"), only_integer).value_or(0);
}

std::int64_t last_event(Database& db) {
    return first(db.prepare("SELECT ifnull(max(seq), 0) FROM events"), only_integer).value_or(0);
}

HealthRows read_health(Database& db, Instant now, const HealthNames& names) {
    const Snapshot moment(db);
    HealthRows out;
    out.remotes = Sources(db).remotes();
    out.streams = read_streams(db);
    out.ops = read_ops(db);
    out.lacking = OpLacks(db).waiting();
    out.oldest_due = read_oldest_due(db, now);
    out.unfinished = read_unfinished(db);
    out.breakers = Breakers(db).all();
    out.lacks = Lacks(db).all();
    out.stuck = OpTroubles(db).count_stuck();
    out.inbox = counts<std::string>(db.prepare("SELECT state, count(*) FROM inbox GROUP BY state"),
                                    only_text);
    out.oldest_letter =
        first(db.prepare("SELECT received_at FROM inbox WHERE state = 'new' ORDER BY id LIMIT 1"),
              [](const Statement& row) { return from_epoch_ms(row.integer(0)); });
    out.jobs = Jobs(db).list(std::nullopt);
    // Rows of these are never taken away, so the last number tells how many there are.
    out.rows = counts<std::string>(db.prepare(R"(
        SELECT 'records', ifnull(max(id), 0) FROM records
        UNION ALL SELECT 'tasks', ifnull(max(id), 0) FROM tasks
        UNION ALL SELECT 'entries', ifnull(max(id), 0) FROM entries
        UNION ALL SELECT 'reports', ifnull(max(id), 0) FROM reports
        UNION ALL SELECT 'outbox', ifnull(max(id), 0) FROM outbox
        UNION ALL SELECT 'events', ifnull(max(seq), 0) FROM events)"),
                                   only_text);
    out.reports =
        counts<int>(db.prepare("SELECT state, count(*) FROM reports GROUP BY state"),
                    [](const Statement& row) { return static_cast<int>(row.integer(0)); });
    out.asking = first(db.prepare("SELECT count(DISTINCT report) FROM questions "
                                  "WHERE ended_at IS NULL AND answered_at IS NULL"),
                       only_integer)
                     .value_or(0);
    Settings settings(db);
    out.restored = settings.get(0, names.restored);
    out.damaged = settings.get(0, names.damaged);
    for (const auto& remote : out.remotes)
        if (auto missing = settings.get(remote.id, names.refused))
            out.refused[remote.id] = {std::move(*missing),
                                      settings.written_at(remote.id, names.refused).value_or(now)};
    return out;
}

} // namespace hb::store
