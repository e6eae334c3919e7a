#include "store/restore.h"

#include "store/connection.h"
#include "store/rows.h"

// Links of clients when a backup takes the place of the books (G23, G59).
namespace hb::store {
namespace {

struct Link {
    std::int64_t report = 0, client = 0;
    std::string number;
    std::int64_t n = 0;
    std::optional<std::string> digest;
};

std::vector<Link> links_of(Database& db) {
    return all(db.prepare("SELECT id, client, number, link, link_digest FROM reports "
                          "WHERE number IS NOT NULL AND link > 0 ORDER BY id"),
               [](const Statement& select) {
                   Columns row(select);
                   Link link;
                   link.report = row.integer();
                   link.client = row.integer();
                   link.number = row.text();
                   link.n = row.integer();
                   link.digest = row.text_or_null();
                   return link;
               });
}

} // namespace

std::int64_t count_links(Database& db) {
    return first(db.prepare("SELECT count(*) FROM reports WHERE link_digest IS NOT NULL"),
                 only_integer)
        .value_or(0);
}

std::int64_t carry_links(Database& from, Database& to) {
    std::int64_t changed = 0;
    for (const Link& link : links_of(from)) {
        // A report without a live link in the backup gets none by this.
        to.prepare(R"(
            UPDATE reports SET link = :n, link_digest = :digest
             WHERE id = :report AND client = :client AND number = :number
               AND link_digest IS NOT NULL AND link <= :n AND link_digest IS NOT :digest)")
            .bind(":n", link.n)
            .bind(":digest", link.digest)
            .bind(":report", link.report)
            .bind(":client", link.client)
            .bind(":number", link.number)
            .run();
        changed += to.changes();
    }
    return changed;
}

} // namespace hb::store
