#pragma once

#include <string>
#include <vector>

#include "app/wiring.h"
#include "books/costs.h"
#include "books/unbilled.h"
#include "store/unlisted.h"

// What of the time in the books a person should know of: costs beside it, time billed twice.
namespace hb::app {

struct WithoutTime {
    std::string remote;
    std::vector<std::string> entries; // references of all records without time
    books::Costs costs;               // those among them that hold money
};
// People who have time and no name: nobody shows them, so reports can't name them either.
struct NamelessPeople {
    std::string remote;
    store::Nameless found;
};
inline constexpr std::size_t kExamples = 5; // of each kind that may be long
// Costs first: other records without time are only noise of a planner.
std::vector<std::string> examples_of(const WithoutTime& found);

struct TimeFindings {
    std::vector<WithoutTime> without_time;
    std::vector<NamelessPeople> nameless;
    std::int64_t alike = 0;        // pairs that are left out of drafts until somebody decides
    std::int64_t billed_alike = 0; // pairs that are on two sent reports
    std::vector<books::WithoutTerms> without_terms; // clients whose time no report takes
    std::vector<books::HeldTime> held;              // free time that waits for a person
    std::vector<books::TakenAway> taken_away;       // by pulls, within 31 days (G47)
    std::vector<std::string> own_companies;         // terms that can't be billed by (G57)
};

// REQUIRES: there are books. An error: they can't be read with this configuration.
Result<TimeFindings> look_at_time(const Config& config, Process& process);

} // namespace hb::app
