#include "store/source_rows.h"

namespace hb::store {

std::vector<std::string> Sources::ids_in_window(std::int64_t remote, Day from, Day to) const {
    auto& row = db_.prepare(R"(
        SELECT remote_id FROM entries
         WHERE remote = :remote AND deleted = 0
           AND (at >= :begin AND at < :end OR day BETWEEN :from AND :to))");
    row.bind(":remote", remote)
        .bind(":begin", to_epoch_ms(Instant{from}))
        .bind(":end", to_epoch_ms(Instant{to + std::chrono::days{1}}))
        .bind(":from", to_epoch_days(from))
        .bind(":to", to_epoch_days(to));
    std::vector<std::string> ids;
    while (row.step()) ids.push_back(row.text(0));
    return ids;
}

std::vector<std::string> Sources::known_ids(std::int64_t remote, std::string_view stream) const {
    auto& row = db_.prepare(R"(
        SELECT remote_id FROM records
         WHERE remote = :remote AND stream = :stream AND gone = 0 ORDER BY remote_id)");
    row.bind(":remote", remote).bind(":stream", stream);
    std::vector<std::string> ids;
    while (row.step()) ids.push_back(row.text(0));
    return ids;
}

bool Sources::has_unowned_none(std::int64_t remote) const {
    return first(db_.prepare(R"(
        SELECT 1 FROM tasks
         WHERE remote = :remote AND client IS NULL AND known = 1
           AND (remote_id = 'none' OR remote_id LIKE 'none-%') LIMIT 1)")
                     .bind(":remote", remote),
                 only_integer)
        .has_value();
}

std::vector<std::string> Sources::with_time(std::int64_t remote, std::string_view parents) const {
    auto& row = db_.prepare(parents == "users" ? R"(
        SELECT remote_id FROM persons WHERE id IN
               (SELECT DISTINCT person FROM entries WHERE remote = :remote AND deleted = 0)
         ORDER BY remote_id)"
                                               : R"(
        SELECT DISTINCT t.project FROM tasks t
         WHERE t.remote = :remote AND t.project <> ''
           AND EXISTS (SELECT 1 FROM entries e WHERE e.task = t.id AND e.deleted = 0)
         ORDER BY t.project)");
    row.bind(":remote", remote);
    std::vector<std::string> ids;
    while (row.step()) ids.push_back(row.text(0));
    return ids;
}

std::int64_t Sources::count_unproven(const std::vector<std::int64_t>& tasks) const {
    const Snapshot one(db_);
    std::int64_t count = 0;
    for (const std::int64_t task : tasks)
        count += first(db_.prepare(R"(
            SELECT ifnull(t.seconds_total, 0)
                   <> (SELECT ifnull(sum(seconds), 0) FROM entries WHERE task = t.id)
              FROM tasks t WHERE t.id = :task)")
                           .bind(":task", task),
                       only_integer)
                     .value_or(0);
    return count;
}

std::int64_t Sources::closed_without_time(std::int64_t client, Instant from, Instant until) const {
    return first(db_.prepare(R"(
        SELECT count(*) FROM tasks t
         WHERE t.client = :client AND t.closed >= :from AND t.closed < :until AND t.known = 1
           AND ifnull(t.seconds_total, 0) = 0
           AND NOT EXISTS (SELECT 1 FROM entries WHERE task = t.id))")
                     .bind(":client", client)
                     .bind(":from", to_epoch_ms(from))
                     .bind(":until", to_epoch_ms(until)),
                 [](const Statement& row) { return row.integer(0); })
        .value_or(0);
}

} // namespace hb::store
