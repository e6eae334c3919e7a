#pragma once

#include "books/step.h"

// What follows from what a step touched, before it is committed.
namespace hb::books {

// Late policies, drafts and corrections of those whose time, terms or reports were touched
// (store/touched.h). `ended`: the remote whose reading this step ends: what its pages put off is
// settled, and time that two planners tell of is looked for; nullptr: none.
void settle(Step& step, const KnownRemote* ended);

// Where a reading has touched many, the books are held for one client at a time (P23), and the step
// that ends it does what is left. First, in a step of its own, comes what is found of everybody's
// facts; then a step for each client but the last. Until its turn a client is unsettled
// (store/touched.h). `everybody`: whatever was noted. REQUIRES: the thread holds no step
void settle_one_by_one(Books& books, const KnownRemote& remote, Step::Cause cause, bool everybody);

// Of one client, what readings that have ended left unsettled.
void settle_unsettled(Step& step, std::int64_t client);

} // namespace hb::books
