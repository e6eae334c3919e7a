#include "store/reports.h"
#include "store/rows.h"

namespace hb::store {

namespace {

PaymentRow payment_of(const Statement& select) {
    Columns c(select);
    PaymentRow row;
    row.id = c.integer();
    row.report = c.integer();
    row.source = c.text();
    row.external_id = c.text();
    row.amount = c.integer();
    row.currency = c.text();
    row.date = c.day();
    row.ref = c.text();
    row.actor = c.text();
    row.at = c.instant();
    row.reversed_at = c.instant_or_null();
    row.reversed_reason = c.text_or_null();
    return row;
}

} // namespace

std::int64_t Reports::add_payment(const PaymentRow& row) {
    db_.prepare(R"(
        INSERT INTO payments(report, source, external_id, amount, currency, date, ref, actor, at)
        VALUES (:report, :source, :external_id, :amount, :currency, :date, :ref, :actor, :at)
        ON CONFLICT (source, external_id) DO NOTHING)")
        .bind(":report", row.report)
        .bind(":source", row.source)
        .bind(":external_id", row.external_id)
        .bind(":amount", row.amount)
        .bind(":currency", row.currency)
        .bind(":date", stored(row.date))
        .bind(":ref", row.ref)
        .bind(":actor", row.actor)
        .bind(":at", stored(row.at))
        .run();
    return db_.changes() > 0 ? db_.last_insert_id() : 0;
}

bool Reports::reverse_payment(std::int64_t id, std::string_view reason, Instant now) {
    db_.prepare(R"(
        UPDATE payments SET reversed_at = :now, reversed_reason = :reason
         WHERE id = :id AND reversed_at IS NULL)")
        .bind(":now", stored(now))
        .bind(":reason", reason)
        .bind(":id", id)
        .run();
    return db_.changes() > 0;
}

std::vector<PaymentRow> Reports::payments(std::optional<std::int64_t> report) const {
    return all(db_.prepare(R"(
        SELECT id, report, source, external_id, amount, currency, date, ref, actor, at,
               reversed_at, reversed_reason
          FROM payments WHERE :report IS NULL OR report = :report ORDER BY id)")
                   .bind(":report", report),
               payment_of);
}

std::optional<PaymentRow> Reports::find_payment(std::int64_t id) const {
    return first(db_.prepare(R"(
        SELECT id, report, source, external_id, amount, currency, date, ref, actor, at,
               reversed_at, reversed_reason
          FROM payments WHERE id = :id)")
                     .bind(":id", id),
                 payment_of);
}

} // namespace hb::store
