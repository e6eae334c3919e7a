#pragma once

#include <functional>

#include "engine/books.h"
#include "store/mappings.h"

// Mappings that admins edit: versions, what one would change, and the kept records read anew. No
// remote is asked.
namespace hb::engine {

// What a mapping makes of the kept records that the one in force does not.
struct MappingEffect {
    struct Stream {
        std::string name;
        std::int64_t records = 0;
        std::int64_t changed = 0;         // facts that differ
        std::int64_t mended = 0;          // not readable until now
        std::int64_t broken = 0;          // not readable any more: they keep what they were
        std::int64_t problems_before = 0; // records that can't be read
        std::int64_t problems_after = 0;
    };
    struct Sample {
        std::string ref;    // REMOTE:KIND:ID
        std::string before; // "seconds 3600", or why it can't be read
        std::string after;
    };
    std::vector<Stream> streams;
    std::vector<Sample> samples;      // a few of each stream
    std::vector<std::int64_t> drafts; // reports that hold a changed entry or time of a changed task
    std::vector<std::int64_t> sent;   // of those, the ones that a client has seen
    bool nothing() const;
};

// Of one remote. The caller holds no transaction; each method takes the lock.
class Remapping {
public:
    // `base`: the text of the file that is in force while no version is stored.
    Remapping(Core& core, Books& books, RemoteRuntime& remote, std::string base)
        : core_(core), books_(books), remote_(remote), base_(std::move(base)) {}

    // Oldest first; the file is version 1. The last one is in force.
    std::vector<store::MappingVersion> versions();

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
    bool step(const mapping::Mapping* before, store::MappingVersion& version, std::int64_t pull,
              std::int64_t seen);

    Core& core_;
    Books& books_;
    RemoteRuntime& remote_;
    std::string base_;
};

} // namespace hb::engine
