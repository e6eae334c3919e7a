#include "store/pulls.h"

#include "store/rows.h"

namespace hb::store {

void Pulls::add(const PullRow& row) {
    db_.prepare(R"(
        INSERT INTO pulls(remote, started, finished, cause, streams, requests, outcome)
        VALUES (:remote, :started, :finished, :cause, :streams, :requests, :outcome))")
        .bind(":remote", row.remote)
        .bind(":started", stored(row.started))
        .bind(":finished", stored(row.finished))
        .bind(":cause", row.cause)
        .bind(":streams", row.streams)
        .bind(":requests", row.requests)
        .bind(":outcome", row.outcome)
        .run();
    db_.prepare(R"(
        DELETE FROM pulls WHERE id <= (
            SELECT id FROM pulls WHERE remote = :remote ORDER BY id DESC LIMIT 1 OFFSET :kept)
           AND remote = :remote)")
        .bind(":remote", row.remote)
        .bind(":kept", kKept)
        .run();
}

std::vector<PullRow> Pulls::list(std::optional<std::int64_t> remote, std::int64_t limit) const {
    return all(db_.prepare(R"(
        SELECT id, remote, started, finished, cause, streams, requests, outcome FROM pulls
         WHERE :remote IS NULL OR remote = :remote ORDER BY id DESC LIMIT :limit)")
                   .bind(":remote", remote)
                   .bind(":limit", limit),
               [](const Statement& row) {
                   Columns c(row);
                   PullRow out;
                   out.id = c.integer();
                   out.remote = c.integer();
                   out.started = c.instant();
                   out.finished = c.instant();
                   out.cause = c.text();
                   out.streams = c.text();
                   out.requests = c.integer();
                   out.outcome = c.text();
                   return out;
               });
}

} // namespace hb::store
