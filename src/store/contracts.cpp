#include "base/ensure.h"
#include "store/reports.h"
#include "store/rows.h"

namespace hb::store {

namespace {

ContractRow contract_of(const Statement& row) {
    Columns c(row);
    return ContractRow{c.integer(), c.integer(), c.small(),  c.day(),
                       c.text(),    c.text(),    c.instant()};
}

} // namespace

std::int64_t Contracts::add(const ContractRow& row) {
    const auto next = first(db_.prepare(R"(
        SELECT ifnull(max(version), 0) + 1 FROM contracts WHERE client = :client)")
                                .bind(":client", row.client),
                            only_integer);
    ensure(next == row.version, "a contract's version is the client's next");
    db_.prepare(R"(
        INSERT INTO contracts(client, version, valid_from, text, actor, at)
        VALUES (:client, :version, :valid_from, :text, :actor, :at))")
        .bind(":client", row.client)
        .bind(":version", row.version)
        .bind(":valid_from", stored(row.valid_from))
        .bind(":text", row.text)
        .bind(":actor", row.actor)
        .bind(":at", stored(row.at))
        .run();
    return db_.last_insert_id();
}

std::vector<ContractRow> Contracts::of_client(std::int64_t client) const {
    return store::all(db_.prepare(R"(
        SELECT id, client, version, valid_from, text, actor, at FROM contracts
         WHERE client = :client ORDER BY version)")
                          .bind(":client", client),
                      contract_of);
}

std::optional<ContractRow> Contracts::find(std::int64_t id) const {
    return first(db_.prepare(R"(
        SELECT id, client, version, valid_from, text, actor, at FROM contracts WHERE id = :id)")
                     .bind(":id", id),
                 contract_of);
}

std::vector<ContractRow> Contracts::all() const {
    return store::all(db_.prepare(R"(
        SELECT id, client, version, valid_from, text, actor, at FROM contracts
         ORDER BY client, version)"),
                      contract_of);
}

} // namespace hb::store
