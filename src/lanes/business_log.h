#pragma once

#include "lanes/floor.h"

// What happens to reports, as lines of the log: the service's own and what commands do beside it.
// The books' log of events is read from where the last look ended.
namespace hb::lanes {

class BusinessLog {
public:
    explicit BusinessLog(Books& books);
    void log();

private:
    Books& books_;
    std::int64_t seen_ = 0; // the newest event that was there when the service began
};

// "report id=2 number=HB2026-0001 state=agreed by=page"; "" for what is no line.
std::string business_line(const store::EventRow& event);

} // namespace hb::lanes
