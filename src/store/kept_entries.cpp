#include "store/kept_entries.h"

#include "store/rows.h"

namespace hb::store {

std::vector<KeptEntry> kept_entries(Database& db, std::int64_t remote, std::string_view task) {
    return all(db.prepare(R"(
        SELECT r.remote_id, r.text, r.hash, ifnull(r.problem, ''), e.seconds
          FROM tasks t CROSS JOIN entries e ON e.task = t.id
               CROSS JOIN records r ON r.remote = e.remote AND r.stream = 'entries'
                                   AND r.remote_id = e.remote_id
         WHERE t.remote = :remote AND t.remote_id = :task AND e.deleted = 0 AND r.gone = 0
         ORDER BY e.id)")
                   .bind(":remote", remote)
                   .bind_view(":task", task),
               [](const Statement& row) {
                   Columns c(row);
                   KeptEntry out;
                   out.record.stream = "entries";
                   out.record.id = c.text();
                   out.record.text = c.text();
                   out.record.hash = c.text();
                   out.problem = c.text();
                   out.seconds = c.integer();
                   return out;
               });
}

std::string task_of_entry(Database& db, std::int64_t remote, std::string_view entry) {
    return first(db.prepare(R"(
        SELECT t.remote_id FROM entries e JOIN tasks t ON t.id = e.task
         WHERE e.remote = :remote AND e.remote_id = :entry)")
                     .bind(":remote", remote)
                     .bind_view(":entry", entry),
                 only_text)
        .value_or("");
}

} // namespace hb::store
