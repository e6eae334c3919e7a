#include "engine/owners.h"

#include <algorithm>

#include "domain/owner.h"
#include "engine/drafting.h"
#include "mapping/contract_file.h"

namespace hb::engine {
namespace {

// Takes texts out of `tasks`.
domain::OwnerFacts gather(Core& core, const RemoteRuntime& remote,
                          std::vector<store::Sources::TaskOwner>& tasks) {
    domain::OwnerFacts facts;
    // Companies and deals live in the CRM; another planner's tasks can only be linked by hand.
    const bool crm = remote.row.name == core.settings.crm_remote;
    if (crm) {
        for (const auto& company : core.sources.companies(remote.row.id))
            if (company.known && !company.own) facts.companies[company.ref.id] = company.id;
        for (const auto& deal : core.sources.deals(remote.row.id))
            if (deal.known) facts.deals[deal.ref.id] = deal.company;
    }
    for (auto& task : tasks) // there are many of them: what the facts need moves there
        facts.tasks[task.remote_id] = {
            std::move(task.links), std::move(task.parent), std::move(task.project), {}};

    const Day today = std::chrono::floor<std::chrono::days>(core.clock.now());
    for (const auto& link : core.sources.links()) {
        if (link.valid_from && *link.valid_from > today) continue;
        const auto subject = domain::parse_ref(link.subject);
        const auto target = domain::parse_ref(link.target);
        if (!subject || !target || subject->remote != remote.row.name) continue;
        const auto company = core.sources.find_company(*target);
        if (!company) continue;
        if (subject->kind == "task" && facts.tasks.count(subject->id))
            facts.tasks[subject->id].by_hand = company->id;
        else if (subject->kind == "group" || subject->kind == "project")
            facts.projects[subject->id] = company->id;
    }
    return facts;
}

} // namespace

std::int64_t resolve_owners(Core& core, const RemoteRuntime& remote) {
    auto tasks = core.sources.task_owners(remote.row.id);
    const auto facts = gather(core, remote, tasks);
    const auto zone_of = zone_lookup(core);
    std::int64_t changed = 0;
    for (const auto& task : tasks) {
        if (!task.known) continue; // a task that is gone keeps its last owner
        const auto owner = domain::owner_of(facts, task.remote_id);
        if (owner.client == task.client && owner.two_clients == task.two_clients) continue;
        core.sources.set_client(task.id, owner.client, owner.two_clients, zone_of);
        ++changed;
    }
    return changed;
}

domain::Owner explain_owner(Core& core, const RemoteRuntime& remote, const std::string& task) {
    auto tasks = core.sources.task_owners(remote.row.id);
    const auto facts = gather(core, remote, tasks);
    return facts.tasks.count(task) ? domain::owner_of(facts, task) : domain::Owner{};
}

store::ZoneOf zone_lookup(Core& core) {
    // Parsed once for the caller's step; contracts do not change inside it.
    auto zones = std::make_shared<std::map<std::int64_t, Zone>>();
    return [&core, zones](std::optional<std::int64_t> client) -> const Zone& {
        if (!client) return core.settings.zone;
        const auto known = zones->find(*client);
        if (known != zones->end()) return known->second;
        Zone zone = core.settings.zone;
        const auto rows = core.contracts.of_client(*client);
        if (!rows.empty()) {
            std::vector<mapping::FileProblem> problems;
            const auto contract = mapping::parse_contract(
                rows.back().text, "contract", {core.settings.zone.name(), core.settings.locale},
                problems);
            if (contract)
                if (auto found = Zone::find(contract->time_zone)) zone = *found;
        }
        return zones->emplace(*client, zone).first->second;
    };
}

store::FullyPaid fully_paid_lookup(Core& core, std::int64_t pull) {
    return [&core, pull](const store::TaskRow& task) {
        const auto status = task.status_pull == pull ? task.status_before : task.facts.status;
        if (status != domain::TaskStatus::Completed) return false;
        return task_is_fully_paid(core, task.id);
    };
}

} // namespace hb::engine
