#include "store/aliases.h"

#include "store/keep.h"
#include "store/rows.h"

namespace hb::store {
namespace {

#define HB_ALIAS_COLUMNS "entry, same_as, likeness, reason, decision, actor, at"

AliasRow alias_of(const Statement& row) {
    Columns c(row);
    return AliasRow{c.integer(), c.integer(), c.small(), c.text(), c.text(), c.text(), c.instant()};
}

} // namespace

void Aliases::add(const AliasRow& row) {
    db_.prepare(R"(
        INSERT INTO entry_aliases(entry, same_as, likeness, reason, decision, actor, at)
        VALUES (:entry, :same_as, :likeness, :reason, :decision, :actor, :at))")
        .bind(":entry", row.entry)
        .bind(":same_as", row.same_as)
        .bind(":likeness", row.likeness)
        .bind(":reason", row.reason)
        .bind(":decision", row.decision)
        .bind(":actor", row.actor)
        .bind(":at", stored(row.at))
        .run();
}

void Aliases::decide(std::int64_t entry, std::int64_t same_as, std::string_view decision,
                     std::string_view reason, std::string_view actor, Instant now) {
    db_.prepare(R"(
        UPDATE entry_aliases SET decision = :decision, reason = :reason, actor = :actor, at = :at
         WHERE entry = :entry AND same_as = :same_as)")
        .bind(":decision", decision)
        .bind(":reason", reason)
        .bind(":actor", actor)
        .bind(":at", stored(now))
        .bind(":entry", entry)
        .bind(":same_as", same_as)
        .run();
}

void Aliases::remove(std::int64_t entry, std::int64_t same_as) {
    db_.prepare("DELETE FROM entry_aliases WHERE entry = :entry AND same_as = :same_as")
        .bind(":entry", entry)
        .bind(":same_as", same_as)
        .run();
}

std::vector<AliasRow> Aliases::all() const {
    return store::all(
        db_.prepare("SELECT " HB_ALIAS_COLUMNS " FROM entry_aliases ORDER BY entry, same_as"),
        alias_of);
}

std::vector<AliasRow> Aliases::standing() const {
    return store::all(db_.prepare("SELECT " HB_ALIAS_COLUMNS R"( FROM entry_aliases
         WHERE decision <> 'different' ORDER BY entry)"),
                      alias_of);
}

std::optional<AliasRow> Aliases::of_entry(std::int64_t entry) const {
    return first(db_.prepare("SELECT " HB_ALIAS_COLUMNS R"( FROM entry_aliases
         WHERE entry = :entry AND decision <> 'different')")
                     .bind(":entry", entry),
                 alias_of);
}

std::optional<AliasRow> Aliases::of_pair(std::int64_t entry, std::int64_t same_as) const {
    return first(db_.prepare("SELECT " HB_ALIAS_COLUMNS R"( FROM entry_aliases
         WHERE entry = :entry AND same_as = :same_as)")
                     .bind(":entry", entry)
                     .bind(":same_as", same_as),
                 alias_of);
}

bool Aliases::is_repeated(std::int64_t entry) const {
    return first(db_.prepare(R"(
        SELECT 1 FROM entry_aliases WHERE same_as = :entry AND decision <> 'different' LIMIT 1)")
                     .bind(":entry", entry),
                 only_integer)
        .has_value();
}

// Free time is found by client and day, held time by the reports of the client.
std::vector<Aliases::Pair> Aliases::candidates() const {
    return store::all(db_.prepare(R"(
        SELECT one, other FROM (
          SELECT a.id AS one, b.id AS other
            FROM entries a JOIN entries b ON b.client = a.client AND b.work_date = a.work_date
           WHERE a.live_report IS NULL AND b.live_report IS NULL AND a.remote < b.remote
             AND a.deleted = 0 AND b.deleted = 0 AND a.seconds > 0 AND b.seconds > 0
          UNION ALL
          SELECT min(a.id, b.id), max(a.id, b.id)
            FROM entries b JOIN reports h ON h.client = b.client
            JOIN entries a ON a.live_report = h.id AND a.work_date = b.work_date
           WHERE b.live_report IS NULL AND a.remote <> b.remote
             AND a.deleted = 0 AND b.deleted = 0 AND a.seconds > 0 AND b.seconds > 0
          UNION ALL
          SELECT min(a.id, b.id), max(a.id, b.id)
            FROM reports d JOIN entries b ON b.live_report = d.id
            JOIN reports h ON h.client = d.client
            JOIN entries a ON a.live_report = h.id AND a.work_date = b.work_date
           WHERE d.state = 0 AND (h.state <> 0 OR a.id < b.id) AND a.remote <> b.remote
             AND a.deleted = 0 AND b.deleted = 0 AND a.seconds > 0 AND b.seconds > 0)
         WHERE NOT EXISTS (SELECT 1 FROM entry_aliases
                            WHERE (entry = one AND same_as = other)
                               OR (entry = other AND same_as = one))
         ORDER BY one, other)"),
                      [](const Statement& row) {
                          Columns c(row);
                          return Pair{c.integer(), c.integer()};
                      });
}

std::vector<Aliases::Pair> Aliases::both_sent() const {
    return store::all(db_.prepare(R"(
        WITH sent AS (SELECT id, client FROM reports WHERE state BETWEEN 1 AND 5),
             mixed AS (SELECT client FROM (SELECT DISTINCT h.client, e.remote
                                             FROM sent h JOIN entries e ON e.live_report = h.id)
                        GROUP BY client HAVING count(*) > 1)
        SELECT min(a.id, b.id) AS one, max(a.id, b.id) AS other
          FROM mixed JOIN sent g ON g.client = mixed.client JOIN entries a ON a.live_report = g.id
               JOIN sent h ON h.client = g.client AND h.id >= g.id
               JOIN entries b ON b.live_report = h.id AND b.work_date = a.work_date
         WHERE a.remote <> b.remote AND (g.id < h.id OR a.id < b.id)
           AND a.seconds > 0 AND b.seconds > 0
           AND NOT EXISTS (SELECT 1 FROM entry_aliases
                            WHERE (entry = a.id AND same_as = b.id)
                               OR (entry = b.id AND same_as = a.id))
         ORDER BY 1, 2)"),
                      [](const Statement& row) {
                          Columns c(row);
                          return Pair{c.integer(), c.integer()};
                      });
}

void Aliases::look_again(std::int64_t entry, Instant now) {
    add_revision(db_, entry, now);
}

} // namespace hb::store
