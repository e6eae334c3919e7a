#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/exchange.h"
#include "domain/money.h"

namespace hb::domain {

enum class RoundingLevel { None, Entry, TaskDay, Task, Report };
enum class RoundingMode { Up, Down, Nearest }; // nearest: half up
struct Rounding {
    RoundingLevel level = RoundingLevel::None;
    RoundingMode mode = RoundingMode::Up;
    std::int64_t step_seconds = 0; // > 0 unless level is None
    bool operator==(const Rounding&) const = default;
};
const char* to_string(RoundingLevel level); // none entry task_day task report
const char* to_string(RoundingMode mode);   // up down nearest

enum class LatePolicy { Ask, NextReport, WriteOff };
const char* to_string(LatePolicy policy); // ask next_report write_off

// Which people a client sees on the page and in report.json.
enum class PeopleShown { Names, Hidden };

struct RateRule {
    std::optional<Ref> project;
    std::string work_type; // "" matches any
    std::optional<Ref> person;
    std::optional<Day> valid_from; // absent: always
    std::int64_t amount = 0;       // minor units an hour, >= 0
    bool operator==(const RateRule&) const = default;
};

struct WorkType {
    std::string tag; // compared without case
    std::string type;
    bool billable = true;
    bool overhead = false; // account management (W-9)
    std::string reason;    // shown when not billable; "" means the type
    bool operator==(const WorkType&) const = default;
};

// Exactly one of tag, group, work_type is set. `group` is a project's reference or its name,
// compared without case.
struct NonBillableRule {
    std::string tag;
    std::string group;
    std::string work_type;
    std::string reason;
    bool operator==(const NonBillableRule&) const = default;
};

// What clients read for a reason or a type of work, by language; "" stands for every language that
// has none of its own. Outside the hash of a report: it changes no figure.
using Wording = std::map<std::string, std::string, std::less<>>;
struct Glossary {
    std::map<std::string, Wording, std::less<>> reasons,
        types; // by the word, compared without case
    bool empty() const { return reasons.empty() && types.empty(); }
    bool operator==(const Glossary&) const = default;
};

// One version of a client's terms; immutable once stored.
struct Contract {
    std::int64_t id = 0; // of the store; 0 before that
    int version = 0;     // 1, 2, … per client
    Ref client;          // REMOTE:company:ID
    Day valid_from{};
    Currency currency;
    Vat vat;
    std::optional<Ref> own_company;
    std::string time_zone; // IANA name; "" in a file takes the configuration's before it is stored
    std::string locale;    // likewise
    Rounding rounding;
    std::vector<RateRule> rates;
    std::vector<WorkType> work_types;
    std::vector<NonBillableRule> nonbillable;
    std::optional<LatePolicy> late_policy; // absent: the configuration's
    PeopleShown people = PeopleShown::Names;
    bool ignore_planner_flags = false; // a planner's flags decide nothing (G51)
    Glossary words;
    bool accept_long_records = false; // more than a day in one record is ordinary time (G54)
};

struct ContractProblem {
    std::string path; // JSON pointer within the contract file
    std::string message;
    std::string hint;
};
// All rules a contract must keep by itself: no tie between two rate rules (same scope, same
// valid_from), amounts within bounds, a step for a rounding level, a rate for a VAT mode, no empty
// names. G7.
std::vector<ContractProblem> problems_of(const Contract& contract);

// The rule that prices a work entry, or nullptr ("no rate", which blocks). G7: lexicographic by
// person, work type, project; within one scope the latest valid_from that is not after `work_date`.
const RateRule* find_rate(const Contract& contract, const Ref& project, std::string_view work_type,
                          const Ref& person, Day work_date);

} // namespace hb::domain
