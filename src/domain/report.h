#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/message.h"
#include "domain/contract.h"
#include "domain/facts.h"

namespace hb::domain {

enum class State : int { // stored: do not renumber
    Draft = 0,
    Sent = 1,
    Agreed = 2,
    Invoiced = 3,
    PartlyPaid = 4,
    Paid = 5,
    Cancelled = 6,
    Credited = 7,
};
const char*
to_string(State state); // draft sent agreed invoiced partly_paid paid cancelled credited
Result<State> parse_state(std::string_view text);
// In a report of this state the entries it holds belong to it alone.
bool is_live(State state);  // all but Cancelled and Credited
bool was_sent(State state); // Sent, Agreed, Invoiced, PartlyPaid, Paid

// --- filter (M-S3, G14)
// -----------------------------------------------------------------------------------

struct TaskDates {
    enum class Key { Created, Closed, Deadline } key = Key::Closed;
    DayRange range;
    bool operator==(const TaskDates&) const = default;
};
struct PercentTest {
    enum class Op { Less, LessEqual, Equal, GreaterEqual, Greater } op = Op::Less;
    int percent = 100;
    bool operator==(const PercentTest&) const = default;
};
struct Filter {
    Ref company;
    std::vector<Ref> projects; // empty: all
    std::optional<Day> from;   // absent: from the earliest free entry
    Day to{};
    std::string work_type;            // "": all
    std::vector<TaskStatus> statuses; // empty: all
    std::optional<PercentTest> percent_paid;
    std::vector<TaskDates> task_dates;
};
Result<std::vector<TaskStatus>> parse_status_filter(std::string_view text); // all done open 2,3
std::string format_status_filter(const std::vector<TaskStatus>& statuses);
Result<PercentTest> parse_percent_test(std::string_view text); // "<100"
std::string to_string(const PercentTest& test);
Result<TaskDates> parse_task_dates(std::string_view text); // closed:2026-03-01..2026-03-31
std::string to_string(const TaskDates& dates);

// Does the filter take time of this task, work type and date? (Client and lateness are judged
// elsewhere.)
bool takes(const Filter& filter, const TaskFacts& task, std::string_view work_type, Day work_date,
           const Zone& zone);

// --- verdict (G9)
// ----------------------------------------------------------------------------------------------

struct Verdict {
    std::string work_type; // "" none
    bool overhead = false;
    bool billable = true;
    std::string reason; // when not billable, or the override's
    std::string rule;   // which rule spoke, for `explain`: "configuration: tag bug"
};
// The reason of a line that its planner calls not billable; worded where it is shown.
inline constexpr const char* kPlannerReason = "planner";
Verdict judge(const TaskFacts& task, const Contract& contract,
              const std::vector<NonBillableRule>& configured,
              const std::optional<Override>& override_, const PlannerWord& word = {});

// --- draft
// -----------------------------------------------------------------------------------------------------

// A report in `sent` or later of the same client, as lateness needs it (G2 b).
struct SentReport {
    std::int64_t id = 0;
    std::string number;
    Filter filter;
    std::int64_t sent_seen = 0; // EntryFacts::seen values at or below this existed when it was sent
    Zone zone = Zone::utc();    // of its own terms, for the days of `--task-dates` (G52)
};

// An adjustment that a person or policy sent to the next report.
struct AdjustmentFacts {
    std::int64_t id = 0;
    std::int64_t entry = 0;
    std::int64_t origin_report = 0;
    std::string origin_number; // "": its reader must not know of that report
    Ref person;                // whose time its line shows; id empty: as in DraftInput::entries
    std::string person_name;
    std::int64_t task = 0;
    int revision = 0; // of the entry, with the new facts; 0: as in DraftInput::entries
    std::string work_type;
    std::int64_t rate = 0;
    bool billable = true;
    std::int64_t delta_seconds = 0; // of raw time
    std::int64_t delta_billed = 0;
    std::int64_t delta_amount = 0; // minor units, in the terms of line amounts (G10)
    std::string why;
};

enum class Fate {
    Taken,    // on a line of this report
    Held,     // another live report has it
    Late,     // in the late tray
    Excluded, // a person took it out of this report
    Filtered, // the filter does not take it
    External, // billed outside, or before the first contract
    WrittenOff,
    NoTask, // its task is gone or not visible: needs a person
    Long,   // more than a day in one record, which nobody has accepted (G54)
};
const char* to_string(Fate fate);

struct EntryFate {
    std::int64_t entry = 0;
    Fate fate = Fate::Filtered;
    std::int64_t report = 0; // Held: by which
    // Late: paid_task, sent_period, or earlier (free, billable, dated before `from`). Excluded: the
    // person's reason. Filtered: what did not fit: period project type status percent_paid
    // task_dates, deleted, terms (the prices of its day are in another currency, or net where this
    // report's are gross), or no_time (a record of 0 seconds beside no other time).
    std::string why;
    Verdict verdict;
    std::int64_t rate = 0; // Taken and billable
};

struct AllocationPlan {
    std::int64_t entry = 0;
    int revision = 1;
    std::int64_t seconds = 0;    // raw, signed for adjustments
    std::string origin = "work"; // or "adjustment:ID"
};

struct PersonShare {
    std::string ref;
    std::string name;
    std::int64_t seconds = 0;
};

struct Line {
    std::string kind = "work"; // work | adjustment
    std::int64_t task = 0;
    Ref task_ref;
    std::string task_title;
    std::string task_url;
    std::string work_type; // "": null in JSON
    Ref project;
    std::string project_name;
    std::int64_t worked_seconds = 0;
    std::int64_t billed_seconds = 0;
    std::int64_t rate = 0;   // minor units an hour
    std::int64_t amount = 0; // minor units; net for VAT added, gross for included
    std::int64_t gross = 0;  // with its share of VAT
    bool billable = true;
    std::string reason;
    std::vector<PersonShare> people;
    std::vector<AllocationPlan> allocations; // never in JSON
};

struct DraftInput {
    Contract contract; // of the report: currency, VAT, rounding (G52)
    // All of the client, older ones first: the one in force on an entry's day gives its verdict and
    // its rate. None: `contract` does.
    std::vector<Contract> versions;
    std::vector<NonBillableRule> configured; // the configuration's billing.nonbillable
    Filter filter;
    std::int64_t report = 0; // id of the draft being evaluated again; 0: a new one
    // Every entry of the client with a work date in the filter's period, no matter which report
    // holds it, and every entry with an open or decided lateness, whatever its date; deleted ones
    // too while something holds them.
    std::vector<EntryFacts> entries;
    std::vector<TaskFacts> tasks; // all that entries and adjustments name
    std::vector<SentReport> sent; // of this client; one of this draft itself is passed over
    // Decided `next_report`, not yet on a live line, or on this draft's. Each becomes one line when
    // the filter takes its project and work type; period, status, percent and dates do not matter.
    std::vector<AdjustmentFacts> adjustments;
    struct Exclusion {
        std::int64_t entry = 0; // 0: the whole task
        std::int64_t task = 0;
        std::string reason;
    };
    std::vector<Exclusion> exclusions; // a person's, for this draft (G8)
};

struct Blocking {
    std::string code; // no_rate negative_total unknown_currency …
    std::string message;
    std::string hint;
    Message said = {}; // for a reader of another language, or without a shell
};
Blocking blocking(std::string code, Message said);

struct Draft {
    std::vector<Line> lines; // in the order of G6
    Totals totals;
    std::int64_t worked_seconds = 0;
    std::int64_t billed_seconds = 0;
    std::int64_t nonbillable_seconds = 0;
    std::vector<EntryFate> fates; // one for every entry given
    std::vector<Blocking> blocking;
    // Only in-period entries the filter takes; the rest is told by `fates`.
    std::int64_t held_seconds = 0;
    std::int64_t late_seconds = 0;
    bool empty() const { return lines.empty(); }
};

// Rules G2, G6, G7, G8, G9, G10 in one pure function: the same input in any order gives the same
// draft, to the byte; `fates` are ordered by entry. What speaks first for an entry: a live report
// that holds it, deleted, external, a repetition, a write-off, no task, too long, lateness, the
// filter, a person's exclusion. An entry decided `NextReport` is taken whatever its date. REQUIRES:
// entries of one client, unique ids, seconds >= 0.
Draft evaluate(const DraftInput& input);

// The days of the report: from the filter, or from the earliest entry that the draft takes (G14).
DayRange period_of(const Filter& filter, const Draft& draft,
                   const std::vector<EntryFacts>& entries);

// Is the entry late, and why? "" when it is not. G2. `verdict`: by the terms of the entry's day.
std::string lateness(const EntryFacts& entry, const TaskFacts& task, const Verdict& verdict,
                     const std::vector<SentReport>& sent);

// Does it wait for a person because one record holds more than a day (G54)? `terms`: those of
// the entry's day.
bool waits_as_long(const EntryFacts& entry, const Contract& terms);

// --- frozen revision (G22)
// -------------------------------------------------------------------------------------

// The completeness statement: every second that the source shows for client and period is in
// exactly one row.
struct Completeness {
    std::int64_t source_seconds =
        0; // all entries of the client in the period, whatever became of them
    std::int64_t billed_work_seconds = 0; // on billable lines of this report
    std::int64_t nonbillable_seconds = 0;
    std::int64_t held_seconds = 0; // on other live reports (billed earlier or reserved)
    std::int64_t late_seconds = 0;
    std::int64_t excluded_seconds = 0; // by a person
    std::int64_t filtered_seconds = 0;
    std::int64_t external_seconds = 0;
    std::int64_t written_off_seconds = 0;
    std::int64_t no_task_seconds = 0;
    std::int64_t long_seconds = 0; // records of more than a day that wait (G54)
    // Besides: records of this client's tasks that can't be read, and their hours where those can.
    std::int64_t unread_records = 0;
    std::int64_t unread_seconds = 0;
    // Seconds on this report that source_seconds does not hold: late time from outside the period
    // that was decided for it, and corrections of earlier reports (signed). So the report's
    // worked_seconds = billed_work_seconds + nonbillable_seconds + from_other_periods_seconds.
    std::int64_t from_other_periods_seconds = 0;
};
// `period` as resolved; entries as in DraftInput.
Completeness completeness_of(const Draft& draft, const std::vector<EntryFacts>& entries,
                             DayRange period);

struct Party {
    Ref ref;
    std::string name;
};

// What a client is shown and agrees to; immutable once made.
struct Revision {
    std::string number;
    int n = 1;
    Party client;
    std::optional<Party> own_company;
    Contract contract; // the terms used (rule 13)
    DayRange period;
    Filter filter;
    std::int64_t worked_seconds = 0;
    std::int64_t billed_seconds = 0;
    std::int64_t nonbillable_seconds = 0;
    Totals totals;
    std::vector<Line> lines;
    Completeness completeness;
};
// RFC 8785 text of exactly the members that G22 names.
std::string canonical_text(const Revision& revision);
// SHA-256 hex of canonical_text.
std::string hash_of(const std::string& canonical);

} // namespace hb::domain
