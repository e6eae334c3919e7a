#pragma once

#include <string>
#include <vector>

#include "sandbox/program/stage.h"

namespace hb::sandbox {

// The client's other hours: a project in Worksection, billed in the same report and marked there.
// Asks the account itself what is in it.
class DemoPlanner {
public:
    struct Told {
        std::string title, what;
        std::vector<std::string> more;
    };
    DemoPlanner(Stage& stage, std::string company, DayRange month)
        : stage_(stage), company_(std::move(company)), month_(month) {}

    Result<Told> link();
    // REQUIRES: the report is paid
    Result<Told> marks(const std::string& report);

private:
    struct Found {
        std::int64_t entries = 0, seconds = 0;
    };
    Found found() const; // of the planner's time in that month, as the client's

    Stage& stage_;
    std::string company_;
    DayRange month_;
};

} // namespace hb::sandbox
