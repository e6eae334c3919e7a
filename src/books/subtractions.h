#pragma once

#include "books/books.h"

// Records of negative time (domain/subtractions.h) on their way into the books. The mirror holds
// what is left of each record, so a correction of billed time is a revision like any other (rule
// 19), and 0 seconds for a record that takes time off.
namespace hb::books {

// Sources::keep and Sources::tombstone for planners whose records may take time off others: those
// others are kept anew with what is left of them, in the same transaction. For all other planners
// and streams just that.
store::KeepCounts keep_records(Step& step, const KnownRemote& remote,
                               const store::Sources::Keep& context,
                               std::vector<store::KeptRecord> changed,
                               const std::vector<std::string>& unchanged);
std::int64_t forget_records(Step& step, const KnownRemote& remote,
                            const store::Sources::Keep& context,
                            const std::vector<std::string>& ids);

// For people: what an entry's record says against what is left of it; "" when that is the same.
std::string subtraction_words(const Reading& read, const KnownRemote& remote,
                              const store::EntryRow& entry);

} // namespace hb::books
