#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/facts.h"

// What a mapping makes of one raw record: facts in our words, ids still the remote's.
namespace hb::domain {

struct SourcePerson {
    std::string id;
    std::string name;
    bool active = true;
};
struct SourceProject {
    std::string id;
    std::string name;
    bool closed = false; // archived: its time still counts
};
struct SourceCompany {
    std::string id;
    std::string name;
    bool own = false; // one of the agency's own legal entities
};
struct SourceDeal {
    std::string id;
    std::string title;
    std::string company; // "" none
    std::string stage;
    std::string origin_id; // our key when we made it
};
// A task's link into the CRM, in the order of the source: "company" 12, "deal" 5.
struct CrmLink {
    std::string kind;
    std::string id;
    bool operator==(const CrmLink&) const = default;
};
struct SourceTask {
    std::string id;
    std::string title;
    std::string parent;  // "" none
    std::string project; // "" none
    std::string responsible;
    TaskStatus status = TaskStatus::Unknown;
    std::vector<std::string> tags;
    std::vector<CrmLink> links;
    std::optional<Instant> created;
    std::optional<Instant> closed;
    std::optional<Instant> deadline;
    std::optional<std::int64_t> seconds_total; // the remote's own sum of the task's entries
    std::string paid_mark;                     // as it is in the planner now
    std::string report_mark;
};
struct SourceEntry {
    std::string id;
    std::string task; // "" none
    std::string person;
    // Negative in a record that takes time off what was logged before (domain/subtractions.h).
    std::int64_t seconds = 0;
    std::optional<Instant> at; // a moment, or
    std::optional<Day> day;    // a date from a source that knows no time (G11); one of the two
    std::string text;
    std::string money; // a cost as the planner writes it; "" none. Told to people, never billed
    std::optional<bool> billable;         // the planner's own word (G51); absent: none
    std::optional<bool> billed_elsewhere; // billed there, by others
    std::vector<std::string> tags;        // of the record itself
    std::string project;                  // "" as its task's; of a record without a task (G64)
};

using Fact =
    std::variant<SourcePerson, SourceProject, SourceCompany, SourceDeal, SourceTask, SourceEntry>;

} // namespace hb::domain
