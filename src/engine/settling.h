#pragma once

#include "engine/step.h"

// What follows from what a step touched, before it is committed.
namespace hb::engine {

// Late policies, drafts and corrections of those whose time, terms or reports were touched
// (store/touched.h). `ended`: the remote whose reading this step ends: what its pages put off is
// settled, and time that two planners tell of is looked for; nullptr: none.
void settle(Step& step, const KnownRemote* ended);

// Where a reading has touched many, the books are held for one client at a time (P23), and the step
// that ends it does what is left. What is found of everybody's facts comes first, in a step of its
// own. False: one step does it all.
bool begin_settling(Step& step, const KnownRemote& remote);
// Of one client, what this remote's pages put off.
void settle_client(Step& step, const KnownRemote& remote, std::int64_t client);

} // namespace hb::engine
