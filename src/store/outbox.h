#pragma once

#include <string>
#include <vector>

#include "domain/exchange.h"
#include "domain/purpose.h"
#include "store/database.h"

// Outbox, inbox, jobs, the event log. Callers hold a Tx for everything that writes.
namespace hb::store {

enum class OpState { Pending, InFlight, Uncertain, Done, Parked };
const char* to_string(OpState state); // pending in_flight uncertain done parked
Result<OpState> parse_op_state(std::string_view text);

struct OpRow {
    std::int64_t id = 0;
    std::int64_t remote = 0;
    std::optional<std::int64_t> report;
    std::optional<std::int64_t> task;
    domain::Purpose purpose;
    domain::WriteOp op;
    // What only the moment of sending knows, beside the fields and by its place in them
    // (domain/parts.h, needs_text()); the fields themselves are never searched (G60).
    std::string needs = "[]";
    std::optional<std::int64_t> after;
    OpState state = OpState::Pending;
    int attempts = 0;
    int lookups = 0;
    std::optional<Instant> claimed_at;
    Instant due_at{};
    std::string last_error;
    std::string remote_id;
    bool verified = false;
    Instant made_at{};
    std::optional<Instant> done_at;
    bool superseded = false;
};

class Outbox {
public:
    explicit Outbox(Database& db) : db_(db) {}

    // Adds an op. A Fixed op of the same purpose that is still pending is superseded; a Findable
    // one of a purpose that stands already is not added: its id is returned (rule 48).
    std::int64_t add(const OpRow& row);
    // The most urgent op of the remote that is due and whose `after` is done: pending, uncertain,
    // or in_flight left behind by a dead process. nullopt: nothing is due at `now`.
    std::optional<OpRow> next(std::int64_t remote, Instant now) const;
    // Due pending ops of this remote and kind, most urgent first: what can go out in one request.
    std::vector<OpRow> due_of_kind(std::int64_t remote, domain::OpKind kind, Instant now,
                                   std::int64_t limit) const;
    // When the next op of this remote becomes due; nullopt: nothing waits.
    std::optional<Instant> next_due(std::int64_t remote) const;
    // Pending -> InFlight with attempts + 1. False when somebody else was first.
    bool claim(std::int64_t id, Instant now);
    void update(const OpRow& row); // state, attempts, lookups, due, error, remote_id, verified,
                                   // done_at, superseded, target
    std::optional<OpRow> find(std::int64_t id) const;
    std::vector<OpRow> list(std::optional<OpState> state, std::int64_t limit) const;
    // Pending ones whose `after` is this op.
    std::vector<OpRow> waiting_for(std::int64_t op) const;
    // Parked ones whose `after` is this op, and that were never tried.
    std::vector<OpRow> parked_behind(std::int64_t op) const;
    std::vector<OpRow> of_report(std::int64_t report) const;
    // The report for which an op of this kind made the object.
    std::optional<std::int64_t> report_of(std::int64_t remote, domain::OpKind kind,
                                          std::string_view remote_id) const;
    std::optional<OpRow>
    of_purpose(const domain::Purpose& purpose) const; // the newest, not superseded
    // The process that died left these in flight; they may have run. Done at start-up: InFlight ->
    // Uncertain.
    std::int64_t recover(Instant now);
    std::int64_t count(OpState state) const;

private:
    Database& db_;
};

class Inbox {
public:
    explicit Inbox(Database& db) : db_(db) {}
    struct Row {
        std::int64_t id;
        std::optional<std::int64_t> remote;
        Instant received_at;
        std::string body;
        std::string state;
        std::string last_error;
    };
    bool add(std::optional<std::int64_t> remote, std::string_view dedupe, std::string_view body,
             Instant now); // false: a duplicate
    std::vector<Row> list(std::string_view state, std::int64_t limit) const;
    std::vector<Row> fresh(std::int64_t limit) const; // in state new, oldest first
    std::optional<Row> find(std::int64_t id) const;
    void settle(std::int64_t id, std::string_view state, std::string_view error);
    // Forgets what was settled and came before `until`; returns how many rows went.
    std::int64_t forget(Instant until);

private:
    Database& db_;
};

struct JobRow {
    std::int64_t remote = 0;
    std::string kind; // pull reconcile payments marks
    std::string stream;
    Instant due_at{};
    int failures = 0;
    std::string last_error;
    std::optional<std::string> stopped;
    std::optional<std::string> what_to_do;
};

class Jobs {
public:
    explicit Jobs(Database& db) : db_(db) {}
    void put(const JobRow& job);
    std::optional<JobRow> find(std::int64_t remote, std::string_view kind,
                               std::string_view stream) const;
    std::vector<JobRow> list(std::optional<std::int64_t> remote) const;

private:
    Database& db_;
};

struct EventRow {
    std::int64_t seq = 0;
    Instant at{};
    std::string actor;
    std::string action;
    std::optional<std::int64_t> report;
    std::string subject;
    std::string data; // JSON
    std::string previous;
    std::string hash;
};

class Events {
public:
    explicit Events(Database& db) : db_(db) {}
    // Appends with the hash of the row before, sealed as store/chain.h says.
    void add(Instant now, std::string_view actor, std::string_view action,
             std::optional<std::int64_t> report, std::string_view subject, std::string_view data);
    std::vector<EventRow> of_report(std::int64_t report) const;
    std::vector<EventRow> of_subject(std::string_view subject) const;
    std::vector<EventRow> since(std::int64_t seq, std::int64_t limit) const;
    // "" when the whole chain verifies; else which row breaks it.
    std::string verify_chain() const;
    // From here on rows are sealed with the key of the Database: a row says so, unless the newest
    // of its kind names this key. At each start of a writer; in the Tx of the caller or one of its
    // own.
    void begin_key(Instant now);
    // For a migration that took secrets out of `rows` rows, the first of which is `seq`: hashes
    // from there on, and a row that says so and holds the hash that the log ended with before.
    void chain_anew(std::int64_t seq, std::int64_t rows);

private:
    Database& db_;
};

// One finding of `hourbridge verify`.
struct Check {
    std::string name;
    bool ok = true;
    std::string detail;
};
// Recomputes from raw rows every sum and derived column (entries.live_report, rollup, report
// totals, line sums, allocation sums per line (rule 4), live allocations per entry (rule 2),
// orphans, frozen hashes (sha256 of the stored text), revision totals against lines, live
// allocation <-> visible line both ways (rule 3), numbers, payments within bounds, events chain.
std::vector<Check> verify_books(Database& db);

// Rows of one table, in words: column names and values. Code::NotFound lists the tables.
Result<std::vector<std::vector<std::pair<std::string, std::string>>>>
dump_table(Database& db, std::string_view table, std::int64_t limit);

} // namespace hb::store
