#pragma once

#include "books/plan.h"
#include "lanes/floor.h"

// Names that decide money because a rule by name matched them (G46 c): links by rule, and groups
// whose time is not billed.
namespace hb::lanes {

// Before a page of projects, people or companies is kept: a name that changes what a rule matched
// is put aside, and rules go on seeing the one that they matched.
void hold_renames(Step& step, const KnownRemote& remote, const std::string& stream,
                  const books::PagePlan& plan);

struct Rename {
    domain::Ref ref;
    std::string used, name; // what rules see, and what it is called now
    Instant since{};
};
std::vector<Rename> renames_to_confirm(const store::Tables& tables);
// From now on rules see the names as they are. `refs` empty: all. NotFound: one of them waits for
// no confirmation. Returns what was confirmed.
Result<std::vector<Rename>> confirm_renames(Books& books, const std::vector<domain::Ref>& refs,
                                            const Actor& actor);

} // namespace hb::lanes
