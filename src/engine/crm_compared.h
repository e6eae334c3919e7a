#pragma once

#include "engine/differences.h"
#include "engine/restored.h"

namespace hb::engine {


// Sums, currencies, companies and rows of every report that stands in the CRM, many in one request
// (G56). Changes nothing but `out`.
Status compare_values(Books& books, RemoteRuntime& crm, Comparison& out);

} // namespace hb::engine
