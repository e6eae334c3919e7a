#pragma once

#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "domain/losses.h"
#include "store/database.h"

// What pulls moved in drafts, and what people accepted of it (G47). Callers hold a Tx for
// everything that writes.
namespace hb::store {

class DraftMoves {
public:
    explicit DraftMoves(Database& db) : db_(db) {}

    std::vector<domain::EntryMove> of(std::int64_t report) const;
    // When the oldest of them began.
    std::optional<Instant> since(std::int64_t report) const;
    // Makes the rows of the report equal to these; what stays the same is not written.
    void replace(std::int64_t report, const std::vector<domain::EntryMove>& moves, Instant now);
    void forget(std::int64_t report);

    struct Accepted {
        std::string code;
        domain::Billed figure;
        std::string actor;
        Instant at{};
    };
    std::optional<Accepted> accepted(std::int64_t report, std::string_view code) const;
    void accept(std::int64_t report, const Accepted& accepted);

    // What a draft came to before a new version of the program counted it anew (G65); the first one
    // stays.
    struct Recount {
        domain::Billed was;
        Instant since{};
    };
    void put_recount(std::int64_t report, const domain::Billed& was, Instant now);
    std::optional<Recount> recount(std::int64_t report) const;
    void forget_recount(std::int64_t report);

    // Entries that went from one client to another since drafts were evaluated; those of remotes
    // whose reading is not settled yet stay.
    std::set<std::int64_t> owner_moves() const;
    void forget_owner_moves();

private:
    Database& db_;
};

} // namespace hb::store
