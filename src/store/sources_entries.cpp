#include "store/keep.h"
#include "store/source_rows.h"

// Entries by use. Free ones of a client come from the index entries_free, held ones by the client's
// reports.
namespace hb::store {

namespace {

std::int64_t length_of(std::string_view id) {
    return static_cast<std::int64_t>(id.size());
}

} // namespace

EntryRow entry_of(const Statement& row) {
    Columns c(row);
    EntryRow entry;
    entry.id = c.integer();
    entry.ref = {c.text(), "entry", c.text()};
    entry.task = c.integer();
    entry.person = c.integer();
    entry.seconds = c.integer();
    entry.at = c.instant_or_null();
    entry.day = c.day_or_null();
    entry.text = c.text();
    entry.revision = c.small();
    entry.deleted = c.flag();
    entry.seen = c.integer();
    entry.seen_at = c.instant();
    entry.paid_task = c.flag();
    entry.client = c.integer_or_null();
    entry.work_date = c.day();
    entry.live_report = c.integer_or_null();
    entry.word = parse_word(c.text_or_null().value_or(""));
    if (const auto first = c.text_or_null()) entry.first_word = parse_word(*first);
    return entry;
}

std::optional<EntryRow> Sources::find_entry(const domain::Ref& ref) const {
    return first(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM remotes m JOIN entries e ON e.remote = m.id
         WHERE m.name = :remote AND e.remote_id = :id)")
                     .bind(":remote", ref.remote)
                     .bind(":id", ref.id),
                 entry_of);
}

std::optional<EntryRow> Sources::find_entry(std::int64_t id) const {
    return first(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM entries e JOIN remotes m ON m.id = e.remote WHERE e.id = :id)")
                     .bind(":id", id),
                 entry_of);
}

std::vector<EntryRow> Sources::revisions_of(std::int64_t entry) const {
    return all(db_.prepare(R"(
        SELECT e.id, m.name, e.remote_id, v.task, v.person, v.seconds, v.at, v.day, v.text, v.n,
               v.deleted, e.seen, e.seen_at, e.paid_task, v.client, v.work_date, e.live_report,
               e.word, e.first_word
          FROM entry_revisions v JOIN entries e ON e.id = v.entry JOIN remotes m ON m.id = e.remote
         WHERE v.entry = :entry ORDER BY v.n)")
                   .bind(":entry", entry),
               entry_of);
}

std::vector<EntryRow> Sources::entries_of_client(std::int64_t client, Day from, Day to) const {
    return all(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM entries e JOIN remotes m ON m.id = e.remote
         WHERE e.client = :client AND e.live_report IS NULL AND e.deleted = 0
           AND e.work_date BETWEEN :from AND :to
        UNION ALL
        SELECT )" HB_ENTRY_COLUMNS R"(
          FROM reports h JOIN entries e ON e.live_report = h.id JOIN remotes m ON m.id = e.remote
         WHERE h.client = :client AND e.client = :client AND e.work_date BETWEEN :from AND :to
         ORDER BY 1)")
                   .bind(":client", client)
                   .bind(":from", stored(from))
                   .bind(":to", stored(to)),
               entry_of);
}

std::vector<EntryRow> Sources::entries_of_task(std::int64_t task) const {
    return all(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM entries e JOIN remotes m ON m.id = e.remote WHERE e.task = :task ORDER BY e.id)")
                   .bind(":task", task),
               entry_of);
}

std::vector<EntryRow> Sources::entries_of_report(std::int64_t report) const {
    return all(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM entries e JOIN remotes m ON m.id = e.remote
         WHERE e.live_report = :report ORDER BY e.id)")
                   .bind(":report", report),
               entry_of);
}

std::optional<Day> Sources::earliest_free(std::int64_t client) const {
    return first(db_.prepare(R"(
        SELECT work_date FROM entries
         WHERE client = :client AND live_report IS NULL AND deleted = 0
         ORDER BY work_date LIMIT 1)")
                     .bind(":client", client),
                 [](const Statement& row) { return Columns(row).day(); });
}

std::vector<EntryRow> Sources::free_until(std::int64_t client, Day until) const {
    return all(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM entries e JOIN remotes m ON m.id = e.remote
         WHERE e.client = :client AND e.live_report IS NULL AND e.deleted = 0
           AND (e.work_date <= :until OR e.paid_task = 1)
         ORDER BY e.id)")
                   .bind(":client", client)
                   .bind(":until", stored(until)),
               entry_of);
}

std::vector<EntryRow> Sources::free_of_paid_tasks(std::int64_t client) const {
    return all(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM entries e INDEXED BY entries_paid_task JOIN remotes m ON m.id = e.remote
         WHERE e.client = :client AND e.live_report IS NULL AND e.paid_task = 1
           AND e.deleted = 0 AND e.seconds > 0
         ORDER BY e.id)")
                   .bind(":client", client),
               entry_of);
}

std::vector<EntryRow> Sources::free_seen_after(std::int64_t client, DayRange dates,
                                               std::int64_t seen) const {
    return all(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM entries e INDEXED BY entries_free JOIN remotes m ON m.id = e.remote
         WHERE e.client = :client AND e.live_report IS NULL AND e.seconds > 0
           AND e.work_date BETWEEN :from AND :to AND e.seen > :seen AND e.deleted = 0
         ORDER BY e.id)")
                   .bind(":client", client)
                   .bind(":from", stored(dates.from))
                   .bind(":to", stored(dates.to))
                   .bind(":seen", seen),
               entry_of);
}

// CROSS JOIN: few decisions are looked up, not all that the client has free.
std::vector<EntryRow> Sources::free_for_next_report(std::int64_t client) const {
    return all(db_.prepare("SELECT " HB_ENTRY_COLUMNS R"(
          FROM late_decisions d CROSS JOIN entries e ON e.id = d.entry
               JOIN remotes m ON m.id = e.remote
         WHERE d.decision = 'next_report' AND e.client = :client AND e.live_report IS NULL
           AND e.deleted = 0
         ORDER BY e.id)")
                   .bind(":client", client),
               entry_of);
}

namespace {

// Ids in the order of their length and then as text: digits come in the order of their numbers, and
// any other ids have an order too. The table's unique key gives the ids of one length in order.
using Take = std::vector<std::string> (*)(Database&, std::int64_t remote, std::int64_t length,
                                          std::string_view after, std::int64_t limit);

std::vector<std::string> take_unbilled(Database& db, std::int64_t remote, std::int64_t length,
                                       std::string_view after, std::int64_t limit) {
    return all(db.prepare(R"(
        SELECT remote_id FROM entries
         WHERE remote = :remote AND remote_id > :after AND length(remote_id) = :length
           AND live_report IS NULL AND deleted = 0
         ORDER BY remote_id LIMIT :limit)")
                   .bind(":remote", remote)
                   .bind(":after", after)
                   .bind(":length", length)
                   .bind(":limit", limit),
               only_text);
}

std::vector<std::string> take_unasked(Database& db, std::int64_t remote, std::int64_t length,
                                      std::string_view after, std::int64_t limit) {
    return all(db.prepare(R"(
        SELECT e.remote_id FROM entries e JOIN reports h ON h.id = e.live_report
         WHERE e.remote = :remote AND e.remote_id > :after AND length(e.remote_id) = :length
           AND e.word IS NULL AND e.deleted = 0 AND h.state <> 0
         ORDER BY e.remote_id LIMIT :limit)")
                   .bind(":remote", remote)
                   .bind(":after", after)
                   .bind(":length", length)
                   .bind(":limit", limit),
               only_text);
}

std::vector<std::string> take_any(Database& db, std::int64_t remote, std::int64_t length,
                                  std::string_view after, std::int64_t limit) {
    return all(db.prepare(R"(
        SELECT remote_id FROM entries
         WHERE remote = :remote AND remote_id > :after AND length(remote_id) = :length
           AND deleted = 0
         ORDER BY remote_id LIMIT :limit)")
                   .bind(":remote", remote)
                   .bind(":after", after)
                   .bind(":length", length)
                   .bind(":limit", limit),
               only_text);
}

std::optional<std::int64_t> next_length(Database& db, std::int64_t remote, std::int64_t above) {
    return first(db.prepare(R"(
        SELECT min(length(remote_id)) FROM entries
         WHERE remote = :remote AND length(remote_id) > :above)")
                     .bind(":remote", remote)
                     .bind(":above", above),
                 [](const Statement& row) { return row.integer_or_null(0); })
        .value();
}

std::vector<std::string> ids_after(Database& db, std::int64_t remote, std::string_view after,
                                   std::int64_t limit, Take take) {
    std::vector<std::string> ids = take(db, remote, length_of(after), after, limit);
    std::optional<std::int64_t> length = length_of(after);
    while (static_cast<std::int64_t>(ids.size()) < limit) {
        length = next_length(db, remote, *length);
        if (!length) break;
        const auto room = limit - static_cast<std::int64_t>(ids.size());
        for (std::string& id : take(db, remote, *length, "", room)) ids.push_back(std::move(id));
    }
    return ids;
}

} // namespace

std::vector<std::string> Sources::unbilled_ids(std::int64_t remote, std::string_view after,
                                               std::int64_t limit) const {
    return ids_after(db_, remote, after, limit, take_unbilled);
}

std::vector<std::string> Sources::billed_unasked_ids(std::int64_t remote, std::string_view after,
                                                     std::int64_t limit) const {
    return ids_after(db_, remote, after, limit, take_unasked);
}

void Sources::put_first_word(std::int64_t remote, const domain::SourceEntry& entry) {
    const std::string word = word_text(entry);
    if (word.empty()) return;
    db_.prepare(R"(
        UPDATE entries SET word = :word, first_word = :word
         WHERE remote = :remote AND remote_id = :id AND word IS NULL)")
        .bind(":word", word)
        .bind(":remote", remote)
        .bind(":id", entry.id)
        .run();
}

std::vector<std::string> Sources::all_entry_ids(std::int64_t remote, std::string_view after,
                                                std::int64_t limit) const {
    return ids_after(db_, remote, after, limit, take_any);
}

std::vector<Sources::TotalGap> Sources::total_gaps(std::int64_t remote) const {
    return all(db_.prepare(R"(
        WITH cached AS (SELECT task, sum(seconds) AS seconds FROM entries GROUP BY task)
        SELECT t.id, t.remote_id, t.seconds_total, ifnull(c.seconds, 0)
          FROM tasks t LEFT JOIN cached c ON c.task = t.id
         WHERE t.remote = :remote
           AND (t.seconds_total IS NOT NULL OR c.seconds <> 0)
           AND t.seconds_total IS NOT ifnull(c.seconds, 0)
         ORDER BY t.id)")
                   .bind(":remote", remote),
               [](const Statement& row) {
                   Columns c(row);
                   return TotalGap{c.integer(), c.text(), c.integer_or_null(), c.integer()};
               });
}

std::vector<TaskRow> Sources::needs_mapping(std::int64_t limit) const {
    return all(db_.prepare("SELECT " HB_TASK_COLUMNS R"(
          FROM tasks t JOIN remotes m ON m.id = t.remote
         WHERE t.client IS NULL
           AND EXISTS (SELECT 1 FROM entries e WHERE e.task = t.id AND e.seconds > 0)
         ORDER BY t.id LIMIT :limit)")
                   .bind(":limit", limit),
               task_of);
}

} // namespace hb::store
