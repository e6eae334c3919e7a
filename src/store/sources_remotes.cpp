#include "store/rows.h"
#include "store/sources.h"

// Remotes, how far they are read, and the counters that number pulls.
namespace hb::store {

namespace {

Remote remote_of(const Statement& row) {
    Columns c(row);
    return Remote{c.integer(), c.text(), c.text(), c.text()};
}

StreamState state_of(const Statement& row) {
    Columns c(row);
    return StreamState{c.text(), c.text(), c.text(), c.integer(), c.instant(), c.instant_or_null()};
}

// What people decided names things by reference, and references begin with the remote's name. A
// payment under the old name would be read from the CRM once more and counted twice.
void rename_in_decisions(Database& db, std::string_view from, std::string_view to) {
    for (
        const char* sql : {
            R"(UPDATE links SET subject = :to || substr(subject, length(:from) + 1)
                 WHERE substr(subject, 1, length(:from) + 1) = :from || ':')",
            R"(UPDATE links SET target = :to || substr(target, length(:from) + 1)
                 WHERE substr(target, 1, length(:from) + 1) = :from || ':')",
            R"(UPDATE adoptions SET subject = :to || substr(subject, length(:from) + 1)
                 WHERE substr(subject, 1, length(:from) + 1) = :from || ':')",
            R"(UPDATE presets SET filter = replace(filter, '"' || :from || ':', '"' || :to || ':'))",
            R"(UPDATE reports SET filter = replace(filter, '"' || :from || ':', '"' || :to || ':'))",
            R"(UPDATE payments SET ref = :to || substr(ref, length(:from) + 1)
                 WHERE source = :from AND substr(ref, 1, length(:from) + 1) = :from || ':')",
            R"(UPDATE payments SET source = :to WHERE source = :from)",
        })
        db.prepare(sql).bind(":from", from).bind(":to", to).run();
}

} // namespace

std::optional<Remote> Sources::find_remote(std::string_view name) const {
    return first(db_.prepare(R"(
        SELECT id, name, connector, account FROM remotes WHERE name = :name)")
                     .bind(":name", name),
                 remote_of);
}

std::optional<Remote> Sources::find_account(std::string_view account) const {
    return first(db_.prepare(R"(
        SELECT id, name, connector, account FROM remotes WHERE account = :account)")
                     .bind(":account", account),
                 remote_of);
}

std::vector<Remote> Sources::remotes() const {
    return all(db_.prepare("SELECT id, name, connector, account FROM remotes ORDER BY id"),
               remote_of);
}

Remote Sources::add_remote(std::string_view name, std::string_view connector,
                           std::string_view account, Instant now) {
    db_.prepare(R"(
        INSERT INTO remotes(name, connector, account, first_seen)
        VALUES (:name, :connector, :account, :now))")
        .bind(":name", name)
        .bind(":connector", connector)
        .bind(":account", account)
        .bind(":now", stored(now))
        .run();
    return Remote{db_.last_insert_id(), std::string(name), std::string(connector),
                  std::string(account)};
}

void Sources::rename_remote(std::int64_t id, std::string_view name) {
    const auto old =
        first(db_.prepare("SELECT name FROM remotes WHERE id = :id").bind(":id", id), only_text);
    db_.prepare("UPDATE remotes SET name = :name WHERE id = :id")
        .bind(":name", name)
        .bind(":id", id)
        .run();
    if (old) rename_in_decisions(db_, *old, name);
}

void Sources::move_remote(std::int64_t id, std::string_view account) {
    db_.prepare("UPDATE remotes SET account = :account WHERE id = :id")
        .bind(":account", account)
        .bind(":id", id)
        .run();
}

std::optional<StreamState> Sources::find_cursor(std::int64_t remote, std::string_view stream,
                                                std::string_view reading) const {
    return first(db_.prepare(R"(
        SELECT stream, reading, cursor, run, page_at, completed_at FROM cursors
         WHERE remote = :remote AND stream = :stream AND reading = :reading)")
                     .bind(":remote", remote)
                     .bind(":stream", stream)
                     .bind(":reading", reading),
                 state_of);
}

void Sources::keep_cursor(std::int64_t remote, const StreamState& state) {
    db_.prepare(R"(
        INSERT INTO cursors(remote, stream, reading, cursor, run, page_at, completed_at)
        VALUES (:remote, :stream, :reading, :cursor, :run, :page_at, :completed_at)
        ON CONFLICT DO UPDATE SET cursor = excluded.cursor, run = excluded.run,
          page_at = excluded.page_at, completed_at = excluded.completed_at
         WHERE (cursor, run, page_at, completed_at) IS NOT
               (excluded.cursor, excluded.run, excluded.page_at, excluded.completed_at))")
        .bind(":remote", remote)
        .bind(":stream", state.stream)
        .bind(":reading", state.reading)
        .bind(":cursor", state.cursor)
        .bind(":run", state.run)
        .bind(":page_at", stored(state.page_at))
        .bind(":completed_at", stored(state.completed_at))
        .run();
}

void Sources::drop_cursors(std::int64_t remote, std::string_view stream) {
    db_.prepare("DELETE FROM cursors WHERE remote = :remote AND stream = :stream")
        .bind(":remote", remote)
        .bind(":stream", stream)
        .run();
}

std::vector<StreamState> Sources::cursors(std::int64_t remote) const {
    return all(db_.prepare(R"(
        SELECT stream, reading, cursor, run, page_at, completed_at FROM cursors
         WHERE remote = :remote ORDER BY stream, reading)")
                   .bind(":remote", remote),
               state_of);
}

std::int64_t Sources::next_sequence(std::string_view name) {
    return first(db_.prepare(R"(
        INSERT INTO sequences(name, last) VALUES (:name, 1)
        ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last)")
                     .bind(":name", name),
                 only_integer)
        .value();
}

std::int64_t Sources::current_sequence(std::string_view name) const {
    return first(db_.prepare("SELECT last FROM sequences WHERE name = :name").bind(":name", name),
                 only_integer)
        .value_or(0);
}

} // namespace hb::store
