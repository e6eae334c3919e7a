#include "store/breakers.h"

#include "store/rows.h"

namespace hb::store {
namespace {

#define HB_BREAKER_COLUMNS "failures, probes, since, last_failure, probe_at, outage, why"

domain::Breaker breaker_of(Columns& c) {
    domain::Breaker out;
    out.failures = c.small();
    out.probes = c.small();
    out.since = c.instant_or_null();
    out.last_failure = c.instant_or_null();
    out.probe_at = c.instant_or_null();
    out.outage = c.flag();
    out.why = c.text();
    return out;
}

OpTrouble trouble_of(const Statement& row) {
    Columns c(row);
    OpTrouble out;
    out.op = c.integer();
    out.failures = c.small();
    out.pauses = c.small();
    out.unknowns = c.small();
    out.told = c.flag();
    return out;
}

} // namespace

domain::Breaker Breakers::find(std::int64_t remote) const {
    return first(db_.prepare("SELECT " HB_BREAKER_COLUMNS " FROM breakers WHERE remote = :remote")
                     .bind(":remote", remote),
                 [](const Statement& row) {
                     Columns c(row);
                     return breaker_of(c);
                 })
        .value_or(domain::Breaker{});
}

void Breakers::put(std::int64_t remote, const domain::Breaker& breaker) {
    if (!breaker.troubled()) {
        db_.prepare("DELETE FROM breakers WHERE remote = :remote").bind(":remote", remote).run();
        return;
    }
    db_.prepare(R"(
        INSERT OR REPLACE INTO breakers(remote, failures, probes, since, last_failure, probe_at,
                                        outage, why)
        VALUES (:remote, :failures, :probes, :since, :last_failure, :probe_at, :outage, :why))")
        .bind(":remote", remote)
        .bind(":failures", breaker.failures)
        .bind(":probes", breaker.probes)
        .bind(":since", stored(breaker.since))
        .bind(":last_failure", stored(breaker.last_failure))
        .bind(":probe_at", stored(breaker.probe_at))
        .bind(":outage", flag(breaker.outage))
        .bind(":why", breaker.why)
        .run();
}

std::map<std::int64_t, domain::Breaker> Breakers::all() const {
    std::map<std::int64_t, domain::Breaker> out;
    auto& select = db_.prepare("SELECT remote, " HB_BREAKER_COLUMNS " FROM breakers");
    const Finally end(select);
    while (select.step()) {
        Columns c(select);
        const auto remote = c.integer();
        out[remote] = breaker_of(c);
    }
    return out;
}

OpTrouble OpTroubles::find(std::int64_t op) const {
    OpTrouble none;
    none.op = op;
    return first(db_.prepare("SELECT op, failures, pauses, unknowns, told FROM op_troubles "
                             "WHERE op = :op")
                     .bind(":op", op),
                 trouble_of)
        .value_or(none);
}

void OpTroubles::put(const OpTrouble& trouble) {
    db_.prepare(R"(
        INSERT OR REPLACE INTO op_troubles(op, failures, pauses, unknowns, told)
        VALUES (:op, :failures, :pauses, :unknowns, :told))")
        .bind(":op", trouble.op)
        .bind(":failures", trouble.failures)
        .bind(":pauses", trouble.pauses)
        .bind(":unknowns", trouble.unknowns)
        .bind(":told", flag(trouble.told))
        .run();
}

void OpTroubles::forget(std::int64_t op) {
    db_.prepare("DELETE FROM op_troubles WHERE op = :op").bind(":op", op).run();
}

void OpTroubles::forgive(std::int64_t remote) {
    db_.prepare(R"(
        UPDATE outbox SET due_at = made_at
         WHERE remote = :remote AND state IN ('pending', 'uncertain') AND superseded = 0
           AND id IN (SELECT op FROM op_troubles WHERE failures BETWEEN 1 AND :most))")
        .bind(":remote", remote)
        .bind(":most", kStuckAfter - 1)
        .run();
    db_.prepare(R"(
        UPDATE op_troubles SET failures = 0
         WHERE failures BETWEEN 1 AND :most
           AND op IN (SELECT id FROM outbox WHERE remote = :remote))")
        .bind(":remote", remote)
        .bind(":most", kStuckAfter - 1)
        .run();
}

std::map<std::int64_t, std::int64_t> OpTroubles::count_stuck() const {
    std::map<std::int64_t, std::int64_t> out;
    auto& select = db_.prepare(R"(
        SELECT o.remote, count(*) FROM op_troubles t JOIN outbox o ON o.id = t.op
         WHERE t.failures >= :least AND o.superseded = 0 AND o.state NOT IN ('done', 'parked')
         GROUP BY o.remote)");
    select.bind(":least", kStuckAfter);
    const Finally end(select);
    while (select.step()) out[select.integer(0)] = select.integer(1);
    return out;
}

std::vector<OpTrouble> OpTroubles::stuck_untold() const {
    return all(db_.prepare(R"(
        SELECT t.op, t.failures, t.pauses, t.unknowns, t.told
          FROM op_troubles t JOIN outbox o ON o.id = t.op
         WHERE t.failures >= :least AND t.told = 0 AND o.superseded = 0
           AND o.state NOT IN ('done', 'parked') ORDER BY t.op)")
                   .bind(":least", kStuckAfter),
               trouble_of);
}

std::int64_t count_waiting(Database& db, std::int64_t remote) {
    return first(db.prepare(R"(
        SELECT count(*) FROM outbox WHERE remote = :remote AND superseded = 0
           AND state IN ('pending', 'in_flight', 'uncertain'))")
                     .bind(":remote", remote),
                 only_integer)
        .value_or(0);
}

} // namespace hb::store
