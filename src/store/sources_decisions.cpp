#include "store/rows.h"
#include "store/sources.h"

// What people decided about facts: links, adoptions, overrides, late time.
namespace hb::store {

namespace {

void end_link(Database& db, std::string_view subject, std::optional<Day> from, Instant now) {
    db.prepare(R"(
        UPDATE links SET removed_at = :now
         WHERE subject = :subject AND valid_from IS :from AND removed_at IS NULL)")
        .bind(":now", stored(now))
        .bind(":subject", subject)
        .bind(":from", stored(from))
        .run();
}

} // namespace

void Sources::set_link(std::string_view subject, std::string_view target, std::optional<Day> from,
                       std::string_view actor, Instant now) {
    end_link(db_, subject, from, now);
    db_.prepare(R"(
        INSERT INTO links(subject, target, valid_from, actor, at)
        VALUES (:subject, :target, :from, :actor, :now))")
        .bind(":subject", subject)
        .bind(":target", target)
        .bind(":from", stored(from))
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .run();
}

bool Sources::remove_link(std::string_view subject, Instant now) {
    db_.prepare(
           "UPDATE links SET removed_at = :now WHERE subject = :subject AND removed_at IS NULL")
        .bind(":now", stored(now))
        .bind(":subject", subject)
        .run();
    return db_.changes() > 0;
}

std::vector<Sources::LinkRow> Sources::links() const {
    return all(db_.prepare(R"(
        SELECT id, subject, target, valid_from, actor, at FROM links
         WHERE removed_at IS NULL ORDER BY subject, valid_from)"),
               [](const Statement& row) {
                   Columns c(row);
                   return LinkRow{c.integer(),     c.text(), c.text(),
                                  c.day_or_null(), c.text(), c.instant()};
               });
}

void Sources::adopt(std::string_view subject, Day until, std::string_view actor, Instant now) {
    (void)undo_adoption(subject, now);
    db_.prepare(R"(
        INSERT INTO adoptions(subject, until, actor, at) VALUES (:subject, :until, :actor, :now))")
        .bind(":subject", subject)
        .bind(":until", stored(until))
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .run();
}

bool Sources::undo_adoption(std::string_view subject, Instant now) {
    db_.prepare(R"(
        UPDATE adoptions SET undone_at = :now WHERE subject = :subject AND undone_at IS NULL)")
        .bind(":now", stored(now))
        .bind(":subject", subject)
        .run();
    return db_.changes() > 0;
}

std::vector<Sources::AdoptionRow> Sources::adoptions() const {
    return all(db_.prepare(R"(
        SELECT subject, until FROM adoptions WHERE undone_at IS NULL ORDER BY subject)"),
               [](const Statement& row) {
                   Columns c(row);
                   return AdoptionRow{c.text(), c.day()};
               });
}

void Sources::set_override(std::int64_t entry, bool billable, std::string_view reason,
                           std::string_view actor, Instant now) {
    db_.prepare(R"(
        INSERT INTO overrides(entry, billable, reason, actor, at)
        VALUES (:entry, :billable, :reason, :actor, :now)
        ON CONFLICT DO UPDATE SET billable = excluded.billable, reason = excluded.reason,
               actor = excluded.actor, at = excluded.at)")
        .bind(":entry", entry)
        .bind(":billable", flag(billable))
        .bind(":reason", reason)
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .run();
}

void Sources::clear_override(std::int64_t entry) {
    db_.prepare("DELETE FROM overrides WHERE entry = :entry").bind(":entry", entry).run();
}

std::optional<domain::Override> Sources::find_override(std::int64_t entry) const {
    return first(db_.prepare("SELECT billable, reason FROM overrides WHERE entry = :entry")
                     .bind(":entry", entry),
                 [](const Statement& row) {
                     Columns c(row);
                     return domain::Override{c.flag(), c.text()};
                 });
}

void Sources::decide_late(std::int64_t entry, std::string_view decision, std::string_view reason,
                          std::string_view actor, Instant now) {
    db_.prepare(R"(
        INSERT INTO late_decisions(entry, decision, reason, actor, at)
        VALUES (:entry, :decision, :reason, :actor, :now)
        ON CONFLICT DO UPDATE SET decision = excluded.decision, reason = excluded.reason,
               actor = excluded.actor, at = excluded.at)")
        .bind(":entry", entry)
        .bind(":decision", decision)
        .bind(":reason", reason)
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .run();
}

domain::LateDecision Sources::late_decision(std::int64_t entry) const {
    const auto decision =
        first(db_.prepare("SELECT decision FROM late_decisions WHERE entry = :entry")
                  .bind(":entry", entry),
              only_text);
    if (!decision) return domain::LateDecision::None;
    return *decision == "next_report" ? domain::LateDecision::NextReport
                                      : domain::LateDecision::WriteOff;
}

std::map<std::int64_t, domain::Override> Sources::overrides() const {
    std::map<std::int64_t, domain::Override> out;
    auto& row = db_.prepare("SELECT entry, billable, reason FROM overrides");
    while (row.step()) out[row.integer(0)] = {row.integer(1) != 0, row.text(2)};
    return out;
}

std::map<std::int64_t, domain::LateDecision> Sources::late_decisions() const {
    std::map<std::int64_t, domain::LateDecision> out;
    auto& row = db_.prepare("SELECT entry, decision FROM late_decisions");
    while (row.step())
        out[row.integer(0)] = row.text_view(1) == "next_report" ? domain::LateDecision::NextReport
                                                                : domain::LateDecision::WriteOff;
    return out;
}

void Sources::accept_long(std::int64_t entry, int revision, std::string_view reason,
                          std::string_view actor, Instant now) {
    db_.prepare(R"(
        INSERT INTO long_accepted(entry, revision, reason, actor, at)
        VALUES (:entry, :revision, :reason, :actor, :now)
        ON CONFLICT DO UPDATE SET revision = excluded.revision, reason = excluded.reason,
               actor = excluded.actor, at = excluded.at)")
        .bind(":entry", entry)
        .bind(":revision", revision)
        .bind(":reason", reason)
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .run();
}

std::map<std::int64_t, int> Sources::long_accepted() const {
    std::map<std::int64_t, int> out;
    auto& row = db_.prepare("SELECT entry, revision FROM long_accepted");
    const Finally end(row);
    while (row.step()) out[row.integer(0)] = static_cast<int>(row.integer(1));
    return out;
}

} // namespace hb::store
