#pragma once

#include <optional>
#include <variant>

#include "sandbox/call.h"
#include "sandbox/crm_wire.h"

// What creating and changing a CRM object means: defaults, stages, amounts. Inner header.
namespace hb::sandbox {

bool may_see(const Call& call, const CrmStore& store, const CrmItem& item);
CrmItem* find_crm_item(Call& call, CrmStore& store, std::int64_t id);
CrmStore* find_store(Call& call, int entity_type);

// The id of the new object.
std::variant<std::int64_t, Failure> create_crm_item(Call& call, CrmStore& store, const Tree& fields,
                                                    Dialect dialect);
// Whether anything changed. A universal update without a change saves nothing; a classic one is
// always saved.
std::variant<bool, Failure> update_crm_item(Call& call, CrmStore& store, CrmItem& item,
                                            const Tree& fields, Dialect dialect);
// With its rows, payments and comments.
void delete_crm_item(Call& call, CrmStore& store, std::int64_t id);

// An amount that follows its rows does so now: isManualOpportunity is N and there are rows, or
// `even_without_rows`.
void follow_rows(State& state, CrmStore& store, CrmItem& item, bool even_without_rows);
Micro rows_total(const std::vector<ProductRow>& rows);

FilterDialect crm_dialect(const Call& call, const CrmStore& store, Dialect dialect);
Page<CrmItem> crm_page(const Call& call, const CrmStore& store, Filter filter,
                       std::vector<SortKey> order, PageRequest request);

} // namespace hb::sandbox
