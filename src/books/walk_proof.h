#pragma once

#include <map>

#include "books/books.h"

// What whole walks prove about deletions (G49). A planner whose walks never prove any is no news.
namespace hb::books {

// The walk of `stream` came to its end; what is kept of it goes with the step.
void note_proof(Step& step, const KnownRemote& remote, const std::string& stream,
                const domain::WalkEnd& end);

// Streams of the remote whose last whole walk proved nothing, and why.
std::map<std::string, std::string> unproven_streams(const Reading& read, std::int64_t remote);
// "youtrack entries: unproven since …: …", one for each such stream of all remotes. Since: the end
// of the first such walk after one that was proven.
std::vector<std::string> unproven_texts(store::Database& db, const Zone& zone);

} // namespace hb::books
