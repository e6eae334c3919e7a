#include "store/op_lacks.h"

#include "store/rows.h"

namespace hb::store {
namespace {

OpLack row_of(const Statement& select) {
    Columns c(select);
    OpLack row;
    row.op = c.integer();
    row.method = c.text();
    row.about = c.text();
    row.own = c.flag();
    row.again = c.instant();
    return row;
}

} // namespace

void OpLacks::put(const OpLack& row) {
    db_.prepare(R"(
        INSERT INTO op_lacks(op, method, about, own, again_at)
        VALUES (:op, :method, :about, :own, :again)
        ON CONFLICT DO UPDATE SET method = excluded.method, about = excluded.about,
                                  own = excluded.own, again_at = excluded.again_at)")
        .bind(":op", row.op)
        .bind(":method", row.method)
        .bind(":about", row.about)
        .bind(":own", flag(row.own))
        .bind(":again", stored(row.again))
        .run();
}

std::optional<OpLack> OpLacks::find(std::int64_t op) const {
    return first(db_.prepare("SELECT op, method, about, own, again_at FROM op_lacks WHERE op = :op")
                     .bind(":op", op),
                 row_of);
}

std::optional<OpLack> OpLacks::of_purpose(std::int64_t remote, std::string_view purpose) const {
    return first(db_.prepare(R"(
        SELECT l.op, l.method, l.about, l.own, l.again_at
          FROM outbox o JOIN op_lacks l ON l.op = o.id
         WHERE o.purpose = :purpose AND o.remote = :remote
         ORDER BY l.op DESC LIMIT 1)")
                     .bind(":purpose", purpose)
                     .bind(":remote", remote),
                 row_of);
}

void OpLacks::forget(std::int64_t op) {
    db_.prepare("DELETE FROM op_lacks WHERE op = :op").bind(":op", op).run();
}

std::vector<OpLack> OpLacks::due(std::int64_t remote, Instant now) const {
    return all(db_.prepare(R"(
        SELECT l.op, l.method, l.about, l.own, l.again_at
          FROM op_lacks l JOIN outbox o ON o.id = l.op
         WHERE l.again_at <= :now AND o.remote = :remote AND o.state = 'parked'
           AND o.superseded = 0
         ORDER BY l.op)")
                   .bind(":now", stored(now))
                   .bind(":remote", remote),
               row_of);
}

bool OpLacks::any(std::int64_t remote) const {
    return first(db_.prepare(R"(
        SELECT 1 FROM op_lacks l JOIN outbox o ON o.id = l.op
         WHERE o.remote = :remote AND o.state = 'parked' AND o.superseded = 0)")
                     .bind(":remote", remote),
                 only_integer)
        .has_value();
}

std::map<std::int64_t, std::int64_t> OpLacks::waiting() const {
    auto& select = db_.prepare(R"(
        WITH RECURSIVE waiting(op, remote) AS (
            SELECT o.id, o.remote FROM op_lacks l JOIN outbox o ON o.id = l.op
             WHERE o.state = 'parked' AND o.superseded = 0
            UNION
            SELECT o.id, o.remote FROM waiting w JOIN outbox o ON o.after = w.op
             WHERE o.state = 'parked' AND o.attempts = 0 AND o.superseded = 0)
        SELECT remote, count(*) FROM waiting GROUP BY remote)");
    std::map<std::int64_t, std::int64_t> out;
    const Finally end(select);
    while (select.step()) out[select.integer(0)] = select.integer(1);
    return out;
}

std::vector<OpLack> OpLacks::of(std::int64_t remote, std::string_view method,
                                std::string_view about) const {
    return all(db_.prepare(R"(
        SELECT l.op, l.method, l.about, l.own, l.again_at
          FROM op_lacks l JOIN outbox o ON o.id = l.op
         WHERE l.method = :method AND l.about = :about AND o.remote = :remote
           AND o.state = 'parked' AND o.superseded = 0
         ORDER BY l.op)")
                   .bind(":method", method)
                   .bind(":about", about)
                   .bind(":remote", remote),
               row_of);
}

} // namespace hb::store
