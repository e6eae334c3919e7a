#include "store/hidden.h"

#include "store/rows.h"

namespace hb::store {
namespace {

using domain::NotShown;

HiddenRow row_of(const Statement& row) {
    Columns c(row);
    HiddenRow out;
    out.remote = c.integer();
    out.stream = c.text();
    out.id = c.text();
    out.cause = static_cast<NotShown>(c.small());
    out.since = c.instant();
    out.kept_by = c.text_or_null();
    return out;
}

// What a person accepted of a draft without it holds no longer (G47).
void touch(Database& db, std::int64_t remote, std::string_view stream, std::string_view id) {
    if (stream != "entries" && stream != "tasks") return;
    db.prepare(stream == "entries" ? R"(
        INSERT INTO touched(client, remote)
        SELECT client, 0 FROM entries
         WHERE remote = :remote AND remote_id = :id AND client IS NOT NULL ON CONFLICT DO NOTHING)"
                                   : R"(
        INSERT INTO touched(client, remote)
        SELECT client, 0 FROM tasks
         WHERE remote = :remote AND remote_id = :id AND client IS NOT NULL ON CONFLICT DO NOTHING)")
        .bind(":remote", remote)
        .bind(":id", id)
        .run();
}

} // namespace

void Hidden::add(std::int64_t remote, std::string_view stream, const std::vector<std::string>& ids,
                 NotShown cause, Instant now) {
    for (const auto& id : ids)
        db_.prepare(R"(
            INSERT INTO not_shown(remote, stream, remote_id, cause, since)
            VALUES (:remote, :stream, :id, :cause, :now)
            ON CONFLICT DO UPDATE SET cause = excluded.cause
             WHERE cause <> excluded.cause AND cause <> :rights)")
            .bind(":remote", remote)
            .bind(":stream", stream)
            .bind(":id", id)
            .bind(":cause", static_cast<int>(cause))
            .bind(":rights", static_cast<int>(NotShown::Rights))
            .bind(":now", stored(now))
            .run();
}

void Hidden::drop(std::int64_t remote, std::string_view stream,
                  const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
        db_.prepare(R"(
            DELETE FROM not_shown WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
            .bind(":remote", remote)
            .bind(":stream", stream)
            .bind(":id", id)
            .run();
        if (db_.changes() > 0) touch(db_, remote, stream, id);
    }
}

bool Hidden::keep(std::int64_t remote, std::string_view stream, std::string_view id,
                  std::string_view reason, std::string_view actor) {
    db_.prepare(R"(
        UPDATE not_shown SET kept_by = :actor, reason = :reason
         WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
        .bind(":actor", actor)
        .bind(":reason", reason)
        .bind(":remote", remote)
        .bind(":stream", stream)
        .bind(":id", id)
        .run();
    return db_.changes() > 0;
}

bool Hidden::any(std::int64_t remote, std::string_view stream) const {
    return first(db_.prepare(R"(
        SELECT 1 FROM not_shown WHERE remote = :remote AND stream = :stream LIMIT 1)")
                     .bind(":remote", remote)
                     .bind(":stream", stream),
                 only_integer)
        .has_value();
}

std::map<std::string, HiddenRow> Hidden::of_stream(std::int64_t remote,
                                                   std::string_view stream) const {
    std::map<std::string, HiddenRow> out;
    for (auto& row : all(db_.prepare(R"(
        SELECT remote, stream, remote_id, cause, since, kept_by FROM not_shown
         WHERE remote = :remote AND stream = :stream)")
                             .bind(":remote", remote)
                             .bind(":stream", stream),
                         row_of))
        out.emplace(row.id, std::move(row));
    return out;
}

std::optional<HiddenRow> Hidden::find(std::int64_t remote, std::string_view stream,
                                      std::string_view id) const {
    return first(db_.prepare(R"(
        SELECT remote, stream, remote_id, cause, since, kept_by FROM not_shown
         WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
                     .bind(":remote", remote)
                     .bind(":stream", stream)
                     .bind(":id", id),
                 row_of);
}

std::vector<Hidden::Count> Hidden::counts() const {
    return all(db_.prepare(R"(
        SELECT remote, stream, cause, count(*), min(since) FROM not_shown WHERE kept_by IS NULL
         GROUP BY remote, stream, cause ORDER BY remote, stream, cause)"),
               [](const Statement& row) {
                   Columns c(row);
                   Count out;
                   out.remote = c.integer();
                   out.stream = c.text();
                   out.cause = static_cast<NotShown>(c.small());
                   out.records = c.integer();
                   out.since = c.instant();
                   return out;
               });
}

std::vector<Hidden::OnReport> Hidden::on_report(std::int64_t report) const {
    return all(db_.prepare(R"(
        SELECT m.name, coalesce(n.cause, h.cause), count(*), sum(e.seconds),
               min(coalesce(n.since, h.since))
          FROM entries e JOIN remotes m ON m.id = e.remote JOIN tasks t ON t.id = e.task
          LEFT JOIN not_shown n ON n.remote = e.remote AND n.stream = 'entries'
               AND n.remote_id = e.remote_id AND n.kept_by IS NULL
          LEFT JOIN not_shown h ON h.remote = t.remote AND h.stream = 'tasks'
               AND h.remote_id = t.remote_id AND h.kept_by IS NULL
         WHERE e.live_report = :report AND e.deleted = 0
           AND (n.remote IS NOT NULL OR h.remote IS NOT NULL)
         GROUP BY 1, 2 ORDER BY 1, 2)")
                   .bind(":report", report),
               [](const Statement& row) {
                   Columns c(row);
                   OnReport out;
                   out.remote = c.text();
                   out.cause = static_cast<NotShown>(c.small());
                   out.entries = c.integer();
                   out.seconds = c.integer();
                   out.since = c.instant();
                   return out;
               });
}

std::vector<std::int64_t> Hidden::entries_on_report(std::int64_t report) const {
    return all(db_.prepare(R"(
        SELECT e.id FROM entries e JOIN tasks t ON t.id = e.task
         WHERE e.live_report = :report AND e.deleted = 0
           AND (EXISTS (SELECT 1 FROM not_shown n WHERE n.remote = e.remote
                           AND n.stream = 'entries' AND n.remote_id = e.remote_id
                           AND n.kept_by IS NULL)
             OR EXISTS (SELECT 1 FROM not_shown n WHERE n.remote = t.remote
                           AND n.stream = 'tasks' AND n.remote_id = t.remote_id
                           AND n.kept_by IS NULL))
         ORDER BY e.id)")
                   .bind(":report", report),
               only_integer);
}

std::set<std::int64_t> Hidden::free_of(std::int64_t client) const {
    const auto ids = all(db_.prepare(R"(
        SELECT e.id FROM not_shown n
          JOIN entries e ON e.remote = n.remote AND e.remote_id = n.remote_id
         WHERE n.stream = 'entries' AND n.kept_by IS NULL AND e.client = :client AND e.live_report IS NULL
        UNION
        SELECT e.id FROM not_shown n
          JOIN tasks t ON t.remote = n.remote AND t.remote_id = n.remote_id
          JOIN entries e ON e.task = t.id
         WHERE n.stream = 'tasks' AND n.kept_by IS NULL AND e.client = :client AND e.live_report IS NULL)")
                             .bind(":client", client),
                         only_integer);
    return {ids.begin(), ids.end()};
}

std::vector<Hidden::Loss> Hidden::loss_by_client(std::int64_t remote,
                                                 const std::vector<std::string>& entries) const {
    std::map<std::int64_t, std::int64_t> lost;
    for (const auto& id : entries) {
        auto& select = db_.prepare(R"(
            SELECT client, seconds FROM entries
             WHERE remote = :remote AND remote_id = :id AND deleted = 0 AND client IS NOT NULL)");
        select.bind(":remote", remote).bind(":id", id);
        const Finally end(select);
        if (select.step()) lost[select.integer(0)] += select.integer(1);
    }
    std::vector<Loss> out;
    for (const auto& [client, seconds] : lost)
        out.push_back(*first(db_.prepare(R"(
            SELECT c.id, c.name, :lost,
                   (SELECT coalesce(sum(e.seconds), 0) FROM entries e
                      LEFT JOIN reports r ON r.id = e.live_report
                     WHERE e.client = c.id AND e.deleted = 0
                       AND (e.live_report IS NULL OR r.state = 0))
              FROM companies c WHERE c.id = :client)")
                                 .bind(":lost", seconds)
                                 .bind(":client", client),
                             [](const Statement& row) {
                                 Columns c(row);
                                 Loss loss;
                                 loss.client = c.integer();
                                 loss.name = c.text();
                                 loss.lost = c.integer();
                                 loss.open = c.integer();
                                 return loss;
                             }));
    return out;
}

} // namespace hb::store
