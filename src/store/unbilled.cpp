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

} // namespace hb::store
