#pragma once

#include <string>

#include "base/result.h"

namespace hb::app {

// A command that root runs works as the user to whom the data directory belongs: what it makes
// there can be opened by the service, and links that this user laid lead no further than this user
// may go. For every other user, and before there is a data directory, nothing happens. Called after
// what root alone may read was read, and before anything of the data directory is opened. For the
// whole process and for good. Code::Machine when the user can't be changed.
Status become_owner(const std::string& data_dir);

} // namespace hb::app
