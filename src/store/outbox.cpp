#include "store/outbox.h"

#include <limits>

#include <sqlite3.h>

#include "base/ensure.h"
#include "store/breakers.h"
#include "store/rows.h"

// What we tell the outside.
//
//   pending --claim--> in_flight --> done
//      ^                 |  \------> pending    it did not run
//      |                 |   \-----> parked     it never will: a person
//      +--- uncertain <--+                      it may have run, or the process died
//
// Ops of one purpose go out in the order in which they were made.
#define HB_OP_COLUMNS                                                                              \
    "o.id, o.remote, o.report, o.task, o.purpose, o.kind, o.repeat, o.key, o.target, o.fields, "   \
    "o.after, o.state, o.attempts, o.lookups, o.claimed_at, o.due_at, o.last_error, "              \
    "o.remote_id, o.verified, o.made_at, o.done_at, o.superseded, o.needs"
// Open, its predecessor done, and nothing older of its purpose still open.
#define HB_OP_MAY_RUN                                                                              \
    "o.state IN ('pending','in_flight','uncertain') AND o.superseded = 0 "                         \
    "AND (o.after IS NULL "                                                                        \
    "     OR EXISTS (SELECT 1 FROM outbox b WHERE b.id = o.after AND b.state = 'done')) "          \
    "AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.purpose = o.purpose AND b.id < o.id "          \
    "                AND b.superseded = 0 AND b.state IN ('pending','in_flight','uncertain')) "

namespace hb::store {

const char* to_string(OpState state) {
    switch (state) {
    case OpState::Pending:
        return "pending";
    case OpState::InFlight:
        return "in_flight";
    case OpState::Uncertain:
        return "uncertain";
    case OpState::Done:
        return "done";
    case OpState::Parked:
        return "parked";
    }
    fail_invariant("an op state without a name");
}

Result<OpState> parse_op_state(std::string_view text) {
    for (const OpState state :
         {OpState::Pending, OpState::InFlight, OpState::Uncertain, OpState::Done, OpState::Parked})
        if (text == to_string(state)) return state;
    return Error{Code::Usage, "\"" + std::string(text) + "\" is no state of an outgoing operation",
                 "", "use one of pending, in_flight, uncertain, done, parked"};
}

namespace {

// A name that this version does not know is of books that another one has written: what the op
// would do is unknown, so nothing is done with it, and nobody takes it for something else.
domain::OpKind kind_of(std::int64_t op, const std::string& name) {
    const auto kind = domain::parse_op_kind(name);
    if (!kind)
        throw StoreError("op " + std::to_string(op) + " of the books is of the kind \"" + name +
                             "\", which this version does not know",
                         SQLITE_MISMATCH);
    return *kind;
}

OpRow op_of(const Statement& select) {
    Columns c(select);
    OpRow row;
    row.id = c.integer();
    row.remote = c.integer();
    row.report = c.integer_or_null();
    row.task = c.integer_or_null();
    row.purpose = domain::Purpose::stored(c.text());
    row.op.kind = kind_of(row.id, c.text());
    row.op.repeat = static_cast<domain::Repeat>(c.small());
    row.op.key = c.text();
    row.op.target = c.text();
    row.op.fields = c.text();
    row.after = c.integer_or_null();
    row.state = parse_op_state(c.text()).value();
    row.attempts = c.small();
    row.lookups = c.small();
    row.claimed_at = c.instant_or_null();
    row.due_at = c.instant();
    row.last_error = c.text();
    row.remote_id = c.text();
    row.verified = c.flag();
    row.made_at = c.instant();
    row.done_at = c.instant_or_null();
    row.superseded = c.flag();
    row.needs = c.text();
    return row;
}

std::int64_t insert_op(Database& db, const OpRow& row) {
    db.prepare(R"(
        INSERT INTO outbox(remote, report, task, kind, repeat, purpose, key, target, fields, after,
                           state, attempts, lookups, claimed_at, due_at, last_error, remote_id,
                           verified, made_at, done_at, needs)
        VALUES (:remote, :report, :task, :kind, :repeat, :purpose, :key, :target, :fields, :after,
                :state, :attempts, :lookups, :claimed_at, :due_at, :last_error, :remote_id,
                :verified, :made_at, :done_at, :needs))")
        .bind(":remote", row.remote)
        .bind(":report", row.report)
        .bind(":task", row.task)
        .bind(":kind", to_string(row.op.kind))
        .bind(":repeat", static_cast<int>(row.op.repeat))
        .bind(":purpose", row.purpose.text())
        .bind(":key", row.op.key)
        .bind(":target", row.op.target)
        .bind(":fields", row.op.fields)
        .bind(":after", row.after)
        .bind(":state", to_string(row.state))
        .bind(":attempts", row.attempts)
        .bind(":lookups", row.lookups)
        .bind(":claimed_at", stored(row.claimed_at))
        .bind(":due_at", stored(row.due_at))
        .bind(":last_error", row.last_error)
        .bind(":remote_id", row.remote_id)
        .bind(":verified", flag(row.verified))
        .bind(":made_at", stored(row.made_at))
        .bind(":done_at", stored(row.done_at))
        .bind(":needs", row.needs)
        .run();
    return db.last_insert_id();
}

// The newer value takes the place of those that did not go out yet, parked ones among them: a later
// retry would write an old value over a new one. Who waited for one of them waits for the newer
// one.
void supersede(Database& db, const OpRow& row, std::int64_t by) {
    db.prepare(R"(
        UPDATE outbox SET after = :by
         WHERE id <> :by AND after IN (SELECT id FROM outbox WHERE purpose = :purpose AND id < :by
                                         AND repeat = 0 AND state IN ('pending', 'parked')))")
        .bind(":by", by)
        .bind(":purpose", row.purpose.text())
        .run();
    db.prepare(R"(
        UPDATE outbox SET superseded = 1, state = 'done', done_at = :now
         WHERE purpose = :purpose AND id < :by AND repeat = 0
           AND state IN ('pending', 'parked'))")
        .bind(":now", stored(row.made_at))
        .bind(":purpose", row.purpose.text())
        .bind(":by", by)
        .run();
}

} // namespace

std::int64_t Outbox::add(const OpRow& row) {
    if (row.op.repeat == domain::Repeat::Findable) {
        const auto standing = first(db_.prepare(R"(
            SELECT id FROM outbox WHERE purpose = :purpose AND repeat = 1 AND superseded = 0)")
                                        .bind(":purpose", row.purpose.text()),
                                    only_integer);
        if (standing) return *standing;
    }
    const std::int64_t id = insert_op(db_, row);
    if (row.op.repeat == domain::Repeat::Fixed) supersede(db_, row, id);
    return id;
}

// Stuck ones (breakers.h) come after all others.
std::optional<OpRow> Outbox::next(std::int64_t remote, Instant now) const {
    const auto of = [&](int least, int most) {
        return first(db_.prepare("SELECT " HB_OP_COLUMNS R"(
          FROM outbox o INDEXED BY outbox_due
         WHERE o.remote = :remote AND o.due_at <= :now
           AND ifnull((SELECT t.failures FROM op_troubles t WHERE t.op = o.id), 0)
               BETWEEN :least AND :most
           AND )" HB_OP_MAY_RUN R"(
         ORDER BY o.due_at, o.id LIMIT 1)")
                         .bind(":remote", remote)
                         .bind(":now", stored(now))
                         .bind(":least", least)
                         .bind(":most", most),
                     op_of);
    };
    auto op = of(0, kStuckAfter - 1);
    return op ? op : of(kStuckAfter, std::numeric_limits<int>::max());
}

std::vector<OpRow> Outbox::due_of_kind(std::int64_t remote, domain::OpKind kind, Instant now,
                                       std::int64_t limit) const {
    return all(db_.prepare("SELECT " HB_OP_COLUMNS R"(
          FROM outbox o INDEXED BY outbox_due
         WHERE o.remote = :remote AND o.due_at <= :now AND o.kind = :kind AND o.state = 'pending'
           AND ifnull((SELECT t.failures FROM op_troubles t WHERE t.op = o.id), 0) < :alone
           AND )" HB_OP_MAY_RUN R"(
         ORDER BY o.due_at, o.id LIMIT :limit)")
                   .bind(":remote", remote)
                   .bind(":kind", to_string(kind))
                   .bind(":now", stored(now))
                   .bind(":alone", kAloneAfter)
                   .bind(":limit", limit),
               op_of);
}

std::optional<Instant> Outbox::next_due(std::int64_t remote) const {
    return first(db_.prepare("SELECT o.due_at FROM outbox o INDEXED BY outbox_due "
                             "WHERE o.remote = :remote AND " HB_OP_MAY_RUN
                             "ORDER BY o.due_at LIMIT 1")
                     .bind(":remote", remote),
                 [](const Statement& row) { return Columns(row).instant(); });
}

bool Outbox::claim(std::int64_t id, Instant now) {
    db_.prepare(R"(
        UPDATE outbox SET state = 'in_flight', attempts = attempts + 1, claimed_at = :now
         WHERE id = :id AND state = 'pending' AND superseded = 0)")
        .bind(":now", stored(now))
        .bind(":id", id)
        .run();
    return db_.changes() == 1;
}

void Outbox::update(const OpRow& row) {
    db_.prepare(R"(
        UPDATE outbox SET state = :state, attempts = :attempts, lookups = :lookups,
               due_at = :due_at, last_error = :last_error, remote_id = :remote_id,
               verified = :verified, done_at = :done_at, superseded = :superseded, target = :target
         WHERE id = :id)")
        .bind(":state", to_string(row.state))
        .bind(":attempts", row.attempts)
        .bind(":lookups", row.lookups)
        .bind(":due_at", stored(row.due_at))
        .bind(":last_error", row.last_error)
        .bind(":remote_id", row.remote_id)
        .bind(":verified", flag(row.verified))
        .bind(":done_at", stored(row.done_at))
        .bind(":superseded", flag(row.superseded))
        .bind(":target", row.op.target)
        .bind(":id", row.id)
        .run();
    ensure(db_.changes() == 1, "update of an op that is not there");
}

std::optional<std::int64_t> Outbox::report_of(std::int64_t remote, domain::OpKind kind,
                                              std::string_view remote_id) const {
    return first(db_.prepare(R"(
        SELECT report FROM outbox
         WHERE remote_id = :remote_id AND remote_id <> '' AND repeat = 1 AND kind = :kind
           AND remote = :remote AND superseded = 0
           AND report IS NOT NULL LIMIT 1)")
                     .bind(":remote_id", remote_id)
                     .bind(":kind", to_string(kind))
                     .bind(":remote", remote),
                 only_integer);
}

std::optional<OpRow> Outbox::find(std::int64_t id) const {
    return first(
        db_.prepare("SELECT " HB_OP_COLUMNS " FROM outbox o WHERE o.id = :id").bind(":id", id),
        op_of);
}

std::vector<OpRow> Outbox::list(std::optional<OpState> state, std::int64_t limit) const {
    const auto name = state ? std::optional<std::string>(to_string(*state)) : std::nullopt;
    return all(db_.prepare("SELECT " HB_OP_COLUMNS R"(
          FROM outbox o WHERE :state IS NULL OR o.state = :state
         ORDER BY o.id LIMIT :limit)")
                   .bind(":state", name)
                   .bind(":limit", limit),
               op_of);
}

std::vector<OpRow> Outbox::waiting_for(std::int64_t op) const {
    return all(db_.prepare("SELECT " HB_OP_COLUMNS R"(
          FROM outbox o WHERE o.after = :op AND o.state = 'pending' AND o.superseded = 0
         ORDER BY o.id)")
                   .bind(":op", op),
               op_of);
}

std::vector<OpRow> Outbox::parked_behind(std::int64_t op) const {
    return all(db_.prepare("SELECT " HB_OP_COLUMNS R"(
          FROM outbox o WHERE o.after = :op AND o.state = 'parked' AND o.attempts = 0
           AND o.superseded = 0
         ORDER BY o.id)")
                   .bind(":op", op),
               op_of);
}

std::vector<OpRow> Outbox::of_report(std::int64_t report) const {
    return all(
        db_.prepare("SELECT " HB_OP_COLUMNS " FROM outbox o WHERE o.report = :report ORDER BY o.id")
            .bind(":report", report),
        op_of);
}

std::optional<OpRow> Outbox::of_purpose(const domain::Purpose& purpose) const {
    return first(db_.prepare("SELECT " HB_OP_COLUMNS R"(
          FROM outbox o WHERE o.purpose = :purpose AND o.superseded = 0
         ORDER BY o.id DESC LIMIT 1)")
                     .bind(":purpose", purpose.text()),
                 op_of);
}

std::int64_t Outbox::recover(Instant now) {
    db_.prepare("UPDATE outbox SET state = 'uncertain', due_at = :now WHERE state = 'in_flight'")
        .bind(":now", stored(now))
        .run();
    return db_.changes();
}

std::int64_t Outbox::count(OpState state) const {
    return first(db_.prepare(R"(
        SELECT count(*) FROM outbox WHERE state = :state AND superseded = 0)")
                     .bind(":state", to_string(state)),
                 only_integer)
        .value();
}

} // namespace hb::store
