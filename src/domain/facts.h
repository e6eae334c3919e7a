#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/exchange.h"

// What the cache knows of the world, as the billing rules need it. Ids are the store's.
namespace hb::domain {

enum class TaskStatus : int { // the codes of Bitrix24 (protocol section 8.1); stored: do not
                              // renumber
    Unknown = 0,
    Pending = 2,
    InProgress = 3,
    AwaitingControl = 4,
    Completed = 5,
    Deferred = 6,
};

struct TaskFacts {
    std::int64_t id = 0;
    Ref ref;
    std::string title;
    std::string url;
    bool known = true; // false: entries name it, but the remote does not show it ("no task")
    TaskStatus status = TaskStatus::Unknown;
    Ref group; // id empty: none
    std::string group_name;
    std::vector<std::string> tags;
    std::optional<Instant> created;
    std::optional<Instant> closed;
    std::optional<Instant> deadline;
    std::optional<int> percent_paid; // G1, as of now; absent: no billable time
};

// One person's word about one entry; wins over every rule (G9).
struct Override {
    bool billable = true;
    std::string reason;
    bool operator==(const Override&) const = default;
};

// The planner's own flags of a time record (G51).
struct PlannerWord {
    std::optional<bool> billable;  // absent: it tells nothing
    bool billed_elsewhere = false; // billed there, and not by us
    std::vector<std::string> tags; // of the record, beside those of its task
    bool operator==(const PlannerWord&) const = default;
};

enum class LateDecision { None, NextReport, WriteOff };

struct EntryFacts {
    std::int64_t id = 0;
    Ref ref;
    int revision = 1; // number of the latest accepted revision
    std::int64_t task = 0;
    Ref person;
    std::string person_name;
    std::int64_t seconds = 0; // 0 when deleted in its source
    bool deleted = false;     // never taken; a record of 0 seconds may stand beside other time (G6)
    Day work_date{};
    std::string text;
    std::int64_t seen =
        0; // sequence number of the moment the cache first saw it (see Report::sent_seen)
    bool paid_task = false;       // its task was fully paid at that moment (G1, G2 a)
    std::int64_t live_report = 0; // the report that holds it now; 0: free
    std::optional<Override> override_;
    LateDecision decision = LateDecision::None;
    bool external = false; // billed outside: before the client's first contract, or adopted (G2)
    PlannerWord word;
    bool long_accepted = false; // a person's word, about this very revision (G54)
    // Another planner holds the same time, and that one is billed: "repeats kimai:entry:7" (rule
    // 7). "" when it stands for itself.
    std::string repeats;
    bool may_repeat = false; // nobody has decided yet whether it does
};

} // namespace hb::domain
