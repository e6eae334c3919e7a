#include "store/reports.h"
#include "store/numbers.h"

#include "base/ensure.h"
#include "store/rows.h"

// Reports: containers of revisions, and their numbers.
#define HB_REPORT_COLUMNS                                                                          \
    "id, client, contract, currency, state, filter, period_from, period_to, number, "              \
    "revision, link, link_digest, deal_key, worked_seconds, billed_seconds, "                      \
    "nonbillable_seconds, subtotal, vat, total, settled, surplus, written_off, drifted, "          \
    "note, created_at, created_by, sent_at, sent_seen, agreed_at, agreed_by, "                     \
    "agreed_hash, invoiced_at, paid_at, ended_at, ended_reason"

namespace hb::store {

namespace {

ReportRow report_of(const Statement& select) {
    Columns c(select);
    ReportRow row;
    row.id = c.integer();
    row.client = c.integer();
    row.contract = c.integer();
    row.currency = c.text();
    row.state = static_cast<domain::State>(c.small());
    row.filter = c.text();
    row.period.from = c.day();
    row.period.to = c.day();
    row.number = c.text_or_null();
    row.revision = c.small();
    row.link = c.small();
    row.link_digest = c.text_or_null();
    row.deal_key = c.text();
    row.worked_seconds = c.integer();
    row.billed_seconds = c.integer();
    row.nonbillable_seconds = c.integer();
    row.subtotal = c.integer();
    row.vat = c.integer();
    row.total = c.integer();
    row.settled = c.integer();
    row.surplus = c.integer();
    row.written_off = c.integer();
    row.drifted = c.flag();
    row.note = c.text();
    row.created_at = c.instant();
    row.created_by = c.text();
    row.sent_at = c.instant_or_null();
    row.sent_seen = c.integer_or_null();
    row.agreed_at = c.instant_or_null();
    row.agreed_by = c.text_or_null();
    row.agreed_hash = c.text_or_null();
    row.invoiced_at = c.instant_or_null();
    row.paid_at = c.instant_or_null();
    row.ended_at = c.instant_or_null();
    row.ended_reason = c.text_or_null();
    return row;
}

// Every column but the id.
Statement& bind_changing(Statement& statement, const ReportRow& row) {
    return statement.bind(":contract", row.contract)
        .bind(":currency", row.currency)
        .bind(":state", static_cast<int>(row.state))
        .bind(":filter", row.filter)
        .bind(":period_from", stored(row.period.from))
        .bind(":period_to", stored(row.period.to))
        .bind(":number", row.number)
        .bind(":revision", row.revision)
        .bind(":link", row.link)
        .bind(":link_digest", row.link_digest)
        .bind(":deal_key", row.deal_key)
        .bind(":worked_seconds", row.worked_seconds)
        .bind(":billed_seconds", row.billed_seconds)
        .bind(":nonbillable_seconds", row.nonbillable_seconds)
        .bind(":subtotal", row.subtotal)
        .bind(":vat", row.vat)
        .bind(":total", row.total)
        .bind(":settled", row.settled)
        .bind(":surplus", row.surplus)
        .bind(":written_off", row.written_off)
        .bind(":drifted", flag(row.drifted))
        .bind(":note", row.note)
        .bind(":sent_at", stored(row.sent_at))
        .bind(":sent_seen", row.sent_seen)
        .bind(":agreed_at", stored(row.agreed_at))
        .bind(":agreed_by", row.agreed_by)
        .bind(":agreed_hash", row.agreed_hash)
        .bind(":invoiced_at", stored(row.invoiced_at))
        .bind(":paid_at", stored(row.paid_at))
        .bind(":ended_at", stored(row.ended_at))
        .bind(":ended_reason", row.ended_reason);
}

} // namespace

int counting_revision(const ReportRow& row) {
    const bool ended_as_draft = row.state == domain::State::Cancelled && !row.sent_at;
    return row.state == domain::State::Draft || ended_as_draft ? 0 : row.revision;
}

std::int64_t Reports::add(const ReportRow& row) {
    Statement& insert = db_.prepare(R"(
        INSERT INTO reports(
            contract, currency, state, filter, period_from, period_to, number, revision, link,
            link_digest, deal_key, worked_seconds, billed_seconds, nonbillable_seconds,
            subtotal, vat, total, settled, surplus, written_off, drifted, note, sent_at,
            sent_seen, agreed_at, agreed_by, agreed_hash, invoiced_at, paid_at, ended_at,
            ended_reason,
            client, created_at, created_by)
        VALUES (
            :contract, :currency, :state, :filter, :period_from, :period_to, :number, :revision,
            :link, :link_digest, :deal_key, :worked_seconds, :billed_seconds,
            :nonbillable_seconds, :subtotal, :vat, :total, :settled, :surplus, :written_off,
            :drifted, :note, :sent_at, :sent_seen, :agreed_at, :agreed_by, :agreed_hash,
            :invoiced_at, :paid_at, :ended_at, :ended_reason,
            :client, :created_at, :created_by))");
    bind_changing(insert, row)
        .bind(":client", row.client)
        .bind(":created_at", stored(row.created_at))
        .bind(":created_by", row.created_by)
        .run();
    return db_.last_insert_id();
}

// A report that stands like this already is not written again: drafts are evaluated after each
// pull.
void Reports::update(const ReportRow& row) {
    Statement& update = db_.prepare(R"(
        UPDATE reports SET
           (contract, currency, state, filter, period_from, period_to, number, revision, link,
            link_digest, deal_key, worked_seconds, billed_seconds, nonbillable_seconds,
            subtotal, vat, total, settled, surplus, written_off, drifted, note, sent_at,
            sent_seen, agreed_at, agreed_by, agreed_hash, invoiced_at, paid_at, ended_at,
            ended_reason)
         = (:contract, :currency, :state, :filter, :period_from, :period_to, :number, :revision,
            :link, :link_digest, :deal_key, :worked_seconds, :billed_seconds,
            :nonbillable_seconds, :subtotal, :vat, :total, :settled, :surplus, :written_off,
            :drifted, :note, :sent_at, :sent_seen, :agreed_at, :agreed_by, :agreed_hash,
            :invoiced_at, :paid_at, :ended_at, :ended_reason)
         WHERE id = :id AND
           (contract, currency, state, filter, period_from, period_to, number, revision, link,
            link_digest, deal_key, worked_seconds, billed_seconds, nonbillable_seconds,
            subtotal, vat, total, settled, surplus, written_off, drifted, note, sent_at,
            sent_seen, agreed_at, agreed_by, agreed_hash, invoiced_at, paid_at, ended_at,
            ended_reason)
         IS NOT
           (:contract, :currency, :state, :filter, :period_from, :period_to, :number, :revision,
            :link, :link_digest, :deal_key, :worked_seconds, :billed_seconds,
            :nonbillable_seconds, :subtotal, :vat, :total, :settled, :surplus, :written_off,
            :drifted, :note, :sent_at, :sent_seen, :agreed_at, :agreed_by, :agreed_hash,
            :invoiced_at, :paid_at, :ended_at, :ended_reason))");
    bind_changing(update, row).bind(":id", row.id).run();
    ensure(db_.changes() == 1 || find(row.id).has_value(), "update of a report that is not there");
}

std::optional<ReportRow> Reports::find(std::int64_t id) const {
    return first(
        db_.prepare("SELECT " HB_REPORT_COLUMNS " FROM reports WHERE id = :id").bind(":id", id),
        report_of);
}

std::optional<ReportRow> Reports::find_number(std::string_view number) const {
    return first(db_.prepare("SELECT " HB_REPORT_COLUMNS " FROM reports WHERE number = :number")
                     .bind(":number", number),
                 report_of);
}

std::optional<ReportRow> Reports::find_deal_key(std::string_view key) const {
    return first(db_.prepare("SELECT " HB_REPORT_COLUMNS R"(
          FROM reports WHERE deal_key = :key AND deal_key <> '')")
                     .bind(":key", key),
                 report_of);
}

std::vector<ReportRow> Reports::list(std::optional<domain::State> state,
                                     std::optional<std::int64_t> client) const {
    const auto code = state ? std::optional(static_cast<std::int64_t>(*state)) : std::nullopt;
    return all(db_.prepare("SELECT " HB_REPORT_COLUMNS R"(
          FROM reports
         WHERE (:state IS NULL OR state = :state) AND (:client IS NULL OR client = :client)
         ORDER BY id)")
                   .bind(":state", code)
                   .bind(":client", client),
               report_of);
}

std::vector<ReportRow> Reports::drafts() const {
    return all(db_.prepare("SELECT " HB_REPORT_COLUMNS " FROM reports WHERE state = 0 ORDER BY id"),
               report_of);
}

std::vector<ReportRow> Reports::sent_of(std::int64_t client) const {
    return all(db_.prepare("SELECT " HB_REPORT_COLUMNS R"(
          FROM reports WHERE client = :client AND state BETWEEN 1 AND 5 ORDER BY id)")
                   .bind(":client", client),
               report_of);
}

bool Reports::has_number_of(std::string_view series) const {
    return first(db_.prepare("SELECT 1 FROM numbers WHERE series = :series")
                     .bind(":series", std::string(series)),
                 only_integer)
        .has_value();
}

bool Reports::has_series(std::string_view prefix) const {
    return first(db_.prepare(R"(
        SELECT 1 FROM numbers
         WHERE substr(series, 1, length(:prefix)) = :prefix
           AND substr(series, length(:prefix) + 1) GLOB '[0-9][0-9][0-9][0-9]')")
                     .bind(":prefix", std::string(prefix)),
                 only_integer)
        .has_value();
}

std::string Reports::next_number(std::string_view series, int digits) {
    std::string number = std::to_string(give_number(db_, series));
    const auto width = static_cast<std::size_t>(digits);
    if (number.size() < width) number.insert(0, width - number.size(), '0');
    return std::string(series) + "-" + number;
}

std::optional<RevisionRow> Reports::find_revision(std::int64_t report, int n) const {
    return first(db_.prepare(R"(
        SELECT report, n, canonical, hash, frozen_at, actor, acknowledged FROM revisions
         WHERE report = :report AND n = :n)")
                     .bind(":report", report)
                     .bind(":n", n),
                 [](const Statement& row) {
                     Columns c(row);
                     return RevisionRow{c.integer(), c.small(), c.text(), c.text(),
                                        c.instant(), c.text(),  c.text()};
                 });
}

std::optional<std::string> Reports::revision_hash(std::int64_t report, int n) const {
    return first(db_.prepare("SELECT hash FROM revisions WHERE report = :report AND n = :n")
                     .bind(":report", report)
                     .bind(":n", n),
                 only_text);
}

void Reports::save_preset(std::string_view name, std::string_view filter, std::string_view actor,
                          Instant now) {
    db_.prepare(R"(
        INSERT INTO presets(name, filter, actor, at) VALUES (:name, :filter, :actor, :now)
        ON CONFLICT DO UPDATE SET filter = excluded.filter, actor = excluded.actor,
               at = excluded.at)")
        .bind(":name", name)
        .bind(":filter", filter)
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .run();
}

std::vector<std::pair<std::string, std::string>> Reports::presets() const {
    return all(db_.prepare("SELECT name, filter FROM presets ORDER BY name"),
               [](const Statement& row) {
                   Columns c(row);
                   std::string name = c.text();
                   return std::pair(std::move(name), c.text());
               });
}

} // namespace hb::store
