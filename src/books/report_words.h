#pragma once

#include "books/books.h"

// What clients read for reasons and types of work: kept beside a revision when it is frozen,
// outside its hash, so that a page says tomorrow what it says today.
namespace hb::books {

void freeze_words(Step& step, const store::ReportRow& row, const std::vector<domain::Line>& lines,
                  const domain::Contract& contract);
// Of a revision that was frozen; of a draft, or one from before they were kept, those of today.
domain::Glosses words_of(const Reading& read, const store::ReportRow& row, int revision,
                         const std::vector<domain::Line>& lines, const domain::Contract& contract);

} // namespace hb::books
