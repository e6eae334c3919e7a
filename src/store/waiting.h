#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/guards.h"
#include "store/database.h"

// Records whose newer text waits beside the accepted one (G46). The records table keeps what is in
// force; what waits here changes nothing until it is applied. Callers hold a Tx for everything that
// writes.
namespace hb::store {

struct WaitingRow {
    std::int64_t id = 0;
    std::int64_t remote = 0;
    domain::SourceRecord record; // as it came last
    Instant since{};             // when this record first differed
    bool asked = false;          // its walk has ended and a person is asked
    std::vector<domain::ValueChange> changes;
    bool shown = false; // a person was asked about just these values
};

// What waits and concerns one draft, by field.
struct HeldRow {
    std::string remote;
    domain::MoneyField field;
    std::int64_t records = 0;
    Instant since{};
};

class Waiting {
public:
    explicit Waiting(Database& db) : db_(db) {}

    // Replaces what waits of the same record; `since` of the first one stays. The same again writes
    // nothing.
    void put(const WaitingRow& row);
    // The planner tells the accepted value again, or the newer one was applied.
    void drop(std::int64_t remote, std::string_view stream, const std::vector<std::string>& ids);
    void set_asked(std::int64_t id, bool asked);

    // Content hashes of what waits, by record id; asked for in one go for a page.
    std::map<std::string, std::string> hashes(std::int64_t remote, std::string_view stream) const;
    std::vector<WaitingRow> of_stream(std::int64_t remote, std::string_view stream) const;
    bool any(std::int64_t remote, std::string_view stream) const;
    // What a record said while it could be read: the text in force, unless it can't be read now.
    std::optional<std::string> accepted_text(std::int64_t remote, std::string_view stream,
                                             std::string_view id) const;
    // Records of the remote that are known with a value of their own, by field.
    domain::KnownOtherwise known(std::int64_t remote, std::string_view stream) const;

    // What waits for a person and concerns time on this report: its entries, their tasks, and deals
    // and companies, which may give any task another owner.
    std::vector<HeldRow> holding(std::int64_t report) const;
    // Of a client: its free entries that are concerned in that way; of deals and companies, those
    // of their own tasks and clients.
    std::set<std::int64_t> free_of(std::int64_t client) const;
    // Names of the clients whose time is concerned by what a person is asked about.
    std::vector<std::string> clients(std::int64_t remote, std::string_view stream) const;

private:
    Database& db_;
};

} // namespace hb::store
