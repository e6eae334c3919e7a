#pragma once

#include <string>
#include <utility>
#include <vector>

#include "render/page.h"

// All reports of one client, newest first, as rows that the engine chose.
namespace hb::render {

struct ArchiveRow {
    DayRange period;
    std::string number;
    domain::State state = domain::State::Sent;
    domain::Currency currency;
    std::int64_t total = 0, due = 0; // minor units
    bool figures = true;             // false: cancelled or credited, no sum counts any longer
    std::string page_path;
    std::vector<std::pair<std::string, std::string>> files; // "PDF" -> path
};

struct ArchiveView {
    std::string locale, client_name, company;
    std::string path;       // "/a/TOKEN"
    std::vector<int> years; // that have reports, newest first
    int year = 0;           // shown alone; 0: the latest periods
    std::string search;     // as it was typed; "" none
    bool more = false;      // years hold periods that are not shown
    std::vector<ArchiveRow> rows;
};
// Of `options`: style sheet and icon.
std::string archive_page(const ArchiveView& view, const PageOptions& options);

// Does the period, in the words and digits of the language, hold all that was typed? "march 2026"
// and "2026-03" both find March 2026.
bool is_period_meant(std::string_view locale, DayRange period, std::string_view typed);

} // namespace hb::render
