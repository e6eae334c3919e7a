#include "store/waiting.h"

#include "store/rows.h"

namespace hb::store {
namespace {

using domain::MoneyField;

WaitingRow row_of(const Statement& row) {
    Columns c(row);
    WaitingRow out;
    out.id = c.integer();
    out.remote = c.integer();
    out.record.stream = c.text();
    out.record.id = c.text();
    out.record.hash = c.text();
    out.record.text = c.text();
    out.since = c.instant();
    out.asked = c.flag();
    out.shown = c.flag();
    return out;
}

// What each field counts as "known with a value" (one row: one number for each field).
const char* known_sql(std::string_view stream) {
    if (stream == "tasks")
        return R"(SELECT sum(links <> ''), sum(project <> ''), sum(tags <> ''), sum(status <> 0),
                         sum(parent <> '') FROM tasks WHERE remote = :remote AND known = 1)";
    if (stream == "entries")
        return R"(SELECT sum(seconds <> 0), count(*), count(*), count(*), count(word), count(word),
                         sum(instr(word, char(10)) > 0)
                    FROM entries WHERE remote = :remote AND deleted = 0)";
    if (stream == "deals")
        return "SELECT sum(company <> '') FROM deals WHERE remote = :remote AND known = 1";
    if (stream == "companies")
        return "SELECT sum(own) FROM companies WHERE remote = :remote AND known = 1";
    return nullptr;
}

std::vector<MoneyField> counted(std::string_view stream) {
    if (stream == "tasks")
        return {MoneyField::TaskLinks, MoneyField::TaskProject, MoneyField::TaskTags,
                MoneyField::TaskStatus, MoneyField::TaskParent};
    if (stream == "entries")
        return {MoneyField::EntrySeconds,  MoneyField::EntryDay,
                MoneyField::EntryTask,     MoneyField::EntryPerson,
                MoneyField::EntryBillable, MoneyField::EntryBilledElsewhere,
                MoneyField::EntryTags};
    if (stream == "deals") return {MoneyField::DealCompany};
    return {MoneyField::CompanyOwn};
}

} // namespace

void Waiting::put(const WaitingRow& row) {
    db_.prepare(R"(
        INSERT INTO waiting(remote, stream, remote_id, hash, text, since)
        VALUES (:remote, :stream, :id, :hash, :text, :since)
        ON CONFLICT(remote, stream, remote_id) DO UPDATE SET hash = excluded.hash,
               text = excluded.text
         WHERE (hash, text) IS NOT (excluded.hash, excluded.text))")
        .bind(":remote", row.remote)
        .bind(":stream", row.record.stream)
        .bind(":id", row.record.id)
        .bind(":hash", row.record.hash)
        .bind(":text", row.record.text)
        .bind(":since", stored(row.since))
        .run();
    if (db_.changes() == 0) return;
    const auto id = first(db_.prepare(R"(
        SELECT id FROM waiting WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
                              .bind(":remote", row.remote)
                              .bind(":stream", row.record.stream)
                              .bind(":id", row.record.id),
                          only_integer);
    db_.prepare("DELETE FROM waiting_values WHERE waiting = :id").bind(":id", *id).run();
    for (const auto& change : row.changes)
        db_.prepare(R"(
            INSERT INTO waiting_values(waiting, field, was, now)
            VALUES (:id, :field, :was, :now))")
            .bind(":id", *id)
            .bind(":field", static_cast<int>(change.field))
            .bind(":was", change.was)
            .bind(":now", change.now)
            .run();
}

void Waiting::drop(std::int64_t remote, std::string_view stream,
                   const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
        db_.prepare(R"(
            DELETE FROM waiting_values WHERE waiting IN (
                SELECT id FROM waiting
                 WHERE remote = :remote AND stream = :stream AND remote_id = :id))")
            .bind(":remote", remote)
            .bind(":stream", stream)
            .bind(":id", id)
            .run();
        db_.prepare(R"(
            DELETE FROM waiting WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
            .bind(":remote", remote)
            .bind(":stream", stream)
            .bind(":id", id)
            .run();
    }
}

void Waiting::set_asked(std::int64_t id, bool asked) {
    db_.prepare(R"(
        UPDATE waiting SET asked = :asked, shown = iif(:asked = 1, hash, '')
         WHERE id = :id AND (asked <> :asked OR (asked = 1 AND shown <> hash)))")
        .bind(":asked", flag(asked))
        .bind(":id", id)
        .run();
}

std::map<std::string, std::string> Waiting::hashes(std::int64_t remote,
                                                   std::string_view stream) const {
    auto& select = db_.prepare(
        "SELECT remote_id, hash FROM waiting WHERE remote = :remote AND stream = :stream");
    select.bind(":remote", remote).bind(":stream", stream);
    const Finally end(select);
    std::map<std::string, std::string> out;
    while (select.step()) out.emplace(select.text(0), select.text(1));
    return out;
}

std::vector<WaitingRow> Waiting::of_stream(std::int64_t remote, std::string_view stream) const {
    auto rows = all(db_.prepare(R"(
        SELECT id, remote, stream, remote_id, hash, text, since, asked, asked = 1 AND shown = hash
          FROM waiting
         WHERE remote = :remote AND stream = :stream ORDER BY id)")
                        .bind(":remote", remote)
                        .bind(":stream", stream),
                    row_of);
    for (auto& row : rows)
        row.changes = all(db_.prepare(R"(
            SELECT field, was, now FROM waiting_values WHERE waiting = :id ORDER BY field)")
                              .bind(":id", row.id),
                          [](const Statement& value) {
                              Columns c(value);
                              const auto field = static_cast<MoneyField>(c.small());
                              std::string was = c.text();
                              return domain::ValueChange{field, std::move(was), c.text()};
                          });
    return rows;
}

bool Waiting::any(std::int64_t remote, std::string_view stream) const {
    return first(db_.prepare(R"(
        SELECT 1 FROM waiting WHERE remote = :remote AND stream = :stream LIMIT 1)")
                     .bind(":remote", remote)
                     .bind(":stream", stream),
                 only_integer)
        .has_value();
}

std::optional<std::string> Waiting::accepted_text(std::int64_t remote, std::string_view stream,
                                                  std::string_view id) const {
    return first(db_.prepare(R"(
        SELECT coalesce(a.text, c.text) FROM records c
          LEFT JOIN accepted_texts a ON a.remote = c.remote AND a.stream = c.stream
               AND a.remote_id = c.remote_id
         WHERE c.remote = :remote AND c.stream = :stream AND c.remote_id = :id)")
                     .bind(":remote", remote)
                     .bind(":stream", stream)
                     .bind(":id", id),
                 only_text);
}

domain::KnownOtherwise Waiting::known(std::int64_t remote, std::string_view stream) const {
    domain::KnownOtherwise out;
    const char* sql = known_sql(stream);
    if (sql == nullptr) return out;
    auto& select = db_.prepare(sql).bind(":remote", remote);
    const Finally end(select);
    if (!select.step()) return out;
    int column = 0;
    for (const auto field : counted(stream))
        out[field] = select.integer_or_null(column++).value_or(0);
    return out;
}

std::vector<HeldRow> Waiting::holding(std::int64_t report) const {
    return all(db_.prepare(R"(
        SELECT m.name, v.field, count(*), min(w.since)
          FROM waiting w JOIN waiting_values v ON v.waiting = w.id JOIN remotes m ON m.id = w.remote
         WHERE w.asked = 1
           AND ((w.stream = 'entries' AND EXISTS (
                   SELECT 1 FROM entries e WHERE e.remote = w.remote AND e.remote_id = w.remote_id
                      AND e.live_report = :report))
             OR (w.stream = 'tasks' AND EXISTS (
                   SELECT 1 FROM tasks t JOIN entries e ON e.task = t.id
                    WHERE t.remote = w.remote AND t.remote_id = w.remote_id
                      AND e.live_report = :report))
             OR w.stream IN ('deals', 'companies'))
         GROUP BY m.name, v.field ORDER BY m.name, v.field)")
                   .bind(":report", report),
               [](const Statement& row) {
                   Columns c(row);
                   HeldRow out;
                   out.remote = c.text();
                   out.field = static_cast<MoneyField>(c.small());
                   out.records = c.integer();
                   out.since = c.instant();
                   return out;
               });
}

std::set<std::int64_t> Waiting::free_of(std::int64_t client) const {
    const auto ids = all(db_.prepare(R"(
        SELECT e.id FROM waiting w
          JOIN entries e ON e.remote = w.remote AND e.remote_id = w.remote_id
         WHERE w.asked = 1 AND w.stream = 'entries' AND e.client = :client
           AND e.live_report IS NULL
        UNION
        SELECT e.id FROM waiting w
          JOIN tasks t ON t.remote = w.remote AND t.remote_id = w.remote_id
          JOIN entries e ON e.task = t.id
         WHERE w.asked = 1 AND w.stream = 'tasks' AND e.client = :client AND e.live_report IS NULL
        UNION
        SELECT e.id FROM waiting w
          JOIN tasks t ON t.client = :client
               AND instr(char(10) || t.links || char(10),
                         char(10) || 'deal ' || w.remote_id || char(10)) > 0
          JOIN entries e ON e.task = t.id
         WHERE w.asked = 1 AND w.stream = 'deals' AND e.client = :client AND e.live_report IS NULL
        UNION
        SELECT e.id FROM waiting w
          JOIN companies c ON c.remote = w.remote AND c.remote_id = w.remote_id AND c.id = :client
          JOIN entries e ON e.client = c.id
         WHERE w.asked = 1 AND w.stream = 'companies' AND e.live_report IS NULL)")
                             .bind(":client", client),
                         only_integer);
    return {ids.begin(), ids.end()};
}

std::vector<std::string> Waiting::clients(std::int64_t remote, std::string_view stream) const {
    if (stream == "entries")
        return all(db_.prepare(R"(
            SELECT DISTINCT c.name FROM waiting w
              JOIN entries e ON e.remote = w.remote AND e.remote_id = w.remote_id
              JOIN companies c ON c.id = e.client
             WHERE w.remote = :remote AND w.stream = 'entries' AND w.asked = 1 ORDER BY c.name)")
                       .bind(":remote", remote),
                   only_text);
    if (stream == "tasks")
        return all(db_.prepare(R"(
            SELECT DISTINCT c.name FROM waiting w
              JOIN tasks t ON t.remote = w.remote AND t.remote_id = w.remote_id
              JOIN companies c ON c.id = t.client
             WHERE w.remote = :remote AND w.stream = 'tasks' AND w.asked = 1 ORDER BY c.name)")
                       .bind(":remote", remote),
                   only_text);
    return {};
}

} // namespace hb::store
