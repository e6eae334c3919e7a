#include "base/ensure.h"
#include "store/outbox.h"
#include "store/rows.h"

// Webhooks, stored before they are answered.
namespace hb::store {

namespace {

Inbox::Row row_of(const Statement& select) {
    Columns c(select);
    return {c.integer(), c.integer_or_null(), c.instant(), c.text(), c.text(), c.text()};
}

} // namespace

bool Inbox::add(std::optional<std::int64_t> remote, std::string_view dedupe, std::string_view body,
                Instant now) {
    db_.prepare(R"(
        INSERT INTO inbox(remote, received_at, dedupe, body, state)
        VALUES (:remote, :now, :dedupe, :body, 'new')
        ON CONFLICT (dedupe) DO NOTHING)")
        .bind(":remote", remote)
        .bind(":now", stored(now))
        .bind(":dedupe", dedupe)
        .bind_blob(":body", body)
        .run();
    return db_.changes() > 0;
}

std::vector<Inbox::Row> Inbox::list(std::string_view state, std::int64_t limit) const {
    return all(db_.prepare(R"(
        SELECT id, remote, received_at, body, state, last_error FROM inbox
         WHERE state = :state ORDER BY id LIMIT :limit)")
                   .bind(":state", state)
                   .bind(":limit", limit),
               row_of);
}

// `state = 'new'` is in the text: only so is the partial index used.
std::vector<Inbox::Row> Inbox::fresh(std::int64_t limit) const {
    return all(db_.prepare(R"(
        SELECT id, remote, received_at, body, state, last_error FROM inbox
         WHERE state = 'new' ORDER BY id LIMIT :limit)")
                   .bind(":limit", limit),
               row_of);
}

std::optional<Inbox::Row> Inbox::find(std::int64_t id) const {
    return first(db_.prepare(R"(
        SELECT id, remote, received_at, body, state, last_error FROM inbox WHERE id = :id)")
                     .bind(":id", id),
                 row_of);
}

void Inbox::settle(std::int64_t id, std::string_view state, std::string_view error) {
    db_.prepare("UPDATE inbox SET state = :state, last_error = :error WHERE id = :id")
        .bind(":state", state)
        .bind(":error", error)
        .bind(":id", id)
        .run();
    ensure(db_.changes() == 1, "settling a webhook that is not there");
}

std::int64_t Inbox::forget(Instant until) {
    db_.prepare("DELETE FROM inbox WHERE state <> 'new' AND received_at < :until")
        .bind(":until", stored(until))
        .run();
    return db_.changes();
}

} // namespace hb::store
