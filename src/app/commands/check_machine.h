#pragma once

#include <vector>

#include "app/config.h"
#include "app/wiring.h"

namespace hb::app {

// Says which ids of the machine this process, or the service that runs or ran last, can't read, and
// what that costs (G58). `db`: nullptr where there are no books yet.
std::vector<mapping::FileProblem> machine_warnings(const Config& config, store::Database* db,
                                                   const Machine& machine);
// Leaves that for `check`; of the service.
void note_machine(World& world, const Machine& machine);

} // namespace hb::app
