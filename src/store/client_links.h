#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace hb::store {

// What an address that was given to somebody leads to.
enum class LinkKind {
    Report,  // the client's page
    Share,   // the same for reading alone
    Archive, // all reports of one client
    Preview, // a draft, for staff
};
const char* to_string(LinkKind kind); // report share archive preview

struct ClientLinkRow {
    std::int64_t id = 0;
    LinkKind kind = LinkKind::Report;
    std::int64_t client = 0;
    std::optional<std::int64_t> report; // none: an archive
    std::int64_t n = 0;                 // the token is made of kind, report or client, and this
    std::string digest;
    Instant made_at{};
    std::optional<Instant> expires_at; // of a preview
    std::optional<Instant> revoked_at;
    std::optional<std::string> password; // argon2id, encoded
    int tries = 0;
    std::optional<Instant> waits_until;
    std::optional<Instant> asked_at;
};

// Links that were given, with those that have ended. Callers hold a Tx for everything that writes.
class ClientLinks {
public:
    explicit ClientLinks(Database& db) : db_(db) {}

    std::int64_t add(const ClientLinkRow& row);
    std::optional<ClientLinkRow> find(std::int64_t id) const;
    std::optional<ClientLinkRow> find_digest(std::string_view digest) const; // also one that ended
    // The live link with this digest: neither revoked nor expired, and its report did not come to
    // its end (paid, cancelled, credited) before `ended_before` (G23). One statement whatever the
    // reason is for finding none.
    std::optional<ClientLinkRow> live(std::string_view digest, Instant now,
                                      Instant ended_before) const;
    std::vector<ClientLinkRow> of_report(std::int64_t report) const; // by id, also ended ones
    // The one that is not revoked.
    std::optional<ClientLinkRow> archive_of(std::int64_t client) const;
    // Of the report, not revoked, and not expired at `now`: the newest.
    std::optional<ClientLinkRow> preview_of(std::int64_t report, Instant now) const;
    std::vector<ClientLinkRow> unrevoked(LinkKind kind) const;
    // Clients with a report that was sent, and no archive yet, not even a revoked one.
    std::vector<std::int64_t> clients_without_archive() const;
    // The highest number of a link of this kind and report, or of this client's archive; 0: none.
    std::int64_t last_number(LinkKind kind, std::int64_t of) const;
    void revoke(std::int64_t id, Instant now);
    // All of the report of this kind that are not revoked.
    void revoke_all(LinkKind kind, std::int64_t report, Instant now);
    void set_tries(std::int64_t id, int tries, std::optional<Instant> waits_until);
    void set_asked(std::int64_t id, Instant now);

private:
    Database& db_;
};

// When the client first looked at a revision of a report.
struct OpeningRow {
    int revision = 0;
    Instant at{};
};

// Looks of clients are rows of the log, "report.opened"; written by books/openings.cpp.
class Openings {
public:
    explicit Openings(Database& db) : db_(db) {}

    std::vector<OpeningRow> of_report(std::int64_t report) const; // by time

private:
    Database& db_;
};

} // namespace hb::store
