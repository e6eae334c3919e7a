#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mapping/mapping.h"
#include "store/sources.h"

// Decides what a page of records means. Pure: touches neither the books nor a remote.
namespace hb::books {

struct PagePlan {
    std::vector<store::KeptRecord> changed; // new, different, back again, or never mapped
    std::vector<std::string> unchanged;
    std::set<std::string> known_before; // of `changed`: known, and not gone
    // Of `changed`: fields that decide money and that the record does not tell (G46 a).
    std::map<std::string, std::vector<std::string>> not_told;
};
// A record that stands twice in a page counts once, the later one. A known record that could not be
// mapped is tried again, since the mapping may have been mended.
PagePlan plan_page(const std::map<std::string, store::KnownRecord>& known,
                   const std::vector<domain::SourceRecord>& records,
                   const mapping::Mapping& mapping);

// A record as the books keep it: with its fact, or with why it can't be read.
store::KeptRecord kept_record(const domain::SourceRecord& record, mapping::Mapped mapped);

// Why a record can't be read; never "".
std::string problem_text(const mapping::Mapped& mapped);

// A pause made shorter by up to a quarter, by who waits and how often it did: what failed together
// does not come back together. The same for the same waiter and attempt.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds pause, std::string_view who,
                                      int attempt);

// Why a pass must not delete anything; nullopt when it looks sane (rule 51).
// `known`: records we had, `seen`: how many of them the pass showed.
std::optional<std::string> suspicious(std::string_view stream, std::int64_t known,
                                      std::int64_t seen);

} // namespace hb::books
