#include "engine/planning.h"

#include <set>

#include "base/text.h"
#include "engine/corrections.h"
#include "engine/owners.h"
#include "mapping/writes.h"

namespace hb::engine {
namespace {

std::string numbers_of_task(Core& core, std::int64_t task) {
    std::set<std::string> numbers;
    for (const auto& line : core.reports.lines_of_task(task)) {
        const auto report = core.reports.find(line.report);
        if (report && report->number && domain::was_sent(report->state) &&
            report->state != domain::State::Sent)
            numbers.insert(*report->number);
    }
    return join({numbers.begin(), numbers.end()}, ", ");
}

} // namespace

std::string number_prefix(Core& core, const domain::Contract& contract) {
    if (!contract.own_company) return "";
    (void)core;
    return "C" + contract.own_company->id + "-";
}

std::optional<std::int64_t> Planning::plan_task_fields(const RemoteRuntime& remote) {
    std::optional<std::int64_t> last;
    const std::pair<std::string, std::pair<std::string, std::string>> fields[] = {
        {core_.settings.paid_field, {"Paid, %", "Оплачено, %"}},
        {core_.settings.report_field, {"Hour reports", "Отчёты по часам"}},
    };
    for (const auto& [name, labels] : fields) {
        const std::string purpose = "field " + remote.row.name + " " + name;
        if (const auto known = core_.outbox.of_purpose(purpose)) {
            if (known->state != store::OpState::Done) last = known->id;
            continue;
        }
        auto op = new_op(core_, remote, "task.field", domain::Repeat::Fixed, purpose);
        op.after = last;
        op.op.fields = mapping::task_field(name, labels.first, labels.second);
        last = core_.outbox.add(op);
    }
    return last;
}

bool Planning::plan_mark(std::int64_t task) {
    const auto row = core_.sources.find_task(task);
    if (!row || !row->known) return false;
    RemoteRuntime* remote = core_.find_remote(row->ref.remote);
    if (remote == nullptr || remote->row.connector != "bitrix24") return false;
    Drafting drafting(core_);
    const auto percent = drafting.percent_paid(task);
    // Empty means that nothing was billed; an agreed, unpaid task carries 0.
    bool billed = false;
    for (const auto& line : core_.reports.lines_of_task(task)) {
        const auto report = core_.reports.find(line.report);
        if (line.line.billable && report && domain::was_sent(report->state) &&
            report->state != domain::State::Sent)
            billed = true;
    }
    const std::string fields = mapping::mark_fields(
        core_.settings.paid_field, billed && percent ? std::to_string(*percent) : "",
        core_.settings.report_field, numbers_of_task(core_, task));
    const std::string purpose = "task " + std::to_string(task) + " mark";
    const auto last = core_.outbox.of_purpose(purpose);
    if (last && last->op.fields == fields && last->state != store::OpState::Parked) return false;
    if (!last && fields == mapping::mark_fields(core_.settings.paid_field, "",
                                                core_.settings.report_field, ""))
        return false;
    auto op = new_op(core_, *remote, "task.mark", domain::Repeat::Fixed, purpose);
    op.task = task;
    op.op.target = row->ref.id;
    op.op.fields = fields;
    op.after = plan_task_fields(*remote);
    core_.outbox.add(op);
    return true;
}

void Planning::mark_seen(const RemoteRuntime& remote, const domain::SourceTask& task) {
    const auto row = core_.sources.find_task({remote.row.name, "task", task.id});
    if (!row) return;
    auto op = core_.outbox.of_purpose("task " + std::to_string(row->id) + " mark");
    if (!op || op->state != store::OpState::Done) return;
    const std::string there = mapping::mark_fields(core_.settings.paid_field, task.paid_mark,
                                                   core_.settings.report_field, task.report_mark);
    if (there == op->op.fields) return;
    op->state = store::OpState::Pending;
    op->attempts = 0;
    op->verified = false;
    op->due_at = core_.clock.now();
    op->last_error = "somebody changed the mark to " + there;
    core_.outbox.update(*op);
    core_.events.add(core_.clock.now(), "engine", "mark.drifted", std::nullopt, to_string(row->ref),
                     EventData().add("there", there).add("wanted", op->op.fields).text());
}

void Planning::plan_marks(const store::ReportRow& report) {
    std::set<std::int64_t> tasks;
    for (const auto& line : core_.reports.lines(report.id, report.revision))
        tasks.insert(line.line.task);
    for (const auto task : tasks) plan_mark(task);
}

void Planning::apply_late_policies() {
    std::set<std::int64_t> clients;
    for (const auto& contract : core_.contracts.all()) clients.insert(contract.client);
    Drafting drafting(core_);
    for (const auto client : clients) {
        const auto versions = drafting.contracts_of(client);
        const auto policy = versions.back().late_policy.value_or(core_.settings.late_policy);
        if (policy == domain::LatePolicy::Ask) continue;
        for (const auto& row : drafting.late_rows(client, std::nullopt, false)) {
            const Instant now = core_.clock.now();
            const std::string reason = "late_policy of the contract";
            if (row.kind == "entry") {
                const auto ref = domain::parse_ref(row.ref);
                const auto entry = core_.sources.find_entry(*ref);
                core_.sources.decide_late(entry->id, domain::to_string(policy), reason, "policy",
                                          now);
            } else {
                const auto id =
                    parse_integer(std::string_view(row.ref).substr(row.ref.find(':') + 1));
                // What can't be done stays open for a person, who is told why.
                if (!Corrections(core_).decide(*core_.reports.find_adjustment(*id),
                                               domain::to_string(policy), reason, "policy"))
                    continue;
            }
            core_.events.add(
                now, "policy", "late.decided", std::nullopt, row.ref,
                EventData().add("decision", domain::to_string(policy)).add("why", row.why).text());
        }
    }
}

void Planning::find_drift() {
    Corrections(core_).find();
}

} // namespace hb::engine
