#include "base/ensure.h"
#include "store/reports.h"
#include "store/rows.h"

// What people and facts change about reports afterwards: exclusions and adjustments.
namespace hb::store {

#define HB_ADJUSTMENT_COLUMNS                                                                      \
    "j.id, j.entry, j.report, j.line, j.from_revision, j.to_revision, j.delta_seconds, "           \
    "j.delta_billed, j.delta_amount, j.why, j.decision, j.reason, j.actor, j.decided_at, "         \
    "j.made_at, j.replaced, j.transfer, j.side, j.pair, j.place, j.owner, j.judged, j.client, "    \
    "j.contract, j.task, j.work_type, j.rate, j.billable"

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
    row.transfer = c.flag();
    row.side = static_cast<AdjustmentRow::Side>(c.small());
    row.pair = c.integer_or_null();
    row.place = c.integer_or_null();
    row.owner = c.integer_or_null();
    if (const auto judged = c.integer_or_null()) row.judged = *judged != 0;
    if (const auto client = c.integer_or_null()) {
        AdjustmentTerms terms;
        terms.client = *client;
        terms.contract = c.integer();
        terms.task = c.integer();
        terms.work_type = c.text();
        terms.rate = c.integer();
        terms.billable = c.flag();
        row.terms = std::move(terms);
    }
    return row;
}

std::optional<std::int64_t> stored(const std::optional<bool>& value) {
    return value ? std::optional(flag(*value)) : std::nullopt;
}

// What may change while it waits or when it is decided.
Statement& bind_changing(Statement& statement, const AdjustmentRow& row) {
    using Number = std::optional<std::int64_t>;
    const auto& terms = row.terms;
    return statement.bind(":delta_seconds", row.delta_seconds)
        .bind(":delta_billed", row.delta_billed)
        .bind(":delta_amount", row.delta_amount)
        .bind(":decision", row.decision)
        .bind(":reason", row.reason)
        .bind(":actor", row.actor)
        .bind(":decided_at", store::stored(row.decided_at))
        .bind(":transfer", flag(row.transfer))
        .bind(":side", static_cast<int>(row.side))
        .bind(":pair", row.pair)
        .bind(":place", row.place)
        .bind(":owner", row.owner)
        .bind(":judged", stored(row.judged))
        .bind(":client", terms ? Number(terms->client) : Number())
        .bind(":contract", terms ? Number(terms->contract) : Number())
        .bind(":task", terms ? Number(terms->task) : Number())
        .bind(":work_type", terms ? std::optional(terms->work_type) : std::nullopt)
        .bind(":rate", terms ? Number(terms->rate) : Number())
        .bind(":billable", terms ? Number(flag(terms->billable)) : Number());
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

std::vector<domain::DraftInput::Exclusion> Reports::exclusions(std::int64_t report) const {
    return all(db_.prepare(R"(
        SELECT entry, task, reason FROM exclusions WHERE report = :report ORDER BY entry, task)")
                   .bind(":report", report),
               [](const Statement& row) {
                   Columns c(row);
                   return domain::DraftInput::Exclusion{c.integer(), c.integer(), c.text()};
               });
}

bool Reports::withdraw_adjustment(std::int64_t entry) {
    db_.prepare(R"(
        UPDATE adjustments SET replaced = 1
         WHERE entry = :entry AND decision IS NULL AND replaced = 0)")
        .bind(":entry", entry)
        .run();
    return db_.changes() > 0;
}

void Reports::answer_drift(std::int64_t entry, std::int64_t report, int revision) {
    db_.prepare(R"(
        INSERT INTO answered(entry, report, revision) VALUES (:entry, :report, :revision)
        ON CONFLICT DO UPDATE SET report = excluded.report, revision = excluded.revision)")
        .bind(":entry", entry)
        .bind(":report", report)
        .bind(":revision", revision)
        .run();
}

std::int64_t Reports::add_adjustment(const AdjustmentRow& row) {
    if (!row.decision) withdraw_adjustment(row.entry);
    Statement& insert = db_.prepare(R"(
        INSERT INTO adjustments(entry, report, line, from_revision, to_revision, delta_seconds,
                                delta_billed, delta_amount, why, decision, reason, actor,
                                decided_at, made_at, transfer, side, pair, place, owner, judged,
                                client, contract, task, work_type, rate, billable)
        VALUES (:entry, :report, :line, :from_revision, :to_revision, :delta_seconds,
                :delta_billed, :delta_amount, :why, :decision, :reason, :actor, :decided_at,
                :made_at, :transfer, :side, :pair, :place, :owner, :judged, :client, :contract,
                :task, :work_type, :rate, :billable))");
    bind_changing(insert, row)
        .bind(":entry", row.entry)
        .bind(":report", row.report)
        .bind(":line", row.line)
        .bind(":from_revision", row.from_revision)
        .bind(":to_revision", row.to_revision)
        .bind(":why", row.why)
        .bind(":made_at", stored(row.made_at))
        .run();
    return db_.last_insert_id();
}

void Reports::update_adjustment(const AdjustmentRow& row) {
    Statement& update = db_.prepare(R"(
        UPDATE adjustments SET
           (delta_seconds, delta_billed, delta_amount, decision, reason, actor, decided_at,
            transfer, side, pair, place, owner, judged, client, contract, task, work_type, rate,
            billable)
         = (:delta_seconds, :delta_billed, :delta_amount, :decision, :reason, :actor, :decided_at,
            :transfer, :side, :pair, :place, :owner, :judged, :client, :contract, :task,
            :work_type, :rate, :billable)
         WHERE id = :id)");
    bind_changing(update, row).bind(":id", row.id).run();
    ensure(db_.changes() == 1, "update of an adjustment that is not there");
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

std::optional<AdjustmentRow> Reports::find_adjustment(std::int64_t id) const {
    return first(db_.prepare("SELECT " HB_ADJUSTMENT_COLUMNS " FROM adjustments j WHERE j.id = :id")
                     .bind(":id", id),
                 adjustment_of);
}

std::vector<AdjustmentRow> Reports::adjustments(std::optional<std::int64_t> client,
                                                bool open_only) const {
    return all(db_.prepare("SELECT " HB_ADJUSTMENT_COLUMNS R"(
          FROM adjustments j JOIN reports h ON h.id = j.report
         WHERE (:client IS NULL OR ifnull(j.client, h.client) = :client)
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

std::vector<AdjustmentRow> Reports::adjustments_of_report(std::int64_t report) const {
    return all(db_.prepare("SELECT " HB_ADJUSTMENT_COLUMNS R"(
          FROM adjustments j WHERE j.report = :report AND j.replaced = 0 ORDER BY j.id)")
                   .bind(":report", report),
               adjustment_of);
}

// Where the time is now, and where it is billed.
std::set<std::int64_t> Reports::tasks_being_corrected() const {
    const auto tasks = all(db_.prepare(R"(
        WITH standing AS (
          SELECT j.entry, j.line, j.task FROM adjustments j
           WHERE j.decision IS NULL AND j.replaced = 0
          UNION ALL
          SELECT j.entry, j.line, j.task FROM adjustments j
           WHERE j.decision = 'next_report' AND j.replaced = 0
             AND NOT EXISTS (SELECT 1 FROM allocations a
                              WHERE a.entry = j.entry AND a.origin = 'adjustment:' || j.id
                                AND a.live = 1))
        SELECT e.task FROM standing s JOIN entries e ON e.id = s.entry
        UNION
        SELECT ifnull(s.task, l.task) FROM standing s JOIN lines l ON l.id = s.line)"),
                           only_integer);
    return {tasks.begin(), tasks.end()};
}

std::vector<AdjustmentRow> Reports::adjustments_for_draft(std::int64_t client,
                                                          std::int64_t report) const {
    return all(db_.prepare("SELECT " HB_ADJUSTMENT_COLUMNS R"(
          FROM adjustments j JOIN reports h ON h.id = j.report
         WHERE ifnull(j.client, h.client) = :client
           AND j.decision = 'next_report' AND j.replaced = 0
           AND NOT EXISTS (SELECT 1 FROM allocations a
                            WHERE a.entry = j.entry AND a.origin = 'adjustment:' || j.id
                              AND a.live = 1 AND a.report <> :report)
         ORDER BY j.id)")
                   .bind(":client", client)
                   .bind(":report", report),
               adjustment_of);
}

} // namespace hb::store
