#include "store/draft_moves.h"

#include <map>

#include "store/rows.h"

namespace hb::store {

std::vector<domain::EntryMove> DraftMoves::of(std::int64_t report) const {
    return all(db_.prepare(R"(
        SELECT entry, was_seconds, was_amount, now_seconds, now_amount FROM draft_moves
         WHERE report = :report ORDER BY entry)")
                   .bind(":report", report),
               [](const Statement& row) {
                   Columns c(row);
                   domain::EntryMove out;
                   out.entry = c.integer();
                   out.was.seconds = c.integer();
                   out.was.amount = c.integer();
                   out.now.seconds = c.integer();
                   out.now.amount = c.integer();
                   return out;
               });
}

std::optional<Instant> DraftMoves::since(std::int64_t report) const {
    auto& select = db_.prepare("SELECT min(since) FROM draft_moves WHERE report = :report")
                       .bind(":report", report);
    const Finally end(select);
    if (!select.step() || select.is_null(0)) return std::nullopt;
    return from_epoch_ms(select.integer(0));
}

void DraftMoves::replace(std::int64_t report, const std::vector<domain::EntryMove>& moves,
                         Instant now) {
    std::map<std::int64_t, domain::EntryMove> gone;
    for (const auto& move : of(report)) gone[move.entry] = move;
    for (const auto& move : moves) {
        const auto known = gone.find(move.entry);
        const bool same = known != gone.end() && known->second == move;
        if (known != gone.end()) gone.erase(known);
        if (same) continue;
        db_.prepare(R"(
            INSERT INTO draft_moves(report, entry, was_seconds, was_amount, now_seconds, now_amount,
                                    since)
            VALUES (:report, :entry, :was_seconds, :was_amount, :now_seconds, :now_amount, :since)
            ON CONFLICT(report, entry) DO UPDATE SET now_seconds = excluded.now_seconds,
                   now_amount = excluded.now_amount)")
            .bind(":report", report)
            .bind(":entry", move.entry)
            .bind(":was_seconds", move.was.seconds)
            .bind(":was_amount", move.was.amount)
            .bind(":now_seconds", move.now.seconds)
            .bind(":now_amount", move.now.amount)
            .bind(":since", stored(now))
            .run();
    }
    for (const auto& [entry, move] : gone)
        db_.prepare("DELETE FROM draft_moves WHERE report = :report AND entry = :entry")
            .bind(":report", report)
            .bind(":entry", entry)
            .run();
}

void DraftMoves::forget(std::int64_t report) {
    forget_recount(report);
    db_.prepare("DELETE FROM draft_moves WHERE report = :report").bind(":report", report).run();
    db_.prepare("DELETE FROM draft_accepted WHERE report = :report").bind(":report", report).run();
}

std::optional<DraftMoves::Accepted> DraftMoves::accepted(std::int64_t report,
                                                         std::string_view code) const {
    return first(db_.prepare(R"(
        SELECT code, seconds, amount, actor, at FROM draft_accepted
         WHERE report = :report AND code = :code)")
                     .bind(":report", report)
                     .bind(":code", code),
                 [](const Statement& row) {
                     Columns c(row);
                     Accepted out;
                     out.code = c.text();
                     out.figure.seconds = c.integer();
                     out.figure.amount = c.integer();
                     out.actor = c.text();
                     out.at = c.instant();
                     return out;
                 });
}

void DraftMoves::accept(std::int64_t report, const Accepted& accepted) {
    db_.prepare(R"(
        INSERT INTO draft_accepted(report, code, seconds, amount, actor, at)
        VALUES (:report, :code, :seconds, :amount, :actor, :at)
        ON CONFLICT(report, code) DO UPDATE SET seconds = excluded.seconds,
               amount = excluded.amount, actor = excluded.actor, at = excluded.at)")
        .bind(":report", report)
        .bind(":code", accepted.code)
        .bind(":seconds", accepted.figure.seconds)
        .bind(":amount", accepted.figure.amount)
        .bind(":actor", accepted.actor)
        .bind(":at", stored(accepted.at))
        .run();
}

std::set<std::int64_t> DraftMoves::owner_moves() const {
    const auto rows = all(db_.prepare("SELECT entry FROM owner_moves"), only_integer);
    return {rows.begin(), rows.end()};
}

void DraftMoves::forget_owner_moves() {
    db_.prepare("DELETE FROM owner_moves WHERE entry IN (SELECT id FROM entries "
                "WHERE remote NOT IN (SELECT abs(remote) FROM touched))")
        .run();
}

void DraftMoves::put_recount(std::int64_t report, const domain::Billed& was, Instant now) {
    db_.prepare(R"(
        INSERT INTO draft_recounts(report, was_seconds, was_amount, since)
        VALUES (:report, :seconds, :amount, :now) ON CONFLICT DO NOTHING)")
        .bind(":report", report)
        .bind(":seconds", was.seconds)
        .bind(":amount", was.amount)
        .bind(":now", stored(now))
        .run();
}

std::optional<DraftMoves::Recount> DraftMoves::recount(std::int64_t report) const {
    return first(db_.prepare(R"(
        SELECT was_seconds, was_amount, since FROM draft_recounts WHERE report = :report)")
                     .bind(":report", report),
                 [](const Statement& row) {
                     Columns c(row);
                     Recount out;
                     out.was.seconds = c.integer();
                     out.was.amount = c.integer();
                     out.since = c.instant();
                     return out;
                 });
}

void DraftMoves::forget_recount(std::int64_t report) {
    db_.prepare("DELETE FROM draft_recounts WHERE report = :report").bind(":report", report).run();
}

} // namespace hb::store
