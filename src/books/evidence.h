#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "books/books.h"

// What was read of the CRM and what it does to a report. Each takes its own step and commits it.
namespace hb::books {

// What was read of a report's deal; moves the report and plans marks (G3). Returns true when
// something changed.
bool apply_evidence(Books& books, std::int64_t report, const domain::DealState& deal,
                    const std::optional<domain::DealState>& invoice = {});
// Deal and rows read back: moves agreed -> invoiced when they equal the revision, else asks a
// person. The invoice too, where the report has one (G19).
bool confirm_invoiced(Books& books, std::int64_t report, const domain::DealState& deal,
                      const std::optional<domain::DealState>& invoice = {});
// Plans marks of all tasks on a report whose value differs from what was last written (G26).
void plan_marks(Books& books, std::int64_t report);

} // namespace hb::books
