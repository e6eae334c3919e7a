#pragma once

#include "base/result.h"
#include "store/database.h"

// Books of schema 4 and before held the links of clients in clear (G23, G60).
namespace hb::store {

// In the transaction of the migration: a text of an op, at the places where its kind had a link,
// becomes pieces with the link's report and number. A link is known by its digest alone, so
// somebody's words that look like one stay words.
void links_to_parts(Database& db);
// Likewise, of the log: cards that somebody had changed were noted with all that was on them. The
// chain of hashes begins anew at the first row that changed, and a row says so.
void scrub_log(Database& db);
// After it, and again at the next start when the program died before it was through: what was
// written over is gone from the file, too.
Status vacuum_when_asked(Database& db);

} // namespace hb::store
