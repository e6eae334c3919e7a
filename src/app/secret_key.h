#pragma once

#include <string>

#include "app/config.h"
#include "base/ids.h"
#include "base/result.h"

namespace hb::app {

// Where the key of the links stands when the configuration does not hold it itself.
std::string secret_key_path(const Config& config);

// The key of G23. A missing file is made (mode 0600) only when `may_make`: books that
// signed links with a lost key must not silently get another one. Code::Machine when others may
// read the file.
Result<Secret> load_secret_key(const Config& config, bool may_make, IdSource& ids);

} // namespace hb::app
