#pragma once

#include "engine/differences.h"
#include "engine/restored.h"

namespace hb::engine {

// What deals and invoices of this report have to show. `row` must outlive it.
Agreed agreed_of(const Reading& read, const store::ReportRow& row);

// Sums, currencies, companies and rows of every report that stands in the CRM, many in one request
// (G56). Changes nothing but `out`.
Status compare_values(Books& books, RemoteRuntime& crm, Comparison& out);

} // namespace hb::engine
