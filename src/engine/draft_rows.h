#pragma once

#include <string>
#include <vector>

#include "engine/viewing.h"

// What the files of Books share about a report's row and its lines. All inside the caller's lock.
namespace hb::engine {

struct Evaluated {
    domain::DraftInput input;
    domain::Draft draft;
};
// The draft that the row's contract and filter give now.
Evaluated evaluate_row(Viewing& viewing, const store::ReportRow& row);
// Stores a draft's evaluation when it differs from what stands. Inside the caller's transaction.
bool store_draft(Core& core, store::ReportRow& row, const domain::Draft& draft);

void take_sums(store::ReportRow& row, const domain::Draft& draft);
std::vector<std::string> people_of(const std::vector<domain::Line>& lines);
// Equal for drafts that bill the same, whatever entries without time they hold.
std::string bill_print(const domain::Draft& draft);

std::string total_text(const store::ReportRow& row); // "1200.00 BYN"
Error unknown_report(std::int64_t id);

} // namespace hb::engine
