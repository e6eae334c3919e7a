#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "books/pauses.h"
#include "desk/floor.h"
#include "store/sources.h"

// What people decide about remotes: their names and accounts (G17), that one rests, that what a
// pull asked about is true (G46, rule 51). Each takes its own step and commits it; none calls a
// remote. Safe from any thread that holds no step.
namespace hb::desk {

struct Renamed {
    store::Remote row; // as it is now
    bool now = true;   // false: it had that name already, a rename that was cut off is finished
};
// Its name in the books; contracts keep the old one until renew_contracts(). NotFound, Conflict.
Result<Renamed> rename_remote(Books& books, const std::string& from, const std::string& to,
                              const Actor& actor);
// Contract versions never change, so each that names the remote gets an heir with the new name,
// from the same day on. REQUIRES: its connectors are wired, as for desk::apply_contract
Status renew_contracts(Books& books, const std::string& from, const std::string& to,
                       const Actor& actor);
// The account behind a name is another one; gives the row as it was. NotFound, Conflict when the
// account is known under another name.
Result<store::Remote> move_remote(Books& books, const std::string& name, const std::string& account,
                                  const Actor& actor);

struct Rested {
    store::Remote row;
    books::Pause pause;
};
// Nothing is read from it and nothing written to it. `until` lies in the future; none: until
// somebody resumes it.
Result<Rested> pause_remote(Books& books, const std::string& name, std::optional<Instant> until,
                            const Actor& actor);
struct Resumed {
    store::Remote row;
    bool rested = false; // false: it was not paused
};
Result<Resumed> resume_remote(Books& books, const std::string& name, const Actor& actor);

// What the next pull finds of `what` is true, whatever it is.
enum class Accepted { Deletions, Values };
void note_accepted(Books& books, std::string_view remote, Accepted what, std::string_view field,
                   const Actor& actor);

} // namespace hb::desk
