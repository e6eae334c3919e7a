#include "app/commands/explanation.h"
#include "render/question_text.h"

#include "base/text.h"
#include "books/corrections.h"
#include "books/costs.h"
#include "books/link_rules.h"
#include "books/owners.h"
#include "books/subtractions.h"
#include "books/viewing.h"

// explain: entries, tasks, companies, people, projects, deals, payments, invoices, cards,
// documents.
namespace hb::app {
namespace {

std::string yes(bool value) {
    return value ? "yes" : "no";
}
std::string moment(const std::optional<Instant>& at) {
    return at ? format_instant(*at) : "";
}

std::string report_name(const books::Reading& read, std::int64_t id) {
    const auto row = read->reports.find(id);
    if (!row) return std::to_string(id);
    return (row->number ? *row->number : "report " + std::to_string(id)) + " (" +
           domain::to_string(row->state) + ")";
}

std::string money(std::int64_t minor, const std::string& code) {
    const auto currency = domain::find_currency(code);
    return domain::format_amount(minor, currency ? *currency : domain::Currency{}) + " " + code;
}

struct Finder {
    const books::Reading& read;
    Explanation out;

    const books::KnownRemote* remote(const std::string& name) const {
        return read.find_remote(name);
    }

    bool record(const domain::Ref& ref, const char* stream) {
        const auto* from = remote(ref.remote);
        if (from == nullptr) return false;
        const auto text = read->sources.record_text(from->row.id, stream, ref.id);
        if (!text) return false;
        out.sections.push_back({"record", "As it came from " + ref.remote, false, {}, *text});
        for (const auto& problem : read->sources.problems(100000))
            if (problem.remote == ref.remote && problem.stream == stream && problem.id == ref.id)
                out.add("unreadable", "Why nothing was made of it", {{"problem", problem.problem}});
        return true;
    }

    void events(const std::string& subject) {
        std::vector<Facts> rows;
        for (const auto& event : read->events.of_subject(subject))
            rows.push_back({{"at", format_instant(event.at)},
                            {"actor", event.actor},
                            {"action", event.action},
                            {"data", event.data}});
        out.add_list("events", "What happened to it", std::move(rows));
    }

    std::string client_words(std::optional<std::int64_t> client) const {
        if (!client) return "none: it needs a link";
        const auto company = read->sources.find_company(*client);
        return company ? to_string(company->ref) + " " + company->name : "?";
    }

    void owner(const store::TaskRow& task) {
        const auto* from = remote(task.ref.remote);
        if (from == nullptr) return;
        const auto owner = books::explain_owner(read, *from, task.ref.id);
        out.add("owner", "Whose it is",
                {{"client", client_words(task.client)},
                 {"why", owner.why},
                 {"two_clients", task.two_clients ? "yes, the first one counts" : ""}});
    }

    // What rules say about a project or person; a task's owner says it itself.
    void by_rule(const domain::Ref& ref) {
        for (const auto& row : books::linked_by_rules(read)) {
            if (row.ref != to_string(ref)) continue;
            const bool one = row.targets.size() == 1;
            out.add("rule", "What a rule says about it",
                    {{one ? "belongs_to" : "ambiguous", join(row.targets, " or ")},
                     {"why", "by rule " + std::to_string(row.rule) + ": " + row.value}});
        }
    }

    void mark(const store::TaskRow& task) {
        std::vector<Facts> rows;
        if (const auto op = read->outbox.of_purpose(domain::Purpose::task_mark(task.id)))
            rows.push_back({{"fields", op->op.fields},
                            {"state", store::to_string(op->state)},
                            {"read_back", op->verified ? "equal" : "not yet"},
                            {"error", op->last_error}});
        out.add_list("mark", "Its paid mark in the planner", std::move(rows));
    }

    void lines(const store::TaskRow& task) {
        std::vector<Facts> rows;
        for (const auto& row : read->reports.lines_of_task(task.id)) {
            const auto report = read->reports.find(row.report);
            rows.push_back({{"report", report_name(read, row.report)},
                            {"work_type", row.line.work_type},
                            {"worked", format_duration(row.line.worked_seconds)},
                            {"billed", format_duration(row.line.billed_seconds)},
                            {"amount", money(row.line.amount, report ? report->currency : "")},
                            {"reason", row.line.reason}});
        }
        out.add_list("lines", "On these reports", std::move(rows));
    }

    void task_facts(const store::TaskRow& task) {
        std::string links;
        for (const auto& link : task.facts.links)
            links += (links.empty() ? "" : ", ") + link.kind + " " + link.id;
        std::int64_t cached = 0, free = 0, count = 0;
        for (const auto& entry : read->sources.entries_of_task(task.id)) {
            if (entry.deleted) continue;
            ++count;
            cached += entry.seconds;
            if (!entry.live_report) free += entry.seconds;
        }
        const auto percent = books::Lookup(read).percent_of_task(task.id);
        out.add("facts", "What it means",
                {{"title", task.facts.title},
                 {"known", task.known ? "" : "no: the remote does not show it"},
                 {"status", std::to_string(static_cast<int>(task.facts.status))},
                 {"parent", task.facts.parent},
                 {"project", task.facts.project},
                 {"tags", join(task.facts.tags, ", ")},
                 {"links", links},
                 {"created", moment(task.facts.created)},
                 {"closed", moment(task.facts.closed)},
                 {"deadline", moment(task.facts.deadline)},
                 {"entries", std::to_string(count)},
                 {"time_here", format_duration(cached)},
                 {"time_in_remote",
                  task.facts.seconds_total ? format_duration(*task.facts.seconds_total) : ""},
                 {"free", format_duration(free)},
                 {"percent_paid", percent ? std::to_string(*percent) : ""}});
    }

    bool task(const domain::Ref& ref) {
        const bool came = record(ref, "tasks");
        const auto row = read->sources.find_task(ref);
        if (!row) return came;
        task_facts(*row);
        owner(*row);
        lines(*row);
        mark(*row);
        events(to_string(ref));
        return true;
    }

    void entry_facts(const store::EntryRow& entry, const std::optional<store::TaskRow>& task) {
        const auto person = read->sources.find_person(entry.person);
        const auto* from = remote(entry.ref.remote);
        const auto text = from != nullptr
                              ? read->sources.record_text(from->row.id, "entries", entry.ref.id)
                              : std::nullopt;
        const auto cost =
            text ? books::cost_in(*from->mapping, {"entries", entry.ref.id, *text, ""}) : 0;
        const std::string subtracted =
            from != nullptr ? books::subtraction_words(read, *from, entry) : "";
        out.add("facts", "What it means",
                {{"task", task ? to_string(task->ref) + " " + task->facts.title : "none"},
                 {"person", person ? to_string(person->ref) + " " + person->name : ""},
                 {"time",
                  format_duration(entry.seconds) + " (" + std::to_string(entry.seconds) + " s)"},
                 {"moment", moment(entry.at)},
                 {"work_date", format_day(entry.work_date)},
                 {"text", entry.text},
                 {"subtracted", subtracted},
                 {"not_billed", entry.seconds != 0 || entry.deleted || !subtracted.empty() ? ""
                                : cost != 0
                                    ? "it has no time: a cost of money alone is kept, not billed"
                                    : "it has no time"},
                 {"revision", std::to_string(entry.revision)},
                 {"deleted", entry.deleted ? "yes" : ""},
                 {"first_seen", format_instant(entry.seen_at)},
                 {"its_task_was_fully_paid_then", yes(entry.paid_task)}});
    }

    void revisions(const store::EntryRow& entry) {
        std::vector<Facts> rows;
        for (const auto& old : read->sources.revisions_of(entry.id))
            rows.push_back({{"revision", std::to_string(old.revision)},
                            {"time", format_duration(old.seconds)},
                            {"work_date", format_day(old.work_date)},
                            {"text", old.text},
                            {"deleted", old.deleted ? "yes" : ""}});
        out.add_list("revisions", "As it was before", std::move(rows));
    }

    void verdict(const store::EntryRow& entry, const store::TaskRow& task) {
        if (!entry.client) return;
        const auto contract = books::Lookup(read).contract_on(*entry.client, entry.work_date);
        if (!contract) {
            out.add("verdict", "Is it billed?",
                    {{"contract", "none in force on " + format_day(entry.work_date)}});
            return;
        }
        books::Drafting drafting(read);
        const auto facts = drafting.task_facts(task, true);
        const auto ours = drafting.entry_facts(entry, *entry.client);
        const auto by_hand = read->sources.find_override(entry.id);
        const auto verdict =
            domain::judge(facts, *contract, read.settings.nonbillable, by_hand, ours.word);
        const auto* rate = domain::find_rate(*contract, facts.group, verdict.work_type, ours.person,
                                             entry.work_date);
        const auto late =
            domain::lateness(ours, facts, verdict, drafting.sent_reports(*entry.client, 0));
        const auto decision = read->sources.late_decision(entry.id);
        out.add("verdict", "Is it billed?",
                {{"contract", "version " + std::to_string(contract->version) + " from " +
                                  format_day(contract->valid_from)},
                 {"billable", yes(verdict.billable)},
                 {"work_type", verdict.work_type},
                 {"reason", verdict.reason},
                 {"rule", verdict.rule},
                 {"rate", !verdict.billable ? ""
                          : rate ? money(rate->amount, contract->currency.code) + " an hour"
                                 : "none fits: it blocks its report"},
                 {"external", ours.external ? "yes: billed elsewhere" : ""},
                 {"repeats", ours.repeats},
                 {"late", entry.live_report ? "" : late},
                 {"decision", decision == domain::LateDecision::NextReport ? "next report"
                              : decision == domain::LateDecision::WriteOff ? "written off"
                                                                           : ""}});
    }

    void allocations(const store::EntryRow& entry) {
        std::vector<Facts> rows;
        for (const auto& share : read->reports.allocations_of_entry(entry.id))
            rows.push_back({{"report", report_name(read, share.report)},
                            {"origin", share.origin},
                            {"revision", std::to_string(share.entry_revision)},
                            {"time", format_duration(share.seconds)},
                            {"live", yes(share.live)}});
        out.add_list("allocations", "Where it was billed", std::move(rows));
        rows.clear();
        books::CorrectionFacts corrections(read);
        using Side = store::AdjustmentRow::Side;
        for (const auto& each : read->reports.adjustments(std::nullopt, false)) {
            if (each.entry != entry.id) continue;
            const auto& currency = corrections.terms(each).currency;
            rows.push_back(
                {{"adjustment", std::to_string(each.id)},
                 {"of", report_name(read, each.report)},
                 {"time", format_duration(each.delta_seconds)},
                 {"amount",
                  domain::format_amount(each.delta_amount, currency) + " " + currency.code},
                 {"why", each.why},
                 {"side", each.side == Side::TakenOut ? "taken out"
                          : each.side == Side::PutIn  ? "put in"
                          : each.side == Side::UsedUp ? "used up"
                                                      : ""},
                 {"client", each.terms ? client_words(each.terms->client) : ""},
                 {"decision", each.replaced ? "withdrawn" : each.decision.value_or("open")}});
        }
        out.add_list("adjustments", "Corrections", std::move(rows));
    }

    void money_of(std::int64_t report) {
        const auto view = books::Lookup(read).show(report);
        if (!view) return;
        out.add("money", "Where its money is",
                {{"report", report_name(read, report)},
                 {"total", money(view->totals.total, view->currency.code)},
                 {"paid", money(view->paid, view->currency.code)},
                 {"deal", view->deal.value_or("")},
                 {"asks", render::questions_in_shell(view->questions)}});
    }

    bool entry(const domain::Ref& ref) {
        const bool came = record(ref, "entries");
        const auto row = read->sources.find_entry(ref);
        if (!row) return came;
        const auto of_task = read->sources.find_task(row->task);
        entry_facts(*row, of_task);
        revisions(*row);
        if (of_task) {
            owner(*of_task);
            verdict(*row, *of_task);
        }
        allocations(*row);
        if (row->live_report) money_of(*row->live_report);
        events(to_string(ref));
        return true;
    }

    bool deal(const domain::Ref& ref) {
        bool known = record(ref, "deals");
        if (const auto row = read->sources.find_deal(ref)) {
            known = true;
            out.add("facts", "What it means",
                    {{"title", row->title},
                     {"company", row->company},
                     {"stage", row->stage},
                     {"origin_id", row->origin_id}});
        }
        known = created(ref) || known;
        events(to_string(ref));
        return known;
    }

    // What an op of ours created in the CRM, and the money of its report.
    bool created(const domain::Ref& ref) {
        const auto report = books::report_of(read, ref);
        if (!report) return false;
        for (const auto& op : read->outbox.of_report(*report)) {
            if (domain::object_of(op.op.kind) != ref.kind || op.remote_id != ref.id) continue;
            out.add("made_by", "We created it",
                    {{"report", report_name(read, *report)},
                     {"key", op.op.key},
                     {"done_at", moment(op.done_at)},
                     {"fields", op.op.fields}});
        }
        money_of(*report);
        return true;
    }

    bool invoice(const domain::Ref& ref) {
        const bool known = created(ref);
        events(to_string(ref));
        return known;
    }

    bool card(const domain::Ref& ref) {
        const auto* from = remote(ref.remote);
        const auto row = from != nullptr ? read->cards.find(from->row.id, ref.id) : std::nullopt;
        if (!row) return false;
        out.add("facts", "What it is",
                {{"report", row->report ? report_name(read, *row->report) : "none yet"},
                 {"made_by", row->own ? "us" : "a manager"},
                 {"key", row->key},
                 {"filter", row->filter},
                 {"shows", row->shown_state},
                 {"gone", row->gone ? "yes: the CRM no longer has it" : ""},
                 {"last_comment", row->told}});
        if (row->report) created(ref);
        events(to_string(ref));
        return true;
    }

    bool document(const domain::Ref& ref) {
        const auto report = books::report_of(read, ref);
        if (!report) return false;
        for (const auto& row : read->documents.of_report(*report)) {
            if (row.remote_id != ref.id || read.remote_name(row.remote) != ref.remote) continue;
            out.add("facts", "What it is",
                    {{"title", row.title},
                     {"number", row.number},
                     {"template", row.template_id},
                     {"state", row.state},
                     {"file", row.file},
                     {"sha256", row.sha256},
                     {"stored_at", moment(row.stored_at)},
                     {"error", row.last_error}});
        }
        created(ref);
        events(to_string(ref));
        return true;
    }

    bool payment(const domain::Ref& ref) {
        bool known = false;
        for (const auto& row : read->reports.payments(std::nullopt)) {
            if (row.ref != to_string(ref) &&
                !(row.source == ref.remote && row.external_id == ref.id))
                continue;
            known = true;
            out.add("payment", "What it is",
                    {{"id", std::to_string(row.id)},
                     {"amount", money(row.amount, row.currency)},
                     {"date", format_day(row.date)},
                     {"source", row.source},
                     {"reversed", row.reversed_at ? row.reversed_reason.value_or("yes") : ""}});
            money_of(row.report);
        }
        return known;
    }

    bool plain(const domain::Ref& ref, const char* stream) {
        bool known = record(ref, stream);
        if (const auto company = read->sources.find_company(ref);
            company && ref.kind == "company") {
            known = true;
            std::int64_t contracts =
                static_cast<std::int64_t>(read->contracts.of_client(company->id).size());
            out.add("facts", "What it means",
                    {{"name", company->name},
                     {"own", company->own ? "yes: one of your own companies" : ""},
                     {"contract_versions", std::to_string(contracts)}});
        }
        if (const auto person = read->sources.find_person(ref); person && ref.kind == "user") {
            known = true;
            out.add("facts", "What it means",
                    {{"name", person->name}, {"active", yes(person->active)}});
        }
        const bool is_project = ref.kind == "group" || ref.kind == "project";
        if (const auto project = read->sources.find_project(ref); project && is_project) {
            known = true;
            out.add("facts", "What it means",
                    {{"name", project->name}, {"closed", yes(project->closed)}});
        }
        if (known && ref.kind != "company") by_rule(ref);
        events(to_string(ref));
        return known;
    }

    bool find(const domain::Ref& ref) {
        if (ref.kind == "entry") return entry(ref);
        if (ref.kind == "task") return task(ref);
        if (ref.kind == "deal") return deal(ref);
        if (ref.kind == "payment") return payment(ref);
        if (ref.kind == "invoice") return invoice(ref);
        if (ref.kind == "card") return card(ref);
        if (ref.kind == "document") return document(ref);
        if (ref.kind == "company") return plain(ref, "companies");
        if (ref.kind == "user") return plain(ref, "users");
        if (ref.kind == "group" || ref.kind == "project") return plain(ref, "groups");
        return false;
    }
};

} // namespace

Result<Explanation> explain_ref(const books::Reading& read, const domain::Ref& ref) {
    Finder finder{read, {}};
    finder.out.what = to_string(ref);
    finder.out.kind = ref.kind;
    if (finder.find(ref)) return std::move(finder.out);
    return Error{Code::NotFound, "nothing is known here of " + to_string(ref), "",
                 "hourbridge sync reads what is new; look at the id again"};
}

} // namespace hb::app
