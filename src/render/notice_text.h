#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/report.h"

// What people are told by notice, by language: what happened, the figures, what to do next
// (M-S19, W-34).
namespace hb::render {

struct NoticeFacts {
    // sent agreed invoiced paid partly_paid reversed overdue opened link_asked parked asks stale
    // stopped backup damaged outage outage_over stuck test
    std::string event;
    std::string number, client; // of a report
    DayRange period;
    domain::Currency currency;
    std::int64_t billed_seconds = 0, total = 0, paid = 0, due = 0; // minor units
    std::int64_t days = 0;                                         // overdue
    std::int64_t count = 0; // parked, stuck, waiting in an outage
    std::string remote;
    std::string since, until; // of an outage, as clocks show it
    std::string why;          // what a remote, a guard or the machine said
    std::string hint;         // what to do about that
    std::string link;         // to the report's card or deal; "" none
    // Or the client's page is told: its address is a piece that the books do not hold (G60).
    bool has_page = false;
};

// Lines of plain text; the last but the link begins with "Next:". Values are in it as they are.
std::string notice_text(const NoticeFacts& facts, std::string_view locale);
// For programs: {"type":"report.paid","timestamp":…,"data":{…,"text":…}}.
std::string notice_json(const NoticeFacts& facts, std::string_view at, std::string_view text);

} // namespace hb::render
