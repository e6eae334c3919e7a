#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "books/books.h"
#include "domain/report.h"

// Costs of money without time (expenses) that a planner holds beside the hours. They are billed
// nowhere, so whoever bills a month is told of them.
namespace hb::books {

// What the record of a cost says, in hundredths of the planner's own currency; 0 when there is none
// or it can't be read.
std::int64_t cost_in(const mapping::Mapping& mapping, const domain::SourceRecord& record);

struct Costs {
    std::vector<domain::Ref> entries;
    std::int64_t sum = 0; // hundredths
};
std::string sum_text(const Costs& costs);  // "145.50"
std::string to_string(const Costs& costs); // "2 costs of 145.50 in money, without time"

// By remote: records without time that a draft's filter would have taken for their money.
std::map<std::string, Costs> costs_beside(const Reading& read, const domain::DraftInput& input,
                                          const domain::Draft& draft);

} // namespace hb::books
