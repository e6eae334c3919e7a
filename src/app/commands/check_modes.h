#pragma once

#include <vector>

#include "app/config.h"

namespace hb::app {

// What other users of this machine, or anybody on the way, may read or change although secrets or
// the books are in it (S8): modes of the configuration, the data directory and the
// database, and a public_url without TLS. Files that are not there are not judged.
std::vector<mapping::FileProblem> mode_warnings(const Config& config);

// The key of clients' links, where the first start would make it and may not: without it the
// service ends at once. Judged as the user that the process is; nothing is made.
std::vector<mapping::FileProblem> key_warnings(const Config& config);

} // namespace hb::app
