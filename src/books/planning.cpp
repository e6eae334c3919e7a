#include "books/planning.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/corrections.h"
#include "books/owners.h"
#include "domain/versions.h"
#include "mapping/writes.h"

namespace hb::books {
namespace {

std::string numbers_of_task(const Reading& read, std::int64_t task) {
    std::set<std::string> numbers;
    for (const auto& line : read->reports.lines_of_task(task)) {
        const auto report = read->reports.find(line.report);
        if (report && report->number && domain::was_sent(report->state) &&
            report->state != domain::State::Sent)
            numbers.insert(*report->number);
    }
    return join({numbers.begin(), numbers.end()}, ", ");
}

} // namespace

std::optional<std::int64_t> Planning::plan_task_fields(const KnownRemote& remote) {
    std::optional<std::int64_t> last;
    if (!remote.can()->mark_fields) {
        // Whatever a planner needs for its marks, its own connector knows.
        const auto purpose = domain::Purpose::mark_setup(remote.row.name);
        if (const auto known = step_->outbox.of_purpose(purpose))
            return known->state == store::OpState::Done ? last : known->id;
        auto op = new_op(step_, remote, domain::OpKind::TaskField, domain::Repeat::Fixed, purpose);
        op.op.fields = "{}";
        return step_->outbox.add(op);
    }
    const std::pair<std::string, std::pair<std::string, std::string>> fields[] = {
        {step_.settings.paid_field, {"Paid, %", "Оплачено, %"}},
        {step_.settings.report_field, {"Hour reports", "Отчёты по часам"}},
    };
    for (const auto& [name, labels] : fields) {
        const auto purpose = domain::Purpose::mark_field(remote.row.name, name);
        if (const auto known = step_->outbox.of_purpose(purpose)) {
            if (known->state != store::OpState::Done) last = known->id;
            continue;
        }
        auto op = new_op(step_, remote, domain::OpKind::TaskField, domain::Repeat::Fixed, purpose);
        op.after = last;
        op.op.fields = mapping::task_field(name, labels.first, labels.second);
        last = step_->outbox.add(op);
    }
    return last;
}

bool Planning::plan_mark(std::int64_t task) {
    const auto row = step_->sources.find_task(task);
    if (!row || !row->known) return false;
    const KnownRemote* remote = step_.find_remote(row->ref.remote);
    if (remote == nullptr || remote->can() == nullptr) return false;
    const auto& can = *remote->can();
    if (can.mark == connector::MarkOf::Nothing) return false;
    if (can.mark == connector::MarkOf::Entry) return plan_entry_marks(*remote, task);
    Drafting drafting(step_);
    const auto percent = drafting.percent_paid(task);
    // Empty means that nothing was billed; an agreed, unpaid task carries 0.
    bool billed = false;
    for (const auto& line : step_->reports.lines_of_task(task)) {
        const auto report = step_->reports.find(line.report);
        if (line.line.billable && report && domain::was_sent(report->state) &&
            report->state != domain::State::Sent)
            billed = true;
    }
    // What a tag can't say is not asked of it: so it is not written anew with each report (G44).
    const bool only_paid = can.mark_only_paid;
    const std::string shown = !billed || !percent           ? ""
                              : only_paid && *percent < 100 ? ""
                                                            : std::to_string(*percent);
    return plan_mark_op(*remote,
                        {domain::OpKind::TaskMark, domain::Purpose::task_mark(task), task,
                         row->ref.id, shown, only_paid ? "" : numbers_of_task(step_, task)});
}

// Time records of the task whose reports are paid, where a planner can only mark those.
bool Planning::plan_entry_marks(const KnownRemote& remote, std::int64_t task) {
    const bool only_paid = remote.can()->mark_only_paid;
    bool planned = false;
    for (const auto& entry : step_->sources.entries_of_task(task)) {
        if (entry.deleted || entry.ref.remote != remote.row.name) continue;
        const auto report = entry.live_report ? step_->reports.find(*entry.live_report)
                                              : std::optional<store::ReportRow>();
        const bool paid = report && report->state == domain::State::Paid;
        const std::string number = paid && report->number && !only_paid ? *report->number : "";
        planned =
            plan_mark_op(remote, {domain::OpKind::EntryMark, domain::Purpose::entry_mark(entry.id),
                                  task, entry.ref.id, paid ? "100" : "", number}) ||
            planned;
    }
    return planned;
}

bool Planning::plan_mark_op(const KnownRemote& remote, const MarkPlan& plan) {
    const auto& settings = step_.settings;
    const std::string fields = mapping::mark_fields(settings.paid_field, plan.percent,
                                                    settings.report_field, plan.numbers);
    const auto last = step_->outbox.of_purpose(plan.purpose);
    if (last && last->op.fields == fields && last->state != store::OpState::Parked) return false;
    if (!last && fields == mapping::mark_fields(settings.paid_field, "", settings.report_field, ""))
        return false;
    auto op = new_op(step_, remote, plan.kind, domain::Repeat::Fixed, plan.purpose);
    op.task = plan.task;
    op.op.target = plan.target;
    op.op.fields = fields;
    op.after = plan_task_fields(remote);
    step_->outbox.add(op);
    return true;
}

void Planning::mark_seen(const KnownRemote& remote, const domain::SourceTask& task) {
    const auto& can = *remote.can();
    if (can.mark != connector::MarkOf::Task || !can.sees_marks) return;
    const auto row = step_->sources.find_task({remote.row.name, "task", task.id});
    if (!row) return;
    auto op = step_->outbox.of_purpose(domain::Purpose::task_mark(row->id));
    if (!op || op->state != store::OpState::Done) return;
    const std::string there = mapping::mark_fields(step_.settings.paid_field, task.paid_mark,
                                                   step_.settings.report_field, task.report_mark);
    if (there == op->op.fields) return;
    op->state = store::OpState::Pending;
    op->attempts = 0;
    op->verified = false;
    op->due_at = step_.now();
    op->last_error = "somebody changed the mark to " + there;
    step_->outbox.update(*op);
    step_->events.add(step_.now(), "engine", "mark.drifted", std::nullopt, to_string(row->ref),
                      EventData().add("there", there).add("wanted", op->op.fields).text());
}

void Planning::plan_marks(const store::ReportRow& report) {
    std::set<std::int64_t> tasks;
    for (const auto& line : step_->reports.lines(report.id, report.revision))
        tasks.insert(line.line.task);
    for (const auto task : tasks) plan_mark(task);
}

// Of the terms that judged it: late time by its day, a correction by its bill (G52).
domain::LatePolicy Planning::late_policy_of(Drafting& drafting, std::int64_t client,
                                            const domain::LateRow& row) {
    const auto policy = [&] {
        if (row.kind == "entry")
            return domain::in_force(drafting.contracts_of(client), *parse_day(row.work_date))
                ->late_policy;
        const auto id = parse_integer(std::string_view(row.ref).substr(row.ref.find(':') + 1));
        return Corrections(step_).terms(*step_->reports.find_adjustment(*id)).late_policy;
    }();
    return policy.value_or(step_.settings.late_policy);
}

void Planning::apply_late_policies(const std::set<std::int64_t>& touched) {
    const bool all = touched.count(store::Touched::kEverybody) > 0;
    std::set<std::int64_t> clients;
    for (const auto& contract : step_->contracts.all())
        if (all || touched.count(contract.client) > 0) clients.insert(contract.client);
    Drafting drafting(step_);
    for (const auto client : clients) {
        const auto& versions = drafting.contracts_of(client);
        const auto asks = [this](const domain::Contract& terms) {
            return terms.late_policy.value_or(step_.settings.late_policy) ==
                   domain::LatePolicy::Ask;
        };
        if (std::all_of(versions.begin(), versions.end(), asks)) continue;
        for (const auto& row : drafting.late_rows(client, std::nullopt, false)) {
            const auto policy = late_policy_of(drafting, client, row);
            if (policy == domain::LatePolicy::Ask) continue;
            const Instant now = step_.now();
            const std::string reason = "late_policy of the contract";
            EventData data;
            data.add("decision", domain::to_string(policy)).add("why", row.why);
            if (row.kind == "entry") {
                const auto ref = domain::parse_ref(row.ref);
                const auto entry = step_->sources.find_entry(*ref);
                step_->sources.decide_late(entry->id, domain::to_string(policy), reason, "policy",
                                           now);
            } else {
                const auto id =
                    parse_integer(std::string_view(row.ref).substr(row.ref.find(':') + 1));
                // What can't be done stays open for a person, who is told why.
                if (!Corrections(step_).decide(*step_->reports.find_adjustment(*id),
                                               domain::to_string(policy), reason, "policy"))
                    continue;
                add_money(step_, *id, data);
            }
            step_->events.add(now, "policy", "late.decided", std::nullopt, row.ref, data.text());
        }
    }
}

void Planning::find_drift() {
    Corrections(step_).find();
}

} // namespace hb::books
