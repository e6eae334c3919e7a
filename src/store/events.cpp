#include "base/digest.h"
#include "domain/json_text.h"
#include "store/outbox.h"
#include "store/rows.h"

// The log: append-only, each row carrying the hash of the row before (rule 55).
namespace hb::store {

namespace {

// sha256 of: previous \n seq \n at \n actor \n action \n report \n subject \n data
std::string hash_of(const EventRow& row) {
    std::string text = row.previous;
    const auto add = [&text](const std::string& part) { text.append("\n").append(part); };
    add(std::to_string(row.seq));
    add(std::to_string(to_epoch_ms(row.at)));
    add(row.actor);
    add(row.action);
    add(row.report ? std::to_string(*row.report) : "");
    add(row.subject);
    add(row.data);
    return sha256_hex(text);
}

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

// What SQLite remembers as given out: a log whose last rows were cut off shows.
std::int64_t last_given_seq(Database& db) {
    return first(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'"), only_integer)
        .value_or(0);
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
    row.hash = hash_of(row);
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
            row.hash = previous = hash_of(row);
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

std::string Events::verify_chain() const {
    Statement& select = db_.prepare(R"(
        SELECT seq, at, actor, action, report, subject, data, previous, hash FROM events
         ORDER BY seq)");
    const Finally end(select);
    Head head;
    while (select.step()) {
        const EventRow row = event_of(select);
        const std::string which = "event " + std::to_string(row.seq);
        if (row.seq != head.seq + 1)
            return which + " follows event " + std::to_string(head.seq) + ": rows are missing";
        if (row.previous != head.hash) return which + " does not carry the hash of the row before";
        if (row.hash != hash_of(row)) return which + " was changed: its hash differs";
        head = Head{row.seq, row.hash};
    }
    const std::int64_t given = last_given_seq(db_);
    if (given != head.seq)
        return "the log ends at event " + std::to_string(head.seq) + ", but " +
               std::to_string(given) + " were written";
    return "";
}

} // namespace hb::store
