#pragma once

#include "render/page.h"
#include "render/report_view.h"

namespace hb::render::sample {

// A sent report of March 2026: two projects, rounding by entry, VAT added, one bug without charge,
// a correction, and all that only staff may see.
ReportView sent_report();
// The same before it was sent.
ReportView draft();
PageOptions options();
std::size_t count(std::string_view text, std::string_view part);

} // namespace hb::render::sample
