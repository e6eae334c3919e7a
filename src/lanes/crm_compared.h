#pragma once

#include "books/differences.h"
#include "lanes/restored.h"

namespace hb::lanes {

// Sums, currencies, companies and rows of every report that stands in the CRM, many in one request
// (G56). Changes nothing but `out`.
Status compare_values(Books& books, RemoteRuntime& crm, Comparison& out);

} // namespace hb::lanes
