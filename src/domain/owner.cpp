#include "domain/owner.h"

#include <set>

namespace hb::domain {
namespace {

// The company of the first CO_ link that exists, else of the first deal that exists.
Owner by_links(const OwnerFacts& facts, const OwnerTask& task) {
    Owner owner;
    for (const CrmLink& link : task.links) {
        if (link.kind != "company") continue;
        const auto company = facts.companies.find(link.id);
        if (company == facts.companies.end()) continue;
        if (!owner.client) {
            owner.client = company->second;
            owner.why = "its link to company " + link.id;
        } else if (*owner.client != company->second) {
            owner.two_clients = true;
        }
    }
    if (owner.client) return owner;
    for (const CrmLink& link : task.links) {
        if (link.kind != "deal") continue;
        const auto deal = facts.deals.find(link.id);
        if (deal == facts.deals.end()) continue;
        // Only the first existing deal counts; one without an existing company is no link.
        const auto company = facts.companies.find(deal->second);
        if (company != facts.companies.end()) {
            owner.client = company->second;
            owner.why = "its link to deal " + link.id;
        }
        break;
    }
    return owner;
}

// The first of the task and its ancestors for which `say` has a word.
template <class Say>
std::optional<Owner> nearest(const OwnerFacts& facts, const std::string& task, const Say& say) {
    std::set<std::string> seen;
    for (std::string at = task; !at.empty() && seen.insert(at).second;) {
        const auto known = facts.tasks.find(at);
        if (known == facts.tasks.end()) break;
        if (std::optional<Owner> owner = say(known->second)) {
            if (at != task) owner->why = "parent task " + at + ": " + owner->why;
            return owner;
        }
        at = known->second.parent;
    }
    return std::nullopt;
}

std::optional<Owner> by_rule(const std::optional<RuleLink>& link) {
    if (!link) return std::nullopt;
    const std::string rule = "rule " + std::to_string(link->rule);
    return Owner{link->client, false,
                 link->client ? "by " + rule + ": " + link->value
                              : rule + " finds two for " + link->value + ", so neither",
                 link->rule};
}

Owner by_itself(const OwnerFacts& facts, const OwnerTask& task) {
    if (task.by_hand) return Owner{task.by_hand, false, "a link set by hand", {}};
    return by_links(facts, task);
}

} // namespace

Owner owner_of(const OwnerFacts& facts, const std::string& task) {
    const OwnerTask& own = facts.tasks.at(task);
    if (auto owner = nearest(facts, task, [&facts](const OwnerTask& each) {
            Owner linked = by_itself(facts, each);
            return linked.client ? std::optional(std::move(linked)) : std::nullopt;
        }))
        return *owner;
    const auto project = facts.projects.find(own.project);
    if (project != facts.projects.end())
        return Owner{project->second, false, "the link of workgroup " + own.project, {}};
    if (auto owner =
            nearest(facts, task, [](const OwnerTask& each) { return by_rule(each.by_rule); }))
        return *owner;
    const auto rule = facts.projects_by_rule.find(own.project);
    if (rule != facts.projects_by_rule.end()) {
        auto owner = *by_rule(rule->second);
        owner.why = "project " + own.project + " " + owner.why;
        return owner;
    }
    return Owner{std::nullopt, false, "no link of its own, of its parents or of its workgroup", {}};
}

} // namespace hb::domain
