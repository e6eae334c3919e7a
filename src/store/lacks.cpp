#include "store/lacks.h"

#include "store/rows.h"

namespace hb::store {
namespace {

struct Row {
    std::int64_t remote = 0;
    domain::Lack lack;
};

Row row_of(const Statement& select) {
    Columns c(select);
    Row row;
    row.remote = c.integer();
    row.lack.method = c.text();
    row.lack.about = c.text();
    row.lack.why = static_cast<domain::LackWhy>(c.small());
    row.lack.what = c.text();
    row.lack.hint = c.text();
    row.lack.since = c.instant();
    row.lack.again = c.instant();
    return row;
}

} // namespace

std::vector<domain::Lack> Lacks::of(std::int64_t remote) const {
    auto found = all();
    return std::move(found[remote]);
}

std::map<std::int64_t, std::vector<domain::Lack>> Lacks::all() const {
    std::map<std::int64_t, std::vector<domain::Lack>> out;
    for (auto& row : store::all(db_.prepare(R"(
        SELECT remote, method, about, why, what, hint, since_at, again_at FROM lacks
         ORDER BY remote, method, about)"),
                                row_of))
        out[row.remote].push_back(std::move(row.lack));
    return out;
}

void Lacks::put(std::int64_t remote, const std::vector<domain::Lack>& lacks) {
    db_.prepare("DELETE FROM lacks WHERE remote = :remote").bind(":remote", remote).run();
    for (const auto& lack : lacks)
        db_.prepare(R"(
            INSERT INTO lacks(remote, method, about, why, what, hint, since_at, again_at)
            VALUES (:remote, :method, :about, :why, :what, :hint, :since, :again))")
            .bind(":remote", remote)
            .bind(":method", lack.method)
            .bind(":about", lack.about)
            .bind(":why", static_cast<int>(lack.why))
            .bind(":what", lack.what)
            .bind(":hint", lack.hint)
            .bind(":since", stored(lack.since))
            .bind(":again", stored(lack.again))
            .run();
}

void Lacks::try_anew(std::int64_t remote, Instant now) {
    db_.prepare("UPDATE lacks SET again_at = min(again_at, :now) WHERE remote = :remote")
        .bind(":now", stored(now))
        .bind(":remote", remote)
        .run();
    db_.prepare(R"(
        UPDATE op_lacks SET again_at = min(again_at, :now)
         WHERE op IN (SELECT id FROM outbox WHERE remote = :remote))")
        .bind(":now", stored(now))
        .bind(":remote", remote)
        .run();
}

} // namespace hb::store
