#include "store/unbilled.h"

#include "store/rows.h"

namespace hb::store {

std::vector<ClientTime> time_of_clients(Database& db) {
    return all(db.prepare(R"(
        SELECT e.client, sum(e.seconds), sum(iif(r.state = 0, e.seconds, 0)),
               sum(iif(r.state > 0, e.seconds, 0))
          FROM entries e LEFT JOIN reports r ON r.id = e.live_report
         WHERE e.deleted = 0 GROUP BY e.client ORDER BY e.client)"),
               [](const Statement& row) {
                   Columns c(row);
                   return ClientTime{c.integer_or_null(), c.integer(), c.integer(), c.integer()};
               });
}

std::vector<FreeTime> free_time_of_clients(Database& db) {
    return all(db.prepare(R"(
        SELECT client, sum(seconds) FROM entries INDEXED BY entries_free
         WHERE live_report IS NULL GROUP BY client ORDER BY client)"),
               [](const Statement& row) {
                   Columns c(row);
                   return FreeTime{c.integer_or_null(), c.integer()};
               });
}

std::vector<std::int64_t> maybe_held_clients(Database& db, std::int64_t longest) {
    return all(db.prepare(R"(
        SELECT e.client FROM entries e INDEXED BY entries_free
         WHERE e.live_report IS NULL AND e.seconds > :longest AND e.client IS NOT NULL
        UNION
        SELECT e.client FROM (SELECT remote, stream, remote_id FROM waiting WHERE asked = 1
                              UNION ALL
                              SELECT remote, stream, remote_id FROM not_shown
                               WHERE kept_by IS NULL) h
          JOIN entries e ON e.remote = h.remote AND e.remote_id = h.remote_id
         WHERE h.stream = 'entries' AND e.live_report IS NULL AND e.client IS NOT NULL
        UNION
        SELECT t.client FROM (SELECT remote, stream, remote_id FROM waiting WHERE asked = 1
                              UNION ALL
                              SELECT remote, stream, remote_id FROM not_shown
                               WHERE kept_by IS NULL) h
          JOIN tasks t ON t.remote = h.remote AND t.remote_id = h.remote_id
         WHERE h.stream = 'tasks' AND t.client IS NOT NULL
        UNION
        SELECT t.client FROM waiting w
          JOIN tasks t ON instr(char(10) || t.links || char(10),
                                char(10) || 'deal ' || w.remote_id || char(10)) > 0
         WHERE w.asked = 1 AND w.stream = 'deals' AND t.client IS NOT NULL
        UNION
        SELECT c.id FROM waiting w
          JOIN companies c ON c.remote = w.remote AND c.remote_id = w.remote_id
         WHERE w.asked = 1 AND w.stream = 'companies')")
                   .bind(":longest", longest),
               only_integer);
}

} // namespace hb::store
