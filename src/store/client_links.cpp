#include "store/client_links.h"

#include "base/ensure.h"
#include "store/rows.h"

namespace hb::store {
namespace {

#define HB_LINK_COLUMNS                                                                            \
    "l.id, l.kind, l.client, l.report, l.n, l.digest, l.made_at, l.expires_at, l.revoked_at, "     \
    "l.password, l.tries, l.waits_until, l.asked_at"

LinkKind kind_of(std::string_view text) {
    for (const auto kind :
         {LinkKind::Report, LinkKind::Share, LinkKind::Archive, LinkKind::Preview})
        if (text == to_string(kind)) return kind;
    fail_invariant("a link's kind is known");
}

ClientLinkRow link_of(const Statement& row) {
    Columns c(row);
    ClientLinkRow out;
    out.id = c.integer();
    out.kind = kind_of(c.text());
    out.client = c.integer();
    out.report = c.integer_or_null();
    out.n = c.integer();
    out.digest = c.text();
    out.made_at = c.instant();
    out.expires_at = c.instant_or_null();
    out.revoked_at = c.instant_or_null();
    out.password = c.text_or_null();
    out.tries = c.small();
    out.waits_until = c.instant_or_null();
    out.asked_at = c.instant_or_null();
    return out;
}

} // namespace

const char* to_string(LinkKind kind) {
    switch (kind) {
    case LinkKind::Report:
        return "report";
    case LinkKind::Share:
        return "share";
    case LinkKind::Archive:
        return "archive";
    case LinkKind::Preview:
        return "preview";
    }
    return "";
}

std::int64_t ClientLinks::add(const ClientLinkRow& row) {
    db_.prepare(R"(
        INSERT INTO client_links(kind, client, report, n, digest, made_at, expires_at, password)
        VALUES (:kind, :client, :report, :n, :digest, :made_at, :expires_at, :password))")
        .bind(":kind", to_string(row.kind))
        .bind(":client", row.client)
        .bind(":report", row.report)
        .bind(":n", row.n)
        .bind(":digest", row.digest)
        .bind(":made_at", stored(row.made_at))
        .bind(":expires_at", stored(row.expires_at))
        .bind(":password", row.password)
        .run();
    return db_.last_insert_id();
}

std::optional<ClientLinkRow> ClientLinks::find(std::int64_t id) const {
    return first(db_.prepare("SELECT " HB_LINK_COLUMNS " FROM client_links l WHERE l.id = :id")
                     .bind(":id", id),
                 link_of);
}

std::optional<ClientLinkRow> ClientLinks::find_digest(std::string_view digest) const {
    return first(
        db_.prepare("SELECT " HB_LINK_COLUMNS " FROM client_links l WHERE l.digest = :digest")
            .bind(":digest", digest),
        link_of);
}

std::optional<ClientLinkRow> ClientLinks::live(std::string_view digest, Instant now,
                                               Instant ended_before) const {
    return first(db_.prepare("SELECT " HB_LINK_COLUMNS R"(
          FROM client_links l LEFT JOIN reports h ON h.id = l.report
         WHERE l.digest = :digest AND l.revoked_at IS NULL
           AND (l.expires_at IS NULL OR l.expires_at > :now)
           AND coalesce(h.ended_at, h.paid_at, :before) >= :before)")
                     .bind(":digest", digest)
                     .bind(":now", stored(now))
                     .bind(":before", stored(ended_before)),
                 link_of);
}

std::vector<ClientLinkRow> ClientLinks::of_report(std::int64_t report) const {
    return all(db_.prepare("SELECT " HB_LINK_COLUMNS R"(
          FROM client_links l WHERE l.report = :report ORDER BY l.id)")
                   .bind(":report", report),
               link_of);
}

std::optional<ClientLinkRow> ClientLinks::archive_of(std::int64_t client) const {
    return first(db_.prepare("SELECT " HB_LINK_COLUMNS R"(
          FROM client_links l
         WHERE l.client = :client AND l.kind = 'archive' AND l.revoked_at IS NULL)")
                     .bind(":client", client),
                 link_of);
}

std::optional<ClientLinkRow> ClientLinks::preview_of(std::int64_t report, Instant now) const {
    return first(db_.prepare("SELECT " HB_LINK_COLUMNS R"(
          FROM client_links l
         WHERE l.report = :report AND l.kind = 'preview' AND l.revoked_at IS NULL
           AND l.expires_at > :now
         ORDER BY l.id DESC LIMIT 1)")
                     .bind(":report", report)
                     .bind(":now", stored(now)),
                 link_of);
}

std::vector<ClientLinkRow> ClientLinks::unrevoked(LinkKind kind) const {
    return all(db_.prepare("SELECT " HB_LINK_COLUMNS R"(
          FROM client_links l WHERE l.kind = :kind AND l.revoked_at IS NULL ORDER BY l.id)")
                   .bind(":kind", to_string(kind)),
               link_of);
}

std::vector<std::int64_t> ClientLinks::clients_without_archive() const {
    return all(db_.prepare(R"(
        SELECT DISTINCT h.client FROM reports h
         WHERE h.revision > 0 AND NOT EXISTS (SELECT 1 FROM client_links l
                                               WHERE l.client = h.client AND l.kind = 'archive')
         ORDER BY h.client)"),
               only_integer);
}

std::int64_t ClientLinks::last_number(LinkKind kind, std::int64_t of) const {
    const auto number = [](const Statement& row) { return row.integer_or_null(0).value_or(0); };
    if (kind == LinkKind::Archive)
        return first(db_.prepare(R"(
            SELECT max(n) FROM client_links WHERE client = :client AND kind = 'archive')")
                         .bind(":client", of),
                     number)
            .value_or(0);
    return first(db_.prepare(R"(
        SELECT max(n) FROM client_links WHERE report = :report AND kind = :kind)")
                     .bind(":report", of)
                     .bind(":kind", to_string(kind)),
                 number)
        .value_or(0);
}

void ClientLinks::revoke(std::int64_t id, Instant now) {
    db_.prepare("UPDATE client_links SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
        .bind(":now", stored(now))
        .bind(":id", id)
        .run();
}

void ClientLinks::revoke_all(LinkKind kind, std::int64_t report, Instant now) {
    db_.prepare(R"(
        UPDATE client_links SET revoked_at = :now
         WHERE report = :report AND kind = :kind AND revoked_at IS NULL)")
        .bind(":now", stored(now))
        .bind(":report", report)
        .bind(":kind", to_string(kind))
        .run();
}

void ClientLinks::set_tries(std::int64_t id, int tries, std::optional<Instant> waits_until) {
    db_.prepare("UPDATE client_links SET tries = :tries, waits_until = :until WHERE id = :id")
        .bind(":tries", tries)
        .bind(":until", stored(waits_until))
        .bind(":id", id)
        .run();
}

void ClientLinks::set_asked(std::int64_t id, Instant now) {
    db_.prepare("UPDATE client_links SET asked_at = :now WHERE id = :id")
        .bind(":now", stored(now))
        .bind(":id", id)
        .run();
}

std::vector<OpeningRow> Openings::of_report(std::int64_t report) const {
    return all(db_.prepare(R"(
        SELECT json_extract(data, '$.revision'), at FROM events
         WHERE report = :report AND action = 'report.opened' ORDER BY seq)")
                   .bind(":report", report),
               [](const Statement& row) {
                   Columns c(row);
                   OpeningRow out;
                   out.revision = c.small();
                   out.at = c.instant();
                   return out;
               });
}

} // namespace hb::store
