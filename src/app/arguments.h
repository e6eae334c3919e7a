#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "domain/report.h"

// What arguments hold, as values.
namespace hb::app {

// A reference, a number of the CRM or a name (names.h); its remote is configured; `project` is
// `group` for Bitrix24 (G45). Malformed: Code::Usage; an unknown remote: Code::NotFound.
// `kinds`: what is allowed, empty all.
Result<domain::Ref> read_ref(const Session& session, const std::string& text,
                             const std::vector<std::string>& kinds = {});
Result<Day> read_day(const std::string& option, const std::string& text);
// "last-month", "this-month" (in the configuration's zone) or "2026-03".
Result<DayRange> read_period(const Session& session, const std::string& text);

// The filters of a report, as given on the command line.
struct FilterOptions {
    std::string company, from, to, period, type, status, percent_paid;
    std::vector<std::string> projects, task_dates;
};
void add_filter_options(Syntax app, FilterOptions& options);
// `period` relative words are resolved now.
Result<domain::Filter> read_filter(const Session& session, const FilterOptions& options);

} // namespace hb::app
