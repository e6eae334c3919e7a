#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "render/report_view.h"

// A report as files for a bookkeeper. They hold the revision alone: no state, nothing paid, nothing
// due, so that what was given once stays right. All figures are the frozen minor units and seconds.
// The same view gives the same bytes within one build: dates in them are the moment of freezing.
namespace hb::render {

// A4 pages with real text. Code::Machine: no font is installed.
Result<std::string> report_pdf(const domain::ReportView& view);

// One sheet: numbers, durations as days, totals as formulas with their values. Rows go to a
// temporary file as they are written, so memory does not grow with them. Code::Machine: there is no
// room for that file; Code::Usage: more lines than a sheet has rows.
Result<std::string> report_xlsx(const domain::ReportView& view);

// "HB2026-0002.pdf"; of a draft "draft-3.pdf": letters, digits, dashes and "_" alone, since it
// is in a header.
std::string document_name(const domain::ReportView& view, std::string_view extension);

// Text from outside on its way into a document: one line, no control or bidi characters, nothing
// that XML can't hold, at most `characters`.
std::string document_text(std::string_view text, std::size_t characters = 8000);

} // namespace hb::render
