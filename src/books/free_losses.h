#pragma once

#include "books/books.h"
#include "store/free_moves.h"

// What pulls took from time that is on no report (G47): for clients without a draft it is shown for
// 31 days, as no draft says it.
namespace hb::books {

// Compares free time whose facts changed with what was billable of it before. Before drafts are
// evaluated. `by_pull`: false when a person or a new version changed how facts are read; that takes
// nothing away, but may bring it back.
void note_free_losses(Step& step, bool by_pull);

// What is shown now, by client. The caller holds the lock.
std::vector<store::FreeMoves::Sum> free_losses(const Reading& read);

} // namespace hb::books
