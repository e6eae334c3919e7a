#pragma once

#include "domain/contract.h"
#include "domain/report.h"
#include "mapping/mapping.h"

// Contracts and filters as JSON (docs/operations.md), both ways. Pure.
namespace hb::mapping {

struct ContractDefaults {
    std::string time_zone; // of the configuration
    std::string locale;
    // Remotes whose projects are called `project`; everywhere else `project` is another word for
    // `group` (G45).
    std::vector<std::string> project_remotes{};
};

// Parses and checks one contract file (JSON with comments): shape, currency, decimals, zone, ties
// between rules (domain::problems_of). All problems at once; nullopt when there is any.
std::optional<domain::Contract> parse_contract(std::string_view text, const std::string& file,
                                               const ContractDefaults& defaults,
                                               std::vector<FileProblem>& problems);
// Every default filled in; parse_contract reads it back to an equal contract. `version` and `id`
// are not in it.
std::string contract_text(const domain::Contract& contract);

// Filters as stored with a report.
std::string filter_text(const domain::Filter& filter);
Result<domain::Filter> parse_filter(std::string_view text);

} // namespace hb::mapping
