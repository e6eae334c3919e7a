#include "store/free_moves.h"

#include "base/text.h"
#include "store/source_rows.h"

namespace hb::store {
namespace {

std::vector<std::string> lines_in(const std::string& text) {
    std::vector<std::string> out;
    if (text.empty()) return out;
    for (const auto line : split(text, '\n')) out.emplace_back(line);
    return out;
}

} // namespace

std::vector<EntryBefore> FreeMoves::entries_before() const {
    return hb::store::all(db_.prepare(R"(
        SELECT entry, client, task, seconds, work_date, word, deleted FROM entries_before
         ORDER BY entry)"),
                          [](const Statement& row) {
                              Columns c(row);
                              EntryBefore out;
                              out.entry = c.integer();
                              out.client = c.integer_or_null();
                              out.task = c.integer();
                              out.seconds = c.integer();
                              out.work_date = c.day();
                              out.word = parse_word(c.text_or_null().value_or(""));
                              out.deleted = c.flag();
                              return out;
                          });
}

std::map<std::int64_t, TaskBefore> FreeMoves::tasks_before() const {
    auto& select = db_.prepare("SELECT task, known, tags, project FROM tasks_before");
    const Finally end(select);
    std::map<std::int64_t, TaskBefore> out;
    while (select.step()) {
        Columns c(select);
        const auto task = c.integer();
        TaskBefore before;
        before.known = c.flag();
        before.tags = lines_in(c.text());
        before.project = c.text();
        out.emplace(task, std::move(before));
    }
    return out;
}

void FreeMoves::forget_before() {
    for (const char* sql : {"DELETE FROM entries_before", "DELETE FROM tasks_before"})
        db_.prepare(sql).run();
}

std::map<FreeMoves::Key, domain::EntryMove> FreeMoves::all() const {
    auto& select = db_.prepare(
        "SELECT client, entry, was_seconds, was_amount, now_seconds, now_amount FROM free_moves");
    const Finally end(select);
    std::map<Key, domain::EntryMove> out;
    while (select.step()) {
        Columns c(select);
        const auto client = c.integer();
        domain::EntryMove move;
        move.entry = c.integer();
        move.was.seconds = c.integer();
        move.was.amount = c.integer();
        move.now.seconds = c.integer();
        move.now.amount = c.integer();
        out.emplace(Key(move.entry, client), move);
    }
    return out;
}

void FreeMoves::put(std::int64_t client, const domain::EntryMove& move, Instant now) {
    db_.prepare(R"(
        INSERT INTO free_moves(client, entry, was_seconds, was_amount, now_seconds, now_amount,
                               since)
        VALUES (:client, :entry, :was_seconds, :was_amount, :now_seconds, :now_amount, :now)
        ON CONFLICT(client, entry) DO UPDATE SET now_seconds = excluded.now_seconds,
               now_amount = excluded.now_amount)")
        .bind(":client", client)
        .bind(":entry", move.entry)
        .bind(":was_seconds", move.was.seconds)
        .bind(":was_amount", move.was.amount)
        .bind(":now_seconds", move.now.seconds)
        .bind(":now_amount", move.now.amount)
        .bind(":now", stored(now))
        .run();
}

void FreeMoves::drop(std::int64_t client, std::int64_t entry) {
    db_.prepare("DELETE FROM free_moves WHERE client = :client AND entry = :entry")
        .bind(":client", client)
        .bind(":entry", entry)
        .run();
}

void FreeMoves::drop_older(Instant than) {
    db_.prepare("DELETE FROM free_moves WHERE since <= :than").bind(":than", stored(than)).run();
}

std::vector<FreeMoves::Sum> FreeMoves::sums(Instant since) const {
    return hb::store::all(db_.prepare(R"(
        SELECT client, sum(max(was_seconds - now_seconds, 0)),
               sum(max(was_amount - now_amount, 0)), count(*), min(since)
          FROM free_moves WHERE since > :since GROUP BY client ORDER BY client)")
                              .bind(":since", stored(since)),
                          [](const Statement& row) {
                              Columns c(row);
                              Sum out;
                              out.client = c.integer();
                              out.lost.seconds = c.integer();
                              out.lost.amount = c.integer();
                              out.entries = c.integer();
                              out.since = c.instant();
                              return out;
                          });
}

} // namespace hb::store
