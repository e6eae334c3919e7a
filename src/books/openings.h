#pragma once

#include "books/books.h"

// Looks of clients at their reports: the first at each revision is a row of the log, and nothing
// else comes of it.
namespace hb::books {

// The first look at this revision, by the client's link or the one for reading alone. Whoever looks
// again is not counted; false: it was not the first, or the report shows another revision by now.
bool note_opening(Books& books, std::int64_t report, int revision, store::LinkKind by,
                  const Actor& actor);
bool was_opened(const Reading& read, std::int64_t report, int revision);

// `opened` and `changed_since` of the view.
void note_looks(const Reading& read, const store::ReportRow& row, domain::ReportView& view);
// What `now`, the current revision with its lines, has otherwise than revision `since`.
domain::Changes changes_since(const Reading& read, int since, const store::ReportRow& row,
                              const domain::ReportView& now);

} // namespace hb::books
