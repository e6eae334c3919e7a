#pragma once

#include "connector/bitrix24/client.h"

namespace hb::connector::bitrix24 {

// Everything that must be in order before the first pull, in two requests; never stops at the
// first problem.
CheckReport run_check(Client& client);

} // namespace hb::connector::bitrix24
