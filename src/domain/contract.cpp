#include "domain/contract.h"

#include "domain/same_text.h"

namespace hb::domain {
namespace {

// The precedence of G7 as a number: person beats work type beats project.
int scope_of(const RateRule& rule) {
    return (rule.person ? 4 : 0) + (rule.work_type.empty() ? 0 : 2) + (rule.project ? 1 : 0);
}

// An absent valid_from means always, so it is earlier than any day.
bool starts_later(const RateRule& rule, const RateRule& other) {
    if (!rule.valid_from || !other.valid_from) return rule.valid_from.has_value();
    return *rule.valid_from > *other.valid_from;
}

bool beats(const RateRule& rule, const RateRule& other) {
    if (scope_of(rule) != scope_of(other)) return scope_of(rule) > scope_of(other);
    return starts_later(rule, other);
}

} // namespace

const char* to_string(RoundingLevel level) {
    switch (level) {
    case RoundingLevel::None:
        return "none";
    case RoundingLevel::Entry:
        return "entry";
    case RoundingLevel::TaskDay:
        return "task_day";
    case RoundingLevel::Task:
        return "task";
    case RoundingLevel::Report:
        return "report";
    }
    fail_invariant("an unknown rounding level");
}

const char* to_string(RoundingMode mode) {
    switch (mode) {
    case RoundingMode::Up:
        return "up";
    case RoundingMode::Down:
        return "down";
    case RoundingMode::Nearest:
        return "nearest";
    }
    fail_invariant("an unknown rounding mode");
}

const char* to_string(LatePolicy policy) {
    switch (policy) {
    case LatePolicy::Ask:
        return "ask";
    case LatePolicy::NextReport:
        return "next_report";
    case LatePolicy::WriteOff:
        return "write_off";
    }
    fail_invariant("an unknown late policy");
}

const RateRule* find_rate(const Contract& contract, const Ref& project, std::string_view work_type,
                          const Ref& person, Day work_date) {
    const RateRule* best = nullptr;
    for (const RateRule& rule : contract.rates) {
        if (best != nullptr && !beats(rule, *best)) continue;
        if (rule.valid_from && *rule.valid_from > work_date) continue;
        if (rule.project && *rule.project != project) continue;
        if (rule.person && *rule.person != person) continue;
        if (!rule.work_type.empty() && !same_text(rule.work_type, work_type)) continue;
        best = &rule;
    }
    return best;
}

} // namespace hb::domain
