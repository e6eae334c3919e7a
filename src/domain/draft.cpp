#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "domain/filter.h"
#include "domain/lines.h"
#include "domain/versions.h"
#include "domain/wide.h"
#include "voices/voices.h"
#include "voices/warnings.h"

namespace hb::domain {
namespace {

namespace say = voices::warnings;

Zone zone_of(const Contract& contract) {
    if (contract.time_zone.empty()) return Zone::utc();
    auto zone = Zone::find(contract.time_zone);
    ensure(zone.ok(), "a stored contract names a known time zone");
    return *zone;
}

// One evaluation: decides each entry's fate, then makes lines of what is taken.
class Evaluation {
public:
    explicit Evaluation(const DraftInput& input) : input_(input), zone_(zone_of(input.contract)) {
        for (const TaskFacts& task : input.tasks) tasks_[task.id] = &task;
        for (const SentReport& sent : input.sent)
            if (sent.id != input.report) sent_.push_back(sent);
        for (const auto& one : input.exclusions)
            (one.entry != 0 ? excluded_entries_[one.entry] : excluded_tasks_[one.task]) =
                one.reason;
        for (const EntryFacts& entry : input.entries) entries_.push_back(&entry);
        std::sort(entries_.begin(), entries_.end(),
                  [](const EntryFacts* a, const EntryFacts* b) { return a->id < b->id; });
    }

    Draft run() {
        for (const EntryFacts* entry : entries_) draft_.fates.push_back(fate_of(*entry));
        make_lines();
        add_adjustments();
        std::stable_sort(draft_.lines.begin(), draft_.lines.end(), stands_before);
        add_up();
        count_left_out();
        find_blocking();
        return std::move(draft_);
    }

private:
    EntryFate fate_of(const EntryFacts& entry) {
        ensure(entry.seconds >= 0, "an entry's time is not negative");
        const TaskFacts* task = find_task(entry.task);
        EntryFate fate;
        fate.entry = entry.id;
        if (task != nullptr) fate.verdict = verdict_of(*task, entry);
        if (entry.live_report != 0 && entry.live_report != input_.report) {
            fate.fate = Fate::Held;
            fate.report = entry.live_report;
        } else if (entry.deleted) {
            fate.why = "deleted";
        } else if (entry.external) {
            fate.fate = Fate::External;
        } else if (!entry.repeats.empty()) {
            fate.fate = Fate::Excluded;
            fate.why = entry.repeats;
        } else if (entry.decision == LateDecision::WriteOff) {
            fate.fate = Fate::WrittenOff;
        } else if (task == nullptr || !task->known) {
            fate.fate = Fate::NoTask;
        } else if (waits_as_long(entry, terms_of(entry))) {
            fate.fate = Fate::Long;
        } else {
            judge_free(entry, *task, fate);
        }
        return fate;
    }

    // What nothing holds and nothing took away: late, filtered, excluded or taken.
    void judge_free(const EntryFacts& entry, const TaskFacts& task, EntryFate& fate) {
        const bool undecided = entry.decision == LateDecision::None && entry.seconds > 0;
        if (undecided) fate.why = lateness(entry, task, fate.verdict, sent_);
        if (fate.why.empty() && undecided && is_earlier(entry, fate.verdict)) fate.why = "earlier";
        if (!fate.why.empty()) {
            fate.fate = Fate::Late;
            return;
        }
        fate.why = obstacle(entry, task, fate.verdict);
        if (!fate.why.empty()) return;
        if (const std::string* reason = exclusion(entry)) {
            fate.fate = Fate::Excluded;
            fate.why = *reason;
            return;
        }
        fate.fate = Fate::Taken;
    }

    bool is_earlier(const EntryFacts& entry, const Verdict& verdict) const {
        return verdict.billable && input_.filter.from && entry.work_date < *input_.filter.from;
    }

    std::string obstacle(const EntryFacts& entry, const TaskFacts& task,
                         const Verdict& verdict) const {
        if (entry.decision != LateDecision::NextReport &&
            !in_period(input_.filter, entry.work_date))
            return "period";
        if (verdict.billable && !prices_alike(terms_of(entry), input_.contract)) return "terms";
        return task_obstacle(input_.filter, task, verdict.work_type, zone_);
    }

    const std::string* exclusion(const EntryFacts& entry) const {
        if (const auto at = excluded_entries_.find(entry.id); at != excluded_entries_.end())
            return &at->second;
        if (const auto at = excluded_tasks_.find(entry.task); at != excluded_tasks_.end())
            return &at->second;
        return nullptr;
    }

    const TaskFacts* find_task(std::int64_t id) const {
        const auto at = tasks_.find(id);
        return at == tasks_.end() ? nullptr : at->second;
    }

    // The terms of the entry's day judge and price it, whichever the report's own are (G52).
    const Contract& terms_of(const EntryFacts& entry) const {
        const Contract* of_day = in_force(input_.versions, entry.work_date);
        return of_day != nullptr ? *of_day : input_.contract;
    }

    Verdict verdict_of(const TaskFacts& task, const EntryFacts& entry) {
        const Contract& terms = terms_of(entry);
        if (entry.override_ || entry.word != PlannerWord())
            return judge(task, terms, input_.configured, entry.override_, entry.word);
        const auto [at, added] = verdicts_.try_emplace({task.id, &terms});
        if (added) at->second = judge(task, terms, input_.configured, std::nullopt);
        return at->second;
    }

    void make_lines() {
        std::vector<TakenEntry> taken;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            EntryFate& fate = draft_.fates[i];
            if (fate.fate != Fate::Taken) continue;
            const TaskFacts& task = *find_task(entries_[i]->task);
            if (fate.verdict.billable) set_rate(*entries_[i], task, fate);
            taken.push_back({entries_[i], &task, &fate.verdict, fate.rate});
        }
        draft_.lines = work_lines(taken, input_.contract.rounding);
        leave_out_idle(taken.size());
    }

    void set_rate(const EntryFacts& entry, const TaskFacts& task, EntryFate& fate) {
        const RateRule* rule = find_rate(terms_of(entry), task.group, fate.verdict.work_type,
                                         entry.person, entry.work_date);
        if (rule != nullptr)
            fate.rate = rule->amount;
        else if (entry.seconds > 0)
            note_missing_rate(entry, task, fate.verdict.work_type);
    }

    // Records of 0 seconds that got no line.
    void leave_out_idle(std::size_t taken) {
        std::unordered_set<std::int64_t> allocated;
        for (const Line& line : draft_.lines)
            for (const AllocationPlan& plan : line.allocations) allocated.insert(plan.entry);
        if (allocated.size() == taken) return;
        for (EntryFate& fate : draft_.fates) {
            if (fate.fate != Fate::Taken || allocated.count(fate.entry) != 0) continue;
            fate.fate = Fate::Filtered;
            fate.why = "no_time";
            fate.rate = 0;
        }
    }

    // One row for project, work type and person, with the days that lack a rate.
    void note_missing_rate(const EntryFacts& entry, const TaskFacts& task,
                           const std::string& work_type) {
        const std::string project = task.group.id.empty() ? "no project"
                                                          : "project " + task.group_name + " (" +
                                                                to_string(task.group) + ")";
        const std::string type = work_type.empty() ? "no work type" : "work type " + work_type;
        const std::string person = entry.person_name + " (" + to_string(entry.person) + ")";
        missing_rates_[project + ", " + type + ", " + person].insert(entry.work_date);
    }

    void add_adjustments() {
        for (const AdjustmentFacts& adjustment : input_.adjustments) {
            const TaskFacts* task = find_task(adjustment.task);
            ensure(task != nullptr, "the task of a correction is given");
            if (!takes_adjustment(*task, adjustment.work_type)) continue;
            draft_.lines.push_back(
                adjustment_line(adjustment, *task, find_entry(adjustment.entry)));
        }
    }

    // A correction is due whatever became of its task since, so status, percent and dates are not
    // asked.
    bool takes_adjustment(const TaskFacts& task, const std::string& work_type) const {
        Filter filter;
        filter.projects = input_.filter.projects;
        filter.work_type = input_.filter.work_type;
        return task_obstacle(filter, task, work_type, zone_).empty();
    }

    const EntryFacts* find_entry(std::int64_t id) const {
        const auto at =
            std::lower_bound(entries_.begin(), entries_.end(), id,
                             [](const EntryFacts* entry, std::int64_t x) { return entry->id < x; });
        return at != entries_.end() && (*at)->id == id ? *at : nullptr;
    }

    void add_up() {
        std::vector<std::int64_t> amounts;
        amounts.reserve(draft_.lines.size());
        for (const Line& line : draft_.lines) {
            amounts.push_back(line.amount);
            draft_.worked_seconds += line.worked_seconds;
            draft_.billed_seconds += line.billed_seconds;
            if (!line.billable) draft_.nonbillable_seconds += line.worked_seconds;
        }
        draft_.totals = totals_of(sum_of(amounts), input_.contract.vat);
        const std::vector<std::int64_t> gross = gross_of(amounts, input_.contract.vat);
        for (std::size_t i = 0; i < gross.size(); ++i) draft_.lines[i].gross = gross[i];
    }

    void count_left_out() {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const EntryFate& fate = draft_.fates[i];
            if (fate.fate != Fate::Held && fate.fate != Fate::Late) continue;
            const EntryFacts& entry = *entries_[i];
            const TaskFacts* task = find_task(entry.task);
            if (task == nullptr ||
                !takes(input_.filter, *task, fate.verdict.work_type, entry.work_date, zone_))
                continue;
            (fate.fate == Fate::Held ? draft_.held_seconds : draft_.late_seconds) += entry.seconds;
        }
    }

    void find_blocking() {
        const auto currency = find_currency(input_.contract.currency.code);
        if (!currency)
            block("unknown_currency",
                  voices::say<say::kUnknownCurrency>(input_.contract.currency.code));
        for (const auto& [what, days] : missing_rates_) block("no_rate", no_rate(what, days));
        if (draft_.totals.total < 0)
            block("negative_total",
                  voices::say<say::kNegativeTotal>(
                      format_amount(draft_.totals.total, input_.contract.currency) + " " +
                      input_.contract.currency.code));
    }

    void block(const char* code, Message said) {
        draft_.blocking.push_back(blocking(code, std::move(said)));
    }

    static Message no_rate(const std::string& what, const std::set<Day>& days) {
        const std::string first = format_day(*days.begin());
        if (days.size() == 1) return voices::say<say::kNoRate>(what, first);
        return voices::say<say::kNoRates>(what, first, days.size() - 1);
    }

    const DraftInput& input_;
    Zone zone_;
    Draft draft_;
    std::vector<const EntryFacts*> entries_; // by id
    std::vector<SentReport> sent_;
    std::unordered_map<std::int64_t, const TaskFacts*> tasks_;
    // Of tasks without an override, by the terms that judged them.
    std::map<std::pair<std::int64_t, const Contract*>, Verdict> verdicts_;
    std::unordered_map<std::int64_t, std::string> excluded_entries_;
    std::unordered_map<std::int64_t, std::string> excluded_tasks_;
    std::map<std::string, std::set<Day>> missing_rates_;
};

} // namespace

const char* to_string(Fate fate) {
    switch (fate) {
    case Fate::Taken:
        return "taken";
    case Fate::Held:
        return "held";
    case Fate::Late:
        return "late";
    case Fate::Excluded:
        return "excluded";
    case Fate::Filtered:
        return "filtered";
    case Fate::External:
        return "external";
    case Fate::WrittenOff:
        return "written_off";
    case Fate::NoTask:
        return "no_task";
    case Fate::Long:
        return "long";
    }
    fail_invariant("an unknown fate");
}

Draft evaluate(const DraftInput& input) {
    return Evaluation(input).run();
}

Blocking blocking(std::string code, Message said) {
    const Error worded = voices::refusal(Code::Conflict, said);
    return {std::move(code), worded.message, worded.hint, std::move(said)};
}

} // namespace hb::domain
