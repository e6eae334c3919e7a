#include "base/ensure.h"
#include "store/reports.h"
#include "store/rows.h"

// What people and facts change about reports afterwards: exclusions and adjustments.
namespace hb::store {

#define HB_ADJUSTMENT_COLUMNS                                                                      \
    "j.id, j.entry, j.report, j.line, j.from_revision, j.to_revision, j.delta_seconds, "           \
    "j.delta_billed, j.delta_amount, j.why, j.decision, j.reason, j.actor, j.decided_at, "         \
    "j.made_at, j.replaced"

namespace {

AdjustmentRow adjustment_of(const Statement& select) {
    Columns c(select);
    AdjustmentRow row;
    row.id = c.integer();
    row.entry = c.integer();
    row.report = c.integer();
    row.line = c.integer();
    row.from_revision = c.small();
    row.to_revision = c.small();
    row.delta_seconds = c.integer();
    row.delta_billed = c.integer();
    row.delta_amount = c.integer();
    row.why = c.text();
    row.decision = c.text_or_null();
    row.reason = c.text_or_null();
    row.actor = c.text_or_null();
    row.decided_at = c.instant_or_null();
    row.made_at = c.instant();
    row.replaced = c.flag();
    return row;
}

} // namespace

void Reports::exclude(std::int64_t report, std::int64_t entry, std::int64_t task,
                      std::string_view reason, std::string_view actor, Instant now) {
    db_.prepare(R"(
        INSERT INTO exclusions(report, entry, task, reason, actor, at)
        VALUES (:report, :entry, :task, :reason, :actor, :now)
        ON CONFLICT DO UPDATE SET reason = excluded.reason, actor = excluded.actor,
               at = excluded.at)")
        .bind(":report", report)
        .bind(":entry", entry)
        .bind(":task", task)
        .bind(":reason", reason)
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .run();
}

bool Reports::include(std::int64_t report, std::int64_t entry, std::int64_t task) {
    db_.prepare(R"(
        DELETE FROM exclusions WHERE report = :report AND entry = :entry AND task = :task)")
        .bind(":report", report)
        .bind(":entry", entry)
        .bind(":task", task)
        .run();
    return db_.changes() > 0;
}

std::vector<domain::DraftInput::Exclusion> Reports::exclusions(std::int64_t report) {
    return all(db_.prepare(R"(
        SELECT entry, task, reason FROM exclusions WHERE report = :report ORDER BY entry, task)")
                   .bind(":report", report),
               [](const Statement& row) {
                   Columns c(row);
                   return domain::DraftInput::Exclusion{c.integer(), c.integer(), c.text()};
               });
}

std::int64_t Reports::add_adjustment(const AdjustmentRow& row) {
    db_.prepare(R"(
        UPDATE adjustments SET replaced = 1
         WHERE entry = :entry AND decision IS NULL AND replaced = 0)")
        .bind(":entry", row.entry)
        .run();
    db_.prepare(R"(
        INSERT INTO adjustments(entry, report, line, from_revision, to_revision, delta_seconds,
                                delta_billed, delta_amount, why, decision, reason, actor,
                                decided_at, made_at)
        VALUES (:entry, :report, :line, :from_revision, :to_revision, :delta_seconds,
                :delta_billed, :delta_amount, :why, :decision, :reason, :actor, :decided_at,
                :made_at))")
        .bind(":entry", row.entry)
        .bind(":report", row.report)
        .bind(":line", row.line)
        .bind(":from_revision", row.from_revision)
        .bind(":to_revision", row.to_revision)
        .bind(":delta_seconds", row.delta_seconds)
        .bind(":delta_billed", row.delta_billed)
        .bind(":delta_amount", row.delta_amount)
        .bind(":why", row.why)
        .bind(":decision", row.decision)
        .bind(":reason", row.reason)
        .bind(":actor", row.actor)
        .bind(":decided_at", stored(row.decided_at))
        .bind(":made_at", stored(row.made_at))
        .run();
    return db_.last_insert_id();
}

void Reports::decide_adjustment(std::int64_t id, std::string_view decision, std::string_view reason,
                                std::string_view actor, Instant now) {
    db_.prepare(R"(
        UPDATE adjustments SET decision = :decision, reason = :reason, actor = :actor,
               decided_at = :now
         WHERE id = :id)")
        .bind(":decision", decision)
        .bind(":reason", reason)
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .bind(":id", id)
        .run();
    ensure(db_.changes() == 1, "decision about an adjustment that is not there");
}

std::optional<AdjustmentRow> Reports::find_adjustment(std::int64_t id) {
    return first(db_.prepare("SELECT " HB_ADJUSTMENT_COLUMNS " FROM adjustments j WHERE j.id = :id")
                     .bind(":id", id),
                 adjustment_of);
}

std::vector<AdjustmentRow> Reports::adjustments(std::optional<std::int64_t> client,
                                                bool open_only) {
    return all(db_.prepare("SELECT " HB_ADJUSTMENT_COLUMNS R"(
          FROM adjustments j JOIN reports h ON h.id = j.report
         WHERE (:client IS NULL OR h.client = :client)
           AND (:open = 0 OR (j.decision IS NULL AND j.replaced = 0))
         ORDER BY j.id)")
                   .bind(":client", client)
                   .bind(":open", flag(open_only)),
               adjustment_of);
}

void Reports::void_adjustments(std::int64_t report) {
    db_.prepare("UPDATE adjustments SET replaced = 1 WHERE report = :report AND replaced = 0")
        .bind(":report", report)
        .run();
}

std::vector<AdjustmentRow> Reports::adjustments_for_draft(std::int64_t client,
                                                          std::int64_t report) {
    return all(db_.prepare("SELECT " HB_ADJUSTMENT_COLUMNS R"(
          FROM adjustments j JOIN reports h ON h.id = j.report
         WHERE h.client = :client AND j.decision = 'next_report' AND j.replaced = 0
           AND NOT EXISTS (SELECT 1 FROM allocations a
                            WHERE a.entry = j.entry AND a.origin = 'adjustment:' || j.id
                              AND a.live = 1 AND a.report <> :report)
         ORDER BY j.id)")
                   .bind(":client", client)
                   .bind(":report", report),
               adjustment_of);
}

} // namespace hb::store
