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

// One link as the books until now have it.
struct Given {
    std::string kind, digest, company;
    std::int64_t client = 0;
    std::optional<std::int64_t> report;
    std::string number;
    std::int64_t n = 0, made = 0;
    std::optional<std::int64_t> expires, revoked, waits, asked;
    std::optional<std::string> password;
    std::int64_t tries = 0;
};

std::vector<Given> given_in(Database& db) {
    return all(db.prepare(R"(
        SELECT l.kind, l.digest, c.remote_id, l.client, l.report, ifnull(h.number, ''), l.n,
               l.made_at, l.expires_at, l.revoked_at, l.waits_until, l.asked_at, l.password, l.tries
          FROM client_links l JOIN companies c ON c.id = l.client
               LEFT JOIN reports h ON h.id = l.report ORDER BY l.id)"),
               [](const Statement& select) {
                   Columns row(select);
                   Given link;
                   link.kind = row.text();
                   link.digest = row.text();
                   link.company = row.text();
                   link.client = row.integer();
                   link.report = row.integer_or_null();
                   link.number = row.text();
                   link.n = row.integer();
                   link.made = row.integer();
                   link.expires = row.integer_or_null();
                   link.revoked = row.integer_or_null();
                   link.waits = row.integer_or_null();
                   link.asked = row.integer_or_null();
                   link.password = row.text_or_null();
                   link.tries = row.integer();
                   return link;
               });
}

// Is what the link leads to the same there?
bool leads_alike(Database& to, const Given& link) {
    if (!link.report)
        return first(to.prepare("SELECT 1 FROM companies WHERE id = :client AND remote_id = :id")
                         .bind(":client", link.client)
                         .bind(":id", link.company),
                     only_integer)
            .has_value();
    return first(to.prepare(R"(
        SELECT 1 FROM reports
         WHERE id = :report AND client = :client AND ifnull(number, '') = :number)")
                     .bind(":report", *link.report)
                     .bind(":client", link.client)
                     .bind(":number", link.number),
                 only_integer)
        .has_value();
}

void put(Database& to, const Given& link) {
    to.prepare(R"(
        INSERT INTO client_links(kind, client, report, n, digest, made_at, expires_at, revoked_at,
                                 password, tries, waits_until, asked_at)
        VALUES (:kind, :client, :report, :n, :digest, :made, :expires, :revoked, :password, :tries,
                :waits, :asked)
            ON CONFLICT(digest) DO UPDATE
           SET revoked_at = excluded.revoked_at, password = excluded.password,
               tries = excluded.tries, waits_until = excluded.waits_until,
               asked_at = excluded.asked_at)")
        .bind(":kind", link.kind)
        .bind(":client", link.client)
        .bind(":report", link.report)
        .bind(":n", link.n)
        .bind(":digest", link.digest)
        .bind(":made", link.made)
        .bind(":expires", link.expires)
        .bind(":revoked", link.revoked)
        .bind(":password", link.password)
        .bind(":tries", link.tries)
        .bind(":waits", link.waits)
        .bind(":asked", link.asked)
        .run();
}

// What was revoked since the backup stays revoked, and what was given since opens again. Those that
// ended go first: of a report and of an archive one link lives. How many live ones of the backup
// are dead now, those of reports apart.
std::int64_t carry_given(Database& from, Database& to) {
    const auto living = [&to] {
        return first(to.prepare("SELECT count(*) FROM client_links "
                                "WHERE revoked_at IS NULL AND kind <> 'report'"),
                     only_integer)
            .value_or(0);
    };
    std::vector<Given> all_given = given_in(from);
    std::erase_if(all_given, [&](const Given& link) { return !leads_alike(to, link); });
    const std::int64_t before = living();
    for (const Given& link : all_given)
        if (link.revoked) put(to, link);
    const std::int64_t ended = before - living();
    for (Given link : all_given) {
        if (link.revoked) continue;
        if (link.kind == "report" && // the report's own row has the last word
            !first(to.prepare("SELECT 1 FROM reports WHERE id = :report AND link_digest = :digest")
                       .bind(":report", *link.report)
                       .bind(":digest", link.digest),
                   only_integer))
            link.revoked = link.made;
        put(to, link);
    }
    return ended;
}

} // namespace

std::int64_t count_links(Database& db) {
    return first(db.prepare(R"(
        SELECT (SELECT count(*) FROM reports WHERE link_digest IS NOT NULL)
             + (SELECT count(*) FROM client_links WHERE revoked_at IS NULL AND kind <> 'report'))"),
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
    return changed + carry_given(from, to);
}

} // namespace hb::store
