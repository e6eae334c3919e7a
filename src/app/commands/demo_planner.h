#pragma once

#include <string>
#include <vector>

#include "app/commands/demo_stage.h"

namespace hb::app {

// The client's other hours: a project in Worksection, billed in the same report and marked there.
// Asks the account itself what stands in it.
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
    Stage& stage_;
    std::string company_;
    DayRange month_;
};

} // namespace hb::app
