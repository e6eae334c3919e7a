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

Owner by_itself(const OwnerFacts& facts, const OwnerTask& task) {
    if (task.by_hand) return Owner{task.by_hand, false, "a link set by hand"};
    return by_links(facts, task);
}

} // namespace

Owner owner_of(const OwnerFacts& facts, const std::string& task) {
    const OwnerTask& own = facts.tasks.at(task);
    Owner owner = by_itself(facts, own);
    if (owner.client) return owner;

    std::set<std::string> seen{task};
    for (std::string parent = own.parent; !parent.empty() && seen.insert(parent).second;) {
        const auto ancestor = facts.tasks.find(parent);
        if (ancestor == facts.tasks.end()) break;
        owner = by_itself(facts, ancestor->second);
        if (owner.client) {
            owner.why = "parent task " + parent + ": " + owner.why;
            return owner;
        }
        parent = ancestor->second.parent;
    }

    const auto project = facts.projects.find(own.project);
    if (project != facts.projects.end())
        return Owner{project->second, false, "the link of workgroup " + own.project};
    return Owner{std::nullopt, false, "no link of its own, of its parents or of its workgroup"};
}

} // namespace hb::domain
