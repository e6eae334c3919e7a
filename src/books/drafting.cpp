#include "books/drafting.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/corrections.h"
#include "domain/versions.h"
#include "mapping/contract_file.h"
#include "mapping/writes.h"
#include "render/locale.h"
#include "store/aliases.h"
#include "store/renames.h"
#include "voices/drafts.h"

namespace hb::books {
namespace {

namespace say = voices::drafts;

std::string one_line(std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
    return out;
}

// Time without a task has a task of its own for each project (G64).
bool stands_for_no_task(const domain::Ref& task) {
    return task.id == "none" || task.id.rfind("none-", 0) == 0;
}

} // namespace

std::string people_text(const std::vector<domain::PersonShare>& people) {
    std::string out;
    for (const auto& person : people)
        out += one_line(person.ref) + '\t' + one_line(person.name) + '\t' +
               std::to_string(person.seconds) + '\n';
    return out;
}

std::vector<domain::PersonShare> parse_people(std::string_view text) {
    std::vector<domain::PersonShare> people;
    for (const auto row : split(text, '\n')) {
        const auto parts = split(row, '\t');
        if (parts.size() != 3) continue; // the empty rest after the last line
        people.push_back(
            {std::string(parts[0]), std::string(parts[1]), parse_integer(parts[2]).value_or(0)});
    }
    return people;
}

const std::vector<domain::Contract>& Drafting::contracts_of(std::int64_t client) {
    const auto known = contracts_.find(client);
    if (known != contracts_.end()) return known->second;
    std::vector<domain::Contract> out;
    for (const auto& row : read_->contracts.of_client(client)) {
        std::vector<mapping::FileProblem> problems;
        auto contract = mapping::parse_contract(
            row.text, "contract", {read_.settings.zone.name(), read_.settings.locale}, problems);
        ensure(contract.has_value(), "a stored contract can be read");
        contract->id = row.id;
        contract->version = row.version;
        out.push_back(std::move(*contract));
    }
    return contracts_.emplace(client, std::move(out)).first->second;
}

std::optional<domain::Contract> Drafting::contract(std::int64_t contract_id) {
    const auto stored = read_->contracts.find(contract_id);
    if (!stored) return std::nullopt;
    for (const auto& version : contracts_of(stored->client))
        if (version.id == contract_id) return version;
    return std::nullopt;
}

std::optional<Day> Drafting::first_valid_from(std::int64_t client) {
    const auto [at, added] = first_days_.try_emplace(client);
    if (added)
        for (const auto& contract : contracts_of(client))
            if (!at->second || contract.valid_from < *at->second) at->second = contract.valid_from;
    return at->second;
}

Result<domain::Contract> Drafting::terms(std::int64_t client, const domain::Filter& filter) {
    const auto company = read_->sources.find_company(client);
    const std::string who = company ? company->name : "this client";
    const auto& versions = contracts_of(client);
    if (versions.empty())
        return voices::refusal(Code::Conflict, voices::say<say::kNoContract>(who),
                               to_string(filter.company));

    // For one date the newest version counts; dates are ordered by valid_from.
    std::map<Day, domain::Contract> by_day;
    for (const auto& version : versions) by_day.insert_or_assign(version.valid_from, version);
    const Day first = by_day.begin()->first;
    auto after = by_day.upper_bound(filter.to);
    if (after == by_day.begin())
        return voices::refuse<say::kBeforeContract>(Code::Conflict, who, format_day(first));
    const domain::Contract in_force = std::prev(after)->second;
    const auto period = period_of(client, filter);
    if (in_force.valid_from > first && period.from < in_force.valid_from) {
        const std::string cut = format_day(in_force.valid_from - std::chrono::days{1});
        return voices::refuse<say::kTermsChange>(
            Code::Conflict, who, format_day(in_force.valid_from), format_day(period.from), cut,
            format_day(filter.to));
    }
    return in_force;
}

DayRange Drafting::period_of(std::int64_t client, const domain::Filter& filter) {
    if (filter.from) return {*filter.from, filter.to};
    Day from = read_->sources.earliest_free(client).value_or(filter.to);
    // Time before the first contract is never offered (G2).
    if (const auto first = first_valid_from(client)) from = std::max(from, *first);
    return {std::min(from, filter.to), filter.to};
}

bool Drafting::is_external(const store::EntryRow& entry, std::int64_t client) {
    if (!adoptions_) {
        adoptions_.emplace();
        for (auto& adoption : read_->sources.adoptions())
            adoptions_->emplace(std::move(adoption.subject), adoption.until);
    }
    const auto first = first_valid_from(client);
    if (first && entry.work_date < *first) return true;
    if (adoptions_->empty()) return false;
    if (const auto own = adoptions_->find(to_string(entry.ref));
        own != adoptions_->end() && entry.work_date <= own->second)
        return true;
    const auto adopted = [&](const std::string& subject) {
        const auto at = adoptions_->find(subject);
        return at != adoptions_->end() && entry.work_date <= at->second;
    };
    if (adopted(client_ref(client))) return true;
    const auto* row = task(entry.task);
    if (row == nullptr || row->facts.project.empty()) return false;
    return adopted(to_string(domain::Ref{row->ref.remote, "group", row->facts.project})) ||
           adopted(to_string(domain::Ref{row->ref.remote, "project", row->facts.project}));
}

// Free time that its planner calls billed, and that we did not mark there ourselves (G51).
bool Drafting::is_billed_there(const store::EntryRow& entry, std::int64_t client) {
    if (!entry.word.billed_elsewhere || entry.live_report) return false;
    const auto& versions = contracts_of(client);
    const auto in_force = std::find_if(versions.rbegin(), versions.rend(), [&](const auto& each) {
        return each.valid_from <= entry.work_date;
    });
    if (in_force != versions.rend() && in_force->ignore_planner_flags) return false;
    // A person said that it is not: adopt … --undo.
    const auto undone = adoptions_->find(to_string(entry.ref));
    if (undone != adoptions_->end() && entry.work_date > undone->second) return false;
    // Our own mark stays there until the op that takes it away has run.
    const auto mark = read_->outbox.of_purpose(domain::Purpose::entry_mark(entry.id));
    const std::string none =
        mapping::mark_fields(read_.settings.paid_field, "", read_.settings.report_field, "");
    return !mark || (mark->state == store::OpState::Done && mark->op.fields == none);
}

const std::string& Drafting::client_ref(std::int64_t client) {
    const auto [at, added] = client_refs_.try_emplace(client);
    if (added)
        if (const auto company = read_->sources.find_company(client))
            at->second = to_string(company->ref);
    return at->second;
}

const store::TaskRow* Drafting::task(std::int64_t id) {
    const auto [at, added] = tasks_.try_emplace(id);
    if (added) at->second = read_->sources.find_task(id);
    return at->second ? &*at->second : nullptr;
}

const domain::TaskFacts& Drafting::facts_of(std::int64_t id) {
    const auto known = task_facts_.find(id);
    if (known != task_facts_.end()) return known->second;
    const auto* row = task(id);
    ensure(row != nullptr, "an entry's task is in the mirror");
    return task_facts_.emplace(id, task_facts(*row, false)).first->second;
}

domain::TaskFacts Drafting::task_facts(const store::TaskRow& task, bool with_percent) {
    domain::TaskFacts facts;
    facts.id = task.id;
    facts.ref = task.ref;
    facts.title = task.facts.title;
    if (stands_for_no_task(task.ref))
        facts.title = render::words_for(read_.settings.locale).no_task;
    // Time on a task that is not shown is billed once a person has linked it (G64).
    facts.known = task.known || decisions().linked_tasks.count(to_string(task.ref)) > 0;
    facts.status = task.facts.status;
    facts.tags = task.facts.tags;
    facts.created = task.facts.created;
    facts.closed = task.facts.closed;
    facts.deadline = task.facts.deadline;
    if (!task.facts.project.empty()) {
        const auto* remote = read_.find_remote(task.ref.remote);
        const bool group = remote && remote->row.connector == "bitrix24";
        facts.group = {task.ref.remote, group ? "group" : "project", task.facts.project};
        const auto name = project_names_.find(to_string(facts.group));
        if (name != project_names_.end()) {
            facts.group_name = name->second;
        } else {
            if (const auto project = read_->sources.find_project(facts.group))
                facts.group_name = project->name;
            // A rule by name goes on with the name that it matched (G46 c).
            if (const auto used = names_used(task.ref.remote).find(facts.group.id);
                used != names_used(task.ref.remote).end())
                facts.group_name = used->second;
            project_names_[to_string(facts.group)] = facts.group_name;
        }
    }
    if (const auto* remote = read_.find_remote(task.ref.remote); remote)
        facts.url = remote->task_url(task.ref.id, task.facts.project, task.facts.responsible);
    if (with_percent) facts.percent_paid = percent_paid(task.id);
    return facts;
}

const std::map<std::string, std::string>& Drafting::names_used(const std::string& remote) {
    const auto [at, added] = names_used_.try_emplace(remote);
    if (added)
        if (const auto row = read_->sources.find_remote(remote))
            at->second = read_->renames.used(row->id, "groups");
    return at->second;
}

const Drafting::Decisions& Drafting::decisions() {
    if (decisions_) return *decisions_;
    decisions_.emplace();
    decisions_->overrides = read_->sources.overrides();
    decisions_->late = read_->sources.late_decisions();
    decisions_->long_accepted = read_->sources.long_accepted();
    for (const auto& link : read_->sources.links())
        if (const auto subject = domain::parse_ref(link.subject);
            subject && subject->kind == "user")
            decisions_->persons[link.subject] = link.target;
        else if (subject && subject->kind == "task")
            decisions_->linked_tasks.insert(link.subject);
    for (const auto& alias : read_->aliases.standing())
        if (const auto other = read_->sources.find_entry(alias.same_as))
            decisions_->twins[alias.entry] = {
                (alias.decision == "same" ? "repeats " : "may repeat ") + to_string(other->ref),
                alias.decision == "same"};
    return *decisions_;
}

// Two source persons joined by hand are one (G13); else by a rule.
store::PersonRow Drafting::joined(std::int64_t id) {
    const auto row = read_->sources.find_person(id);
    ensure(row.has_value(), "an entry's person is in the mirror");
    const auto by_hand = decisions().persons.find(to_string(row->ref));
    std::optional<store::PersonRow> other;
    if (by_hand != decisions().persons.end())
        other = read_->sources.find_person(*domain::parse_ref(by_hand->second));
    else if (row->same_as)
        other = read_->sources.find_person(*row->same_as);
    return other ? *other : *row;
}

domain::EntryFacts Drafting::entry_facts(const store::EntryRow& entry, std::int64_t client) {
    domain::EntryFacts facts;
    facts.id = entry.id;
    facts.ref = entry.ref;
    facts.revision = entry.revision;
    facts.task = entry.task;
    auto person = persons_.find(entry.person);
    if (person == persons_.end()) {
        person = persons_.emplace(entry.person, joined(entry.person)).first;
    }
    facts.person = person->second.ref;
    facts.person_name = person->second.name;
    facts.seconds = entry.seconds;
    facts.deleted = entry.deleted;
    facts.work_date = entry.work_date;
    facts.text = entry.text;
    facts.seen = entry.seen;
    facts.paid_task = entry.paid_task;
    facts.live_report = entry.live_report.value_or(0);
    const auto& decided = decisions();
    if (const auto by_hand = decided.overrides.find(entry.id); by_hand != decided.overrides.end())
        facts.override_ = by_hand->second;
    if (const auto late = decided.late.find(entry.id); late != decided.late.end())
        facts.decision = late->second;
    const auto accepted = decided.long_accepted.find(entry.id);
    facts.long_accepted =
        accepted != decided.long_accepted.end() && accepted->second == entry.revision;
    facts.word = entry.word;
    facts.external = is_external(entry, client) || is_billed_there(entry, client);
    if (const auto twin = decided.twins.find(entry.id); twin != decided.twins.end()) {
        facts.repeats = twin->second.words;
        facts.may_repeat = !twin->second.decided;
    }
    return facts;
}

const std::vector<domain::SentReport>& Drafting::all_sent(std::int64_t client) {
    const auto [at, added] = sent_.try_emplace(client);
    if (!added) return at->second;
    for (const auto& row : read_->reports.sent_of(client)) {
        auto filter = mapping::parse_filter(row.filter);
        ensure(filter.ok(), "a stored filter can be read");
        filter->from = row.period.from;
        filter->to = row.period.to;
        const auto terms = this->contract(row.contract);
        ensure(terms.has_value(), "a sent report's terms are kept");
        const auto zone = Zone::find(terms->time_zone);
        at->second.push_back({row.id, row.number.value_or(""), std::move(*filter),
                              row.sent_seen.value_or(0), zone ? *zone : read_.settings.zone});
    }
    return at->second;
}

std::vector<domain::SentReport> Drafting::sent_reports(std::int64_t client, std::int64_t except) {
    std::vector<domain::SentReport> out = all_sent(client);
    std::erase_if(out, [&](const domain::SentReport& sent) { return sent.id == except; });
    return out;
}

domain::DraftInput Drafting::input(std::int64_t client, const domain::Contract& contract,
                                   const domain::Filter& filter, std::int64_t report) {
    domain::DraftInput in;
    in.contract = contract;
    in.versions = domain::versions_beside(contract, contracts_of(client));
    in.configured = read_.settings.nonbillable;
    in.filter = filter;
    in.report = report;
    const auto period = period_of(client, filter);
    in.filter.from = period.from;
    in.sent = sent_reports(client, report);

    std::set<std::int64_t> have;
    const auto take = [&](const store::EntryRow& entry) {
        if (have.insert(entry.id).second) in.entries.push_back(entry_facts(entry, client));
    };
    for (const auto& entry : read_->sources.entries_of_client(client, period.from, period.to))
        take(entry);
    // Late time that was decided for the next report, whatever its date.
    for (const auto& entry : read_->sources.free_for_next_report(client)) take(entry);
    // What the draft holds already, unless its task moved to another client meanwhile.
    if (report != 0)
        for (const auto& entry : read_->sources.entries_of_report(report))
            if (entry.client == client) take(entry);

    const bool with_percent = filter.percent_paid.has_value();
    std::set<std::int64_t> tasks;
    const auto add_task = [&](std::int64_t id) {
        if (!tasks.insert(id).second) return;
        in.tasks.push_back(facts_of(id));
        if (stands_for_no_task(in.tasks.back().ref))
            in.tasks.back().title = render::words_for(contract.locale).no_task;
        if (with_percent) in.tasks.back().percent_paid = percent_paid(id);
    };
    for (const auto& entry : in.entries) add_task(entry.task);

    CorrectionFacts corrections(read_);
    for (const auto& row : read_->reports.adjustments_for_draft(client, report)) {
        if (!corrections.fits(row, contract)) continue;
        in.adjustments.push_back(corrections.facts(row));
        add_task(in.adjustments.back().task);
    }
    if (report != 0) in.exclusions = read_->reports.exclusions(report);
    return in;
}

} // namespace hb::books
