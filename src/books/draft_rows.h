#pragma once

#include <string>
#include <vector>

#include "books/viewing.h"

// What the files of Books share about a report's row and its lines. All inside the caller's step.
namespace hb::books {

struct Evaluated {
    domain::DraftInput input;
    domain::Draft draft;
};
// The draft that the row's contract and filter give now.
Evaluated evaluate_row(Viewing& viewing, const store::ReportRow& row);
// Stores a draft's evaluation when it differs from what stands.
bool store_draft(Step& step, store::ReportRow& row, const domain::Draft& draft);

void take_sums(store::ReportRow& row, const domain::Draft& draft);
std::vector<std::string> people_of(const std::vector<domain::Line>& lines);
// Equal for drafts that bill the same, whatever entries without time they hold.
std::string bill_print(const domain::Draft& draft);

// A report as it would be made now; nothing is stored.
struct Wanted {
    store::ReportRow row;
    domain::DraftInput input;
    domain::Draft draft;
};
Result<Wanted> want(const Reading& read, Viewing& viewing, const domain::Filter& filter,
                    const Actor& actor);
// What `report create` ends with (G8) where nothing was free, and where something was.
int nothing_free(const domain::Draft& draft);
int something_held(const domain::ReportView& view);

std::string total_text(const store::ReportRow& row); // "1200.00 BYN"
Error unknown_report(std::int64_t id);

} // namespace hb::books
