#include "base/ensure.h"
#include "domain/json_text.h"
#include "store/chain.h"
#include "store/crm.h"
#include "store/outbox.h"
#include "store/rows.h"

// The log: append-only, each row carrying the hash of the row before (rule 55; chain.h).
namespace hb::store {

namespace {

EventRow event_of(const Statement& select) {
    Columns c(select);
    EventRow row;
    row.seq = c.integer();
    row.at = c.instant();
    row.actor = c.text();
    row.action = c.text();
    row.report = c.integer_or_null();
    row.subject = c.text();
    row.data = c.text();
    row.previous = c.text();
    row.hash = c.text();
    return row;
}

// The name of the key by which rows are sealed now.
constexpr std::string_view kKeyInUse = "chain.key";

struct Head {
    std::int64_t seq = 0;
    std::string hash;
};

Head head_of(Database& db) {
    return first(db.prepare("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"),
                 [](const Statement& row) {
                     Columns c(row);
                     return Head{c.integer(), c.text()};
                 })
        .value_or(Head{});
}

// "" for a plain row. Once a log is sealed, a row that were not would look like somebody else's.
const std::string& key_of_next(Database& db) {
    const std::string& key = db.chain_key();
    if (key.empty())
        ensure(Settings(db).get(0, kKeyInUse).value_or("").empty(),
               "a log that is sealed takes no row without its key");
    return key;
}

} // namespace

void Events::add(Instant now, std::string_view actor, std::string_view action,
                 std::optional<std::int64_t> report, std::string_view subject,
                 std::string_view data) {
    Head head = head_of(db_);
    EventRow row{head.seq + 1,
                 now,
                 std::string(actor),
                 std::string(action),
                 report,
                 std::string(subject),
                 std::string(data),
                 std::move(head.hash),
                 ""};
    row.hash = chain_hash(row, key_of_next(db_));
    db_.prepare(R"(
        INSERT INTO events(seq, at, actor, action, report, subject, data, previous, hash)
        VALUES (:seq, :at, :actor, :action, :report, :subject, :data, :previous, :hash))")
        .bind(":seq", row.seq)
        .bind(":at", stored(row.at))
        .bind(":actor", row.actor)
        .bind(":action", row.action)
        .bind(":report", row.report)
        .bind(":subject", row.subject)
        .bind(":data", row.data)
        .bind(":previous", row.previous)
        .bind(":hash", row.hash)
        .run();
}

std::vector<EventRow> Events::of_report(std::int64_t report) const {
    return all(db_.prepare(R"(
        SELECT seq, at, actor, action, report, subject, data, previous, hash FROM events
         WHERE report = :report ORDER BY seq)")
                   .bind(":report", report),
               event_of);
}

std::vector<EventRow> Events::of_subject(std::string_view subject) const {
    return all(db_.prepare(R"(
        SELECT seq, at, actor, action, report, subject, data, previous, hash FROM events
         WHERE subject = :subject ORDER BY seq)")
                   .bind(":subject", subject),
               event_of);
}

std::vector<EventRow> Events::since(std::int64_t seq, std::int64_t limit) const {
    return all(db_.prepare(R"(
        SELECT seq, at, actor, action, report, subject, data, previous, hash FROM events
         WHERE seq > :seq ORDER BY seq LIMIT :limit)")
                   .bind(":seq", seq)
                   .bind(":limit", limit),
               event_of);
}

void Events::chain_anew(std::int64_t seq, std::int64_t rows) {
    const std::string before = head_of(db_).hash;
    constexpr std::int64_t kAtOnce = 1000;
    Instant last{};
    auto page = since(seq - 2, kAtOnce); // with the row before, whose hash stays
    std::string previous = seq > 1 && !page.empty() ? page.front().hash : "";
    std::int64_t done = seq - 1;
    while (!(page = since(done, kAtOnce)).empty())
        for (auto& row : page) {
            row.previous = previous;
            row.hash = previous = chain_hash(row, "");
            db_.prepare("UPDATE events SET previous = :previous, hash = :hash WHERE seq = :seq")
                .bind(":previous", row.previous)
                .bind(":hash", row.hash)
                .bind(":seq", row.seq)
                .run();
            done = row.seq;
            last = row.at;
        }
    add(last, "migration", "log.scrubbed", std::nullopt, "",
        domain::JsonObject()
            .add("from", domain::json_number(seq))
            .add("rows", domain::json_number(rows))
            .add("was", domain::json_string(before))
            .text());
}

void Events::begin_key(Instant now) {
    const std::string name = chain_key_name(db_.chain_key());
    Settings settings(db_);
    if (settings.get(0, kKeyInUse).value_or("") == name) return;
    std::optional<Tx> tx;
    if (!db_.in_transaction()) tx.emplace(db_);
    settings.put(0, kKeyInUse, name, now);
    add(now, "hourbridge", kChainKeyed, std::nullopt, "",
        domain::JsonObject().add("key", domain::json_string(name)).text());
    if (tx) tx->commit();
}

std::string Events::verify_chain() const {
    return look_at_chain(db_).broken;
}

} // namespace hb::store
