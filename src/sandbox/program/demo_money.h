#pragma once

#include <string>
#include <vector>

#include "sandbox/program/stage.h"

namespace hb::sandbox {

// What happens to a bill after it was made: its hours change, its money comes in parts, hours come
// late, and the next report takes what was left. Asks the portal itself what is on its tasks.
class DemoMoney {
public:
    struct Told {
        std::string title, what;
        std::vector<std::string> more;
    };
    // `report`: invoiced, of last month, billing the client's time.
    DemoMoney(Stage& stage, std::string company, std::string report, DayRange month);

    Result<Told> edit();     // an hour was wrong: the bill stays, the difference waits
    Result<Told> part();     // some of the money
    Result<Told> rest();     // all of it
    Result<Told> late();     // time for a paid month
    Result<Told> next_one(); // the next report carries the difference

private:
    Error unlike(const std::string& what, const Said& said) const;
    Said show();
    Status pull();
    Result<Told> pay(const std::string& ref, std::int64_t amount, const std::string& state);
    std::vector<std::string> billed_tasks(); // ids in the portal, in the order of the lines
    std::vector<std::string> percents();     // what is on them now

    Stage& stage_;
    std::string company_, report_, number_, currency_;
    std::int64_t total_ = 0; // cents
    DayRange month_;
    std::string correction_; // adjustment:ID
};

} // namespace hb::sandbox
