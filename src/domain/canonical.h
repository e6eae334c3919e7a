#pragma once

#include <string>

#include "domain/report.h"

// JSON text (RFC 8785) of what a report is made of, in the shapes of `report show --json`.
// canonical_text() is put together from these, and drafts are shown in the same shapes.
namespace hb::domain {

// "2026-03-01" .. as {"from", "to"}.
std::string json_of(DayRange period);
std::string json_of(const Party& party);
// The members of `report create`: company, projects, from, to, type, status, percent_paid,
// task_dates; null for what is not set.
std::string json_of(const Filter& filter);
// As in a contract file, with `version`; what is not set is left out.
std::string json_of(const Contract& contract);
std::string json_of(const Completeness& completeness);
// `people` is an empty list when they are hidden from the reader.
std::string json_of(const Line& line, const Currency& currency,
                    PeopleShown people = PeopleShown::Names);
std::string json_of(const std::vector<Line>& lines, const Currency& currency,
                    PeopleShown people = PeopleShown::Names);

} // namespace hb::domain
