#pragma once

#include "domain/report.h"

// What `takes` is made of; for this room only.
namespace hb::domain {

// Which part of the filter a task fails, whatever the date: project type status percent_paid
// task_dates; "" when it passes.
std::string task_obstacle(const Filter& filter, const TaskFacts& task, std::string_view work_type,
                          const Zone& zone);

bool in_period(const Filter& filter, Day work_date);

} // namespace hb::domain
