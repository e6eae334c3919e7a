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

} // namespace

std::optional<Remote> Sources::find_remote(std::string_view name) {
    return first(db_.prepare(R"(
        SELECT id, name, connector, account FROM remotes WHERE name = :name)")
                     .bind(":name", name),
                 remote_of);
}

std::optional<Remote> Sources::find_account(std::string_view account) {
    return first(db_.prepare(R"(
        SELECT id, name, connector, account FROM remotes WHERE account = :account)")
                     .bind(":account", account),
                 remote_of);
}

std::vector<Remote> Sources::remotes() {
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
    db_.prepare("UPDATE remotes SET name = :name WHERE id = :id")
        .bind(":name", name)
        .bind(":id", id)
        .run();
}

void Sources::move_remote(std::int64_t id, std::string_view account) {
    db_.prepare("UPDATE remotes SET account = :account WHERE id = :id")
        .bind(":account", account)
        .bind(":id", id)
        .run();
}

std::optional<StreamState> Sources::find_cursor(std::int64_t remote, std::string_view stream,
                                                std::string_view reading) {
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

std::vector<StreamState> Sources::cursors(std::int64_t remote) {
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

std::int64_t Sources::current_sequence(std::string_view name) {
    return first(db_.prepare("SELECT last FROM sequences WHERE name = :name").bind(":name", name),
                 only_integer)
        .value_or(0);
}

} // namespace hb::store
