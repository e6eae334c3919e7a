#include "store/unlisted.h"

#include "store/rows.h"

namespace hb::store {

std::vector<std::string> unlisted_people(Database& db, std::int64_t remote) {
    return all(db.prepare(R"(
        SELECT remote_id FROM persons WHERE remote = :remote AND known = 0 ORDER BY id)")
                   .bind(":remote", remote),
               only_text);
}

std::vector<std::string> those_with_time(Database& db, std::int64_t remote,
                                         const std::vector<std::string>& people) {
    std::vector<std::string> out;
    for (const auto& id : people) {
        const auto found = first(db.prepare(R"(
            SELECT 1 FROM entries
             WHERE person = (SELECT id FROM persons WHERE remote = :remote AND remote_id = :id)
               AND deleted = 0 LIMIT 1)")
                                     .bind(":remote", remote)
                                     .bind(":id", id),
                                 only_integer);
        if (found) out.push_back(id);
    }
    return out;
}

Nameless nameless_people(Database& db, std::int64_t remote) {
    Nameless out;
    auto& row = db.prepare(R"(
        SELECT p.remote_id, p.name, sum(e.seconds)
          FROM entries e JOIN persons p ON p.id = e.person
         WHERE e.remote = :remote AND e.deleted = 0
         GROUP BY p.id ORDER BY 3 DESC, p.id)")
                    .bind(":remote", remote);
    const Finally end(row);
    while (row.step()) {
        ++out.people;
        if (row.text(1).empty()) out.without.push_back({row.text(0), row.integer(2)});
    }
    return out;
}

} // namespace hb::store
