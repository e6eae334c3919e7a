#pragma once

#include "render/page.h"
#include "render/report_view.h"

namespace hb::render::sample {

// A sent report of March 2026: two projects, rounding by entry, VAT added, one bug without charge,
// a correction, and all that only staff may see.
domain::ReportView sent_report();
// A month as agencies have it: `lines` lines in five projects with types, people and titles of
// different length, every ninth without charge, one correction below zero; times and sums are added
// up. Rounding by task, VAT added at 20 %.
domain::ReportView month(std::size_t lines, const std::string& locale,
                         const domain::Currency& currency = {"BYN", 2});
// Sums, seconds and gross amounts anew, after lines were changed.
void add_up(domain::ReportView& view);
// The same as sent_report() before it was sent.
domain::ReportView draft();
PageOptions options();
std::size_t count(std::string_view text, std::string_view part);

} // namespace hb::render::sample
