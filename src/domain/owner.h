#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/sources.h"

// Whose task is it? G13, as a pure function over what the cache knows.
namespace hb::domain {

// What the rules find for a project or task; without a client they found two.
struct RuleLink {
    std::optional<std::int64_t> client;
    std::int64_t rule = 0;
    std::string value; // what the rule looked at
};
struct OwnerTask {
    std::vector<CrmLink> links;
    std::string parent;                  // remote id; "" none
    std::string project;                 // remote id; "" none
    std::optional<std::int64_t> by_hand; // a person's link on this very task
    std::optional<RuleLink> by_rule;
};
struct OwnerFacts {
    std::map<std::string, OwnerTask> tasks;        // by remote id
    std::map<std::string, std::int64_t> companies; // those that exist: remote id -> client
    std::map<std::string, std::string>
        deals; // those that exist: remote id -> company's remote id ("" none)
    std::map<std::string, std::int64_t>
        projects; // links of workgroups, set by hand: remote id -> client
    std::map<std::string, RuleLink> projects_by_rule;
};
struct Owner {
    std::optional<std::int64_t> client; // nullopt: needs mapping
    bool two_clients = false;           // two existing companies are linked; the first counts
    std::string why;                    // "its link CO_12", "parent task 5", for `explain`
    std::optional<std::int64_t> rule;   // by which, or which one found two
};
// Links by hand and of the CRM come before rules; a task's rule before its project's. Cycles of
// parents end the search. REQUIRES: facts.tasks holds `task`
Owner owner_of(const OwnerFacts& facts, const std::string& task);

} // namespace hb::domain
