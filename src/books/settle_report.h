#pragma once

#include "books/step.h"
#include "domain/lifecycle.h"

namespace hb::books {

// What money a report has by its payments and by what was read of its deal and invoice (G3): moves
// it, plans marks and comments. `crm_was_read`: the stages are fresh. True: it moved.
bool settle_report(Step& step, std::int64_t report, const domain::EvidenceRead& stages,
                   bool crm_was_read);

} // namespace hb::books
