#pragma once

#include <functional>

#include "desk/floor.h"
#include "domain/losses.h"
#include "domain/mapping_bounds.h"
#include "store/mappings.h"

// Mappings that admins edit: versions, what one would change, and the kept records read anew. No
// remote is asked.
namespace hb::desk {

// What a mapping makes of the kept records that the one in force does not.
struct MappingEffect {
    struct Stream {
        std::string name;
        std::int64_t records = 0;
        std::int64_t changed = 0;         // facts that differ
        std::int64_t mended = 0;          // not readable until now
        std::int64_t broken = 0;          // no longer readable: they keep what they were
        std::int64_t emptied = 0;         // a value that decides money turned empty (G62)
        std::int64_t problems_before = 0; // records that can't be read
        std::int64_t problems_after = 0;
    };
    struct Sample {
        std::string ref;    // REMOTE:KIND:ID
        std::string before; // "seconds 3600", or why it can't be read
        std::string after;
    };
    // What becomes of the money: tried out in a copy of the books.
    struct DraftMoney {
        std::int64_t id = 0;
        std::string currency;
        domain::DraftSums before, after;
        domain::Moved moved; // entry by entry: what comes in hides nothing that leaves
        bool beyond = false; // G47's bounds
    };
    struct Corrections { // on reports that were sent
        std::int64_t count = 0;
        std::map<std::string, std::int64_t> sums; // minor units, by currency
        std::vector<std::int64_t> drifted;        // reports in `sent` that would be flagged
    };
    std::vector<DraftMoney> money; // of drafts whose time or money changes
    Corrections corrections;
    std::vector<Stream> streams;
    std::vector<Sample> samples;      // a few of each stream
    std::vector<std::int64_t> drafts; // reports that hold a changed entry or time of a changed task
    std::vector<std::int64_t> sent;   // of those, the ones that a client has seen
    bool nothing() const;
    std::int64_t breaks() const; // broken and emptied records
    std::int64_t kept() const;
    bool moves_money() const; // a draft by more than G47's bounds
};

// What a person said to a mapping that changes much (G62). A figure holds for that figure only, and
// what is not asked is not accepted.
struct MappingAccepted {
    std::optional<std::int64_t> broken;
    bool money = false;
    bool corrections = false;
};
// Conflict: what was not accepted, or accepted for nothing.
Status judge_mapping(const MappingEffect& effect, const MappingAccepted& accepted);

// Of these records, those of which the two mappings make different facts; all where `before` is
// nullptr.
std::vector<store::KeptRecord> read_differently(const std::vector<store::Mappings::KeptRow>& rows,
                                                const mapping::Mapping* before,
                                                const mapping::Mapping& now);

// Of one remote. The caller holds no transaction; each method takes the lock.
class Remapping {
public:
    // `base`: the text of the file that is in force while no version is stored.
    Remapping(Books& books, books::RemoteRuntime& remote, std::string base)
        : books_(books), remote_(remote), base_(std::move(base)) {}

    // Oldest first; the file is version 1. The last one is in force.
    std::vector<store::MappingVersion> versions();

    // Writes nothing: what becomes of the money is tried out in a copy of the books
    // (books/rehearsal.h). Throws StoreError where there is no room for one.
    MappingEffect preview(const mapping::Mapping& next);

    // Stores the next version, puts it in force and reads the kept records anew, in small
    // transactions: a process that dies in between goes on with `finish`. `expected`: the version
    // the author looked at; another one in force is a conflict. The same text again is no version.
    Result<store::MappingVersion> apply(const std::string& text, mapping::Mapping next,
                                        std::optional<int> expected, const std::string& note,
                                        const Actor& actor);
    // Reads anew what a stored version has not seen yet. True when something was left to do.
    // `before`: the mapping of the version before it.
    bool finish(const mapping::Mapping* before);

private:
    std::vector<store::MappingVersion> versions(const Reading& read) const;
    void try_out(const mapping::Mapping& next, MappingEffect& effect);
    static void read_anew(Books& books, const books::KnownRemote& now,
                          const mapping::Mapping& before);
    bool step(const mapping::Mapping* before, store::MappingVersion& version, std::int64_t pull,
              std::int64_t seen);

    Books& books_;
    books::RemoteRuntime& remote_;
    std::string base_;
};

} // namespace hb::desk
