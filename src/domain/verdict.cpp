#include <algorithm>

#include "base/limits.h"
#include "domain/report.h"
#include "domain/same_text.h"

namespace hb::domain {
namespace {

bool is_among(const std::vector<std::string>& tags, const std::string& tag) {
    return std::any_of(tags.begin(), tags.end(),
                       [&](const std::string& own) { return same_text(own, tag); });
}

// Tags of the record and of its task are one set (G51).
bool has_tag(const TaskFacts& task, const PlannerWord& word, const std::string& tag) {
    return is_among(word.tags, tag) || is_among(task.tags, tag);
}

// The first row of the contract whose tag the record has, else its task; the later ones do not
// count (G9, G51).
const WorkType* work_type_of(const TaskFacts& task, const PlannerWord& word,
                             const Contract& contract) {
    for (const auto* tags : {&word.tags, &task.tags})
        for (const WorkType& row : contract.work_types)
            if (is_among(*tags, row.tag)) return &row;
    return nullptr;
}

bool is_in_group(const TaskFacts& task, const std::string& group) {
    if (task.group.id.empty()) return false;
    const std::string reference = to_string(task.group);
    return same_text(reference, group) || same_text(task.group_name, group);
}

// "tag bug", "group Internal", "work type design", or "" when the rule does not match.
std::string match(const NonBillableRule& rule, const TaskFacts& task, const PlannerWord& word,
                  const std::string& work_type) {
    if (!rule.tag.empty()) return has_tag(task, word, rule.tag) ? "tag " + rule.tag : "";
    if (!rule.group.empty()) return is_in_group(task, rule.group) ? "group " + rule.group : "";
    if (rule.work_type.empty() || !same_text(rule.work_type, work_type)) return "";
    return "work type " + rule.work_type;
}

std::string reason_of(const NonBillableRule& rule) {
    for (const std::string* text : {&rule.reason, &rule.tag, &rule.group})
        if (!text->empty()) return *text;
    return rule.work_type;
}

// The terms' own wording for what a rule of the configuration names; "" they have none.
std::string worded_by_terms(const NonBillableRule& rule, const Contract& contract) {
    const auto same = [](const std::string& a, const std::string& b) {
        return !a.empty() && same_text(a, b);
    };
    for (const NonBillableRule& own : contract.nonbillable)
        if (!own.reason.empty() && (same(own.tag, rule.tag) || same(own.group, rule.group) ||
                                    same(own.work_type, rule.work_type)))
            return own.reason;
    for (const WorkType& row : contract.work_types)
        if (!row.billable && !row.reason.empty() &&
            (same(row.tag, rule.tag) || same(row.type, rule.work_type)))
            return row.reason;
    return "";
}

// Lets the first matching rule speak; false when none matches.
bool apply_rules(const std::vector<NonBillableRule>& rules, const std::string& whose,
                 const Contract& contract, const TaskFacts& task, const PlannerWord& word,
                 Verdict& verdict) {
    for (const NonBillableRule& rule : rules) {
        const std::string matched = match(rule, task, word, verdict.work_type);
        if (matched.empty()) continue;
        verdict.billable = false;
        const std::string worded = worded_by_terms(rule, contract);
        verdict.reason = worded.empty() ? reason_of(rule) : worded;
        verdict.rule = whose + ": " + matched;
        return true;
    }
    return false;
}

} // namespace

Verdict judge(const TaskFacts& task, const Contract& contract,
              const std::vector<NonBillableRule>& configured,
              const std::optional<Override>& override_, const PlannerWord& word) {
    Verdict verdict;
    const WorkType* row = work_type_of(task, word, contract);
    if (row != nullptr) {
        verdict.work_type = row->type;
        verdict.overhead = row->overhead;
    }
    if (override_) {
        verdict.billable = override_->billable;
        verdict.reason = override_->reason;
        verdict.rule = "a person's decision";
        return verdict;
    }
    if (apply_rules(configured, "configuration", contract, task, word, verdict)) return verdict;
    if (apply_rules(contract.nonbillable, "contract", contract, task, word, verdict))
        return verdict;
    if (row != nullptr && !row->billable) {
        verdict.billable = false;
        verdict.reason = row->reason.empty() ? row->type : row->reason;
        verdict.rule = "contract: work type " + row->type + " (tag " + row->tag + ")";
        return verdict;
    }
    // What a planner calls billable beats no rule of ours.
    if (word.billable == false && !contract.ignore_planner_flags) {
        verdict.billable = false;
        verdict.reason = kPlannerReason;
        verdict.rule = "planner: not billable there";
        return verdict;
    }
    verdict.rule = "billable, no rule against it";
    return verdict;
}

bool waits_as_long(const EntryFacts& entry, const Contract& terms) {
    return entry.seconds > kEntrySecondsMax && !entry.long_accepted && !terms.accept_long_records;
}

std::string lateness(const EntryFacts& entry, const TaskFacts& task, const Verdict& verdict,
                     const std::vector<SentReport>& sent) {
    if (!verdict.billable) return "";
    if (entry.paid_task) return "paid_task";
    for (const SentReport& report : sent)
        if (entry.seen > report.sent_seen &&
            takes(report.filter, task, verdict.work_type, entry.work_date, report.zone))
            return "sent_period";
    return "";
}

} // namespace hb::domain
