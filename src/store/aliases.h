#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/database.h"

// Time that two planners hold (rule 7).
namespace hb::store {

struct AliasRow {
    std::int64_t entry = 0;   // repeats
    std::int64_t same_as = 0; // this one
    int likeness = 0;         // 0..100
    std::string reason;
    std::string decision; // proposed same different
    std::string actor;
    Instant at{};
};

class Aliases {
public:
    explicit Aliases(Database& db) : db_(db) {}

    // REQUIRES: no row of the pair; what is repeated repeats nothing itself
    void add(const AliasRow& row);
    void decide(std::int64_t entry, std::int64_t same_as, std::string_view decision,
                std::string_view reason, std::string_view actor, Instant now);
    void remove(std::int64_t entry, std::int64_t same_as);
    std::vector<AliasRow> all() const;
    std::vector<AliasRow> standing() const; // undecided or the same
    // Undecided or the same, by which `entry` is not billed.
    std::optional<AliasRow> of_entry(std::int64_t entry) const;
    std::optional<AliasRow> of_pair(std::int64_t entry, std::int64_t same_as) const;
    bool is_repeated(std::int64_t entry) const;

    // Entries of two remotes of one client on one day, at least one of them on no sent report, that
    // were not compared yet.
    struct Pair {
        std::int64_t one = 0;
        std::int64_t other = 0;
    };
    std::vector<Pair> candidates() const;
    // The same of entries that both are on sent reports: the caller is told what was billed
    // twice. Reads what was sent to clients of two remotes: not for every pull.
    std::vector<Pair> both_sent() const;
    // What the decision means for time on a sent report is looked at anew (rule 19).
    void look_again(std::int64_t entry, Instant now);

private:
    Database& db_;
};

} // namespace hb::store
