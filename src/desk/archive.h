#pragma once

#include "books/client_links.h"
#include "books/lookup.h"
#include "books/viewing.h"
#include "desk/floor.h"

// Every report of one client that was sent, behind the client's own link.
namespace hb::desk {

struct ArchivedReport {
    std::int64_t report = 0;
    std::string number;
    DayRange period;
    domain::State state = domain::State::Sent;
    domain::Currency currency;
    std::int64_t total = 0, due = 0; // minor units
    bool figures = true;             // false: cancelled or credited
    std::string token;               // of the report's own live link; "": it has none
};

struct Archive {
    std::string client_name, company, locale; // as on the newest report
    std::vector<ArchivedReport> reports;      // the newest period first
};

// nullopt: the token leads to no archive.
std::optional<Archive> archive_behind(const Reading& read, std::string_view token);
// One report of it, by its number, to be read alone. nullopt: the token leads to no archive, or the
// archive has no such report.
std::optional<books::ByToken> archived(const Reading& read, std::string_view token,
                                       std::string_view number, books::Detail detail);

} // namespace hb::desk
