#include "store/crm.h"

#include "base/ensure.h"
#include "store/rows.h"

namespace hb::store {

// --- settings
// -------------------------------------------------------------------------------------

std::optional<std::string> Settings::get(std::int64_t remote, std::string_view name) const {
    return first(db_.prepare("SELECT value FROM settings WHERE remote = :remote AND name = :name")
                     .bind(":remote", remote)
                     .bind(":name", name),
                 only_text);
}

std::optional<Instant> Settings::written_at(std::int64_t remote, std::string_view name) const {
    const auto at =
        first(db_.prepare("SELECT at FROM settings WHERE remote = :remote AND name = :name")
                  .bind(":remote", remote)
                  .bind(":name", name),
              only_integer);
    return at ? std::optional(from_epoch_ms(*at)) : std::nullopt;
}

void Settings::put(std::int64_t remote, std::string_view name, std::string_view value,
                   Instant now) {
    db_.prepare(R"(
        INSERT INTO settings(remote, name, value, at) VALUES (:remote, :name, :value, :now)
        ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at)")
        .bind(":remote", remote)
        .bind(":name", name)
        .bind(":value", value)
        .bind(":now", stored(now))
        .run();
}

void Settings::erase(std::int64_t remote, std::string_view name) {
    db_.prepare("DELETE FROM settings WHERE remote = :remote AND name = :name")
        .bind(":remote", remote)
        .bind(":name", name)
        .run();
}

// --- cards
// ----------------------------------------------------------------------------------------

namespace {

CardRow card_of(const Statement& select) {
    Columns c(select);
    CardRow row;
    row.id = c.integer();
    row.remote = c.integer();
    row.remote_id = c.text();
    row.key = c.text();
    row.report = c.integer_or_null();
    row.own = c.flag();
    row.filter = c.text();
    row.shown = c.text();
    row.shown_state = c.text();
    row.told = c.text();
    row.comments = c.small();
    row.put_backs = c.small();
    row.put_back_since = c.instant();
    row.gone = c.flag();
    return row;
}

#define HB_CARD_COLUMNS                                                                            \
    "SELECT id, remote, remote_id, key, report, own, filter, shown, shown_state, told, comments, " \
    "put_backs, put_back_since, gone FROM cards "

Statement& bind_card(Statement& statement, const CardRow& row) {
    return statement.bind(":report", row.report)
        .bind(":filter", row.filter)
        .bind(":shown", row.shown)
        .bind(":shown_state", row.shown_state)
        .bind(":told", row.told)
        .bind(":comments", row.comments)
        .bind(":put_backs", row.put_backs)
        .bind(":since", stored(row.put_back_since))
        .bind(":gone", flag(row.gone));
}

} // namespace

std::int64_t Cards::add(const CardRow& row) {
    bind_card(db_.prepare(R"(
        INSERT INTO cards(remote, remote_id, key, own, report, filter, shown, shown_state, told,
                          comments, put_backs, put_back_since, gone)
        VALUES (:remote, :remote_id, :key, :own, :report, :filter, :shown, :shown_state, :told,
                :comments, :put_backs, :since, :gone))"),
              row)
        .bind(":remote", row.remote)
        .bind(":remote_id", row.remote_id)
        .bind(":key", row.key)
        .bind(":own", flag(row.own))
        .run();
    return db_.last_insert_id();
}

void Cards::update(const CardRow& row) {
    bind_card(db_.prepare(R"(
        UPDATE cards SET report = :report, filter = :filter, shown = :shown,
               shown_state = :shown_state, told = :told, comments = :comments,
               put_backs = :put_backs, put_back_since = :since, gone = :gone
         WHERE id = :id)"),
              row)
        .bind(":id", row.id)
        .run();
    ensure(db_.changes() == 1, "a card that is kept can be changed");
}

std::optional<CardRow> Cards::find(std::int64_t id) const {
    return first(db_.prepare(HB_CARD_COLUMNS "WHERE id = :id").bind(":id", id), card_of);
}

std::optional<CardRow> Cards::find(std::int64_t remote, std::string_view remote_id) const {
    return first(db_.prepare(HB_CARD_COLUMNS "WHERE remote = :remote AND remote_id = :remote_id")
                     .bind(":remote", remote)
                     .bind(":remote_id", remote_id),
                 card_of);
}

std::optional<CardRow> Cards::of_report(std::int64_t report) const {
    return first(db_.prepare(HB_CARD_COLUMNS "WHERE report = :report").bind(":report", report),
                 card_of);
}

std::vector<CardRow> Cards::waiting(std::int64_t remote) const {
    return all(db_.prepare(HB_CARD_COLUMNS
                           "WHERE remote = :remote AND report IS NULL AND gone = 0 ORDER BY id")
                   .bind(":remote", remote),
               card_of);
}

// States from `draft` to `partly_paid` are open; of the others the card must have heard once.
std::vector<std::int64_t> Cards::reports_to_show() const {
    return all(db_.prepare(R"(
        SELECT r.id FROM reports r LEFT JOIN cards c ON c.report = r.id
         WHERE ifnull(c.gone, 0) = 0
           AND (r.state <= 4
                OR (c.id IS NOT NULL AND c.shown_state <> CASE r.state WHEN 5 THEN 'paid'
                    WHEN 6 THEN 'cancelled' ELSE 'credited' END))
         ORDER BY r.id)"),
               only_integer);
}

// --- documents
// ------------------------------------------------------------------------------------

namespace {

DocumentRow document_of(const Statement& select) {
    Columns c(select);
    DocumentRow row;
    row.id = c.integer();
    row.report = c.integer();
    row.remote = c.integer();
    row.template_id = c.text();
    row.remote_id = c.text();
    row.title = c.text();
    row.number = c.text();
    row.state = c.text();
    row.file = c.text();
    row.sha256 = c.text();
    row.bytes = c.integer();
    row.looks = c.small();
    row.due_at = c.instant();
    row.last_error = c.text();
    row.stored_at = c.instant_or_null();
    return row;
}

#define HB_DOCUMENT_COLUMNS                                                                        \
    "SELECT id, report, remote, template, remote_id, title, number, state, file, sha256, bytes, "  \
    "looks, due_at, last_error, stored_at FROM documents "

Statement& bind_document(Statement& statement, const DocumentRow& row) {
    return statement.bind(":title", row.title)
        .bind(":number", row.number)
        .bind(":state", row.state)
        .bind(":file", row.file)
        .bind(":sha256", row.sha256)
        .bind(":bytes", row.bytes)
        .bind(":looks", row.looks)
        .bind(":due", stored(row.due_at))
        .bind(":error", row.last_error)
        .bind(":stored_at", stored(row.stored_at));
}

} // namespace

std::int64_t Documents::add(const DocumentRow& row) {
    bind_document(db_.prepare(R"(
        INSERT INTO documents(report, remote, template, remote_id, title, number, state, file,
                              sha256, bytes, looks, due_at, last_error, stored_at)
        VALUES (:report, :remote, :template, :remote_id, :title, :number, :state, :file, :sha256,
                :bytes, :looks, :due, :error, :stored_at))"),
                  row)
        .bind(":report", row.report)
        .bind(":remote", row.remote)
        .bind(":template", row.template_id)
        .bind(":remote_id", row.remote_id)
        .run();
    return db_.last_insert_id();
}

void Documents::update(const DocumentRow& row) {
    bind_document(db_.prepare(R"(
        UPDATE documents SET title = :title, number = :number, state = :state, file = :file,
               sha256 = :sha256, bytes = :bytes, looks = :looks, due_at = :due,
               last_error = :error, stored_at = :stored_at
         WHERE id = :id)"),
                  row)
        .bind(":id", row.id)
        .run();
    ensure(db_.changes() == 1, "a document that is kept can be changed");
}

std::vector<DocumentRow> Documents::of_report(std::int64_t report) const {
    return all(db_.prepare(HB_DOCUMENT_COLUMNS "WHERE report = :report ORDER BY id")
                   .bind(":report", report),
               document_of);
}

std::optional<DocumentRow> Documents::next(std::int64_t remote, Instant now) const {
    return first(db_.prepare(HB_DOCUMENT_COLUMNS "WHERE remote = :remote AND state = 'waiting' "
                                                 "AND due_at <= :now ORDER BY due_at, id LIMIT 1")
                     .bind(":remote", remote)
                     .bind(":now", stored(now)),
                 document_of);
}

std::optional<Instant> Documents::next_due(std::int64_t remote) const {
    const auto due =
        first(db_.prepare("SELECT min(due_at) FROM documents WHERE remote = :remote AND "
                          "state = 'waiting' HAVING min(due_at) IS NOT NULL")
                  .bind(":remote", remote),
              only_integer);
    return due ? std::optional(from_epoch_ms(*due)) : std::nullopt;
}

void Documents::look_now(const std::set<std::string>& remote_ids, Instant now) {
    for (const auto& id : remote_ids)
        db_.prepare("UPDATE documents SET due_at = :now WHERE remote_id = :id AND "
                    "state = 'waiting' AND due_at > :now")
            .bind(":now", stored(now))
            .bind(":id", id)
            .run();
}

std::vector<DocumentRow> Documents::kept() const {
    return all(db_.prepare(HB_DOCUMENT_COLUMNS "WHERE state = 'stored' ORDER BY id"), document_of);
}

} // namespace hb::store
