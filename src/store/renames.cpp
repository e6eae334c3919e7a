#include "store/renames.h"

#include "store/rows.h"

namespace hb::store {

std::vector<RenameRow> Renames::all() const {
    return hb::store::all(db_.prepare(R"(
        SELECT remote, stream, remote_id, used, since FROM renames
         ORDER BY remote, stream, remote_id)"),
                          [](const Statement& row) {
                              Columns c(row);
                              RenameRow out;
                              out.remote = c.integer();
                              out.stream = c.text();
                              out.id = c.text();
                              out.used = c.text();
                              out.since = c.instant();
                              return out;
                          });
}

std::map<std::string, std::string> Renames::used(std::int64_t remote,
                                                 std::string_view stream) const {
    auto& select = db_.prepare(
        "SELECT remote_id, used FROM renames WHERE remote = :remote AND stream = :stream");
    select.bind(":remote", remote).bind(":stream", stream);
    const Finally end(select);
    std::map<std::string, std::string> out;
    while (select.step()) out.emplace(select.text(0), select.text(1));
    return out;
}

void Renames::put(const RenameRow& row) {
    db_.prepare(R"(
        INSERT INTO renames(remote, stream, remote_id, used, since)
        VALUES (:remote, :stream, :id, :used, :since) ON CONFLICT DO NOTHING)")
        .bind(":remote", row.remote)
        .bind(":stream", row.stream)
        .bind(":id", row.id)
        .bind(":used", row.used)
        .bind(":since", stored(row.since))
        .run();
}

bool Renames::drop(std::int64_t remote, std::string_view stream, std::string_view id) {
    db_.prepare(
           "DELETE FROM renames WHERE remote = :remote AND stream = :stream AND remote_id = :id")
        .bind(":remote", remote)
        .bind(":stream", stream)
        .bind(":id", id)
        .run();
    return db_.changes() > 0;
}

} // namespace hb::store
