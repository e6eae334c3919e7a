#include "books/owners.h"

#include <algorithm>
#include <set>

#include "books/drafting.h"
#include "books/rule_links.h"
#include "domain/owner.h"

namespace hb::books {
namespace {

bool is_project(const domain::Ref& ref) {
    return ref.kind == "group" || ref.kind == "project";
}

// Whose a project is that others follow: by hand, else by its planner's rules. Followers follow no
// follower, so this ends.
class Followed {
public:
    Followed(const Reading& read, const std::vector<store::Sources::LinkRow>& links)
        : read_(read), links_(links) {}

    std::optional<std::int64_t> client(const domain::Ref& project, Day today) {
        std::optional<std::int64_t> by_hand;
        for (const auto& link : links_) {
            if (link.subject != to_string(project)) continue;
            if (link.valid_from && *link.valid_from > today) continue;
            const auto target = domain::parse_ref(link.target);
            if (!target || target->kind != "company") continue;
            if (const auto company = read_->sources.find_company(*target)) by_hand = company->id;
        }
        if (by_hand) return by_hand;
        const auto& links = by_rule(project.remote).projects;
        const auto match = links.find(project.id);
        if (match == links.end() || match->second.ambiguous()) return std::nullopt;
        return match->second.targets.front();
    }

private:
    const RuleLinks& by_rule(const std::string& remote) {
        const auto [at, added] = by_rule_.try_emplace(remote);
        if (added)
            if (const auto row = read_->sources.find_remote(remote))
                at->second = find_rule_links(read_, *row, rules_of(read_, *row));
        return at->second;
    }

    const Reading& read_;
    const std::vector<store::Sources::LinkRow>& links_;
    std::map<std::string, RuleLinks> by_rule_;
};

} // namespace

domain::OwnerFacts owner_facts(const Reading& read, const store::Remote& remote,
                               std::vector<store::Sources::TaskOwner>& tasks) {
    domain::OwnerFacts facts;
    // Companies and deals live in the CRM; another planner's tasks can only be linked by hand.
    const bool crm = remote.name == read.settings.crm_remote;
    if (crm) {
        for (const auto& company : read->sources.companies(remote.id))
            if (company.known && !company.own) facts.companies[company.ref.id] = company.id;
        for (const auto& deal : read->sources.deals(remote.id))
            if (deal.known) facts.deals[deal.ref.id] = deal.company;
    }
    for (auto& task : tasks) // there are many of them: what the facts need moves there
        facts.tasks[task.remote_id] = {
            std::move(task.links), std::move(task.parent), std::move(task.project), {}, {}};

    const Day today = std::chrono::floor<std::chrono::days>(read.now());
    const auto links = read->sources.links();
    Followed followed(read, links);
    for (const auto& link : links) {
        if (link.valid_from && *link.valid_from > today) continue;
        const auto subject = domain::parse_ref(link.subject);
        const auto target = domain::parse_ref(link.target);
        if (!subject || !target || subject->remote != remote.name) continue;
        if (is_project(*subject) && is_project(*target)) {
            if (const auto client = followed.client(*target, today))
                facts.projects[subject->id] = *client;
            continue;
        }
        const auto company = read->sources.find_company(*target);
        if (!company) continue;
        if (subject->kind == "task" && facts.tasks.count(subject->id))
            facts.tasks[subject->id].by_hand = company->id;
        else if (is_project(*subject))
            facts.projects[subject->id] = company->id;
    }
    return facts;
}

namespace {

std::int64_t resolve(Step& step, const KnownRemote& remote) {
    auto tasks = step->sources.task_owners(remote.row.id);
    auto facts = owner_facts(step, remote.row, tasks);
    std::int64_t changed = 0;
    if (const auto rules = rules_of(step, remote.row); !rules.empty()) {
        const auto links = find_rule_links(step, remote.row, rules);
        put_rule_links(facts, links);
        changed += join_people(step, remote.row, rules, links);
    }
    const auto calendar_of = calendar_lookup(step);
    for (const auto& task : tasks) {
        // A task that is not shown keeps its last owner; a link by hand counts all the same (G64).
        if (!task.known && !facts.tasks.at(task.remote_id).by_hand) continue;
        const auto owner = domain::owner_of(facts, task.remote_id);
        if (owner.client == task.client && owner.two_clients == task.two_clients) continue;
        step->sources.set_client(task.id, owner.client, owner.two_clients, calendar_of);
        ++changed;
    }
    return changed;
}

} // namespace

std::int64_t resolve_owners(Step& step, const KnownRemote& remote) {
    std::int64_t changed = resolve(step, remote);
    // Other planners whose projects follow one of this remote's.
    std::set<std::string> followers;
    for (const auto& link : step->sources.links()) {
        const auto subject = domain::parse_ref(link.subject);
        const auto target = domain::parse_ref(link.target);
        if (subject && target && is_project(*target) && target->remote == remote.row.name &&
            subject->remote != remote.row.name)
            followers.insert(subject->remote);
    }
    for (const auto& name : followers)
        if (const auto* follower = step.find_remote(name)) changed += resolve(step, *follower);
    return changed;
}

void resolve_by_rules(Step& step, const KnownRemote& crm) {
    auto& rules = step->link_rules;
    if (!rules.any()) return;
    for (const auto& remote : step.remotes())
        if (remote != &crm && !rules.of_remote(remote->row.id).empty())
            resolve_owners(step, *remote);
}

domain::Owner explain_owner(const Reading& read, const KnownRemote& remote,
                            const std::string& task) {
    auto tasks = read->sources.task_owners(remote.row.id);
    auto facts = owner_facts(read, remote.row, tasks);
    put_rule_links(facts, find_rule_links(read, remote.row, rules_of(read, remote.row)));
    return facts.tasks.count(task) ? domain::owner_of(facts, task) : domain::Owner{};
}

store::CalendarOf calendar_lookup(const Reading& read) {
    // Read once for the caller's step; contracts do not change inside it.
    struct Known {
        explicit Known(const Reading& read) : drafting(read), nobody(read.settings.zone) {}
        Drafting drafting;
        domain::Calendar nobody;
        std::map<std::int64_t, domain::Calendar> calendars;
    };
    const auto known = std::make_shared<Known>(read);
    return [&read, known](std::optional<std::int64_t> client) -> const domain::Calendar& {
        if (!client) return known->nobody;
        const auto at = known->calendars.find(*client);
        if (at != known->calendars.end()) return at->second;
        const auto& versions = known->drafting.contracts_of(*client);
        return known->calendars.emplace(*client, domain::Calendar(versions, read.settings.zone))
            .first->second;
    };
}

store::FullyPaid fully_paid_lookup(const Reading& read, std::int64_t pull) {
    return [&read, pull](const store::TaskRow& task) {
        const auto status = task.status_pull == pull ? task.status_before : task.facts.status;
        if (status != domain::TaskStatus::Completed) return false;
        return task_is_fully_paid(read, task.id);
    };
}

} // namespace hb::books
