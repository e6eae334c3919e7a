#pragma once

#include "sandbox/call.h"

// Smart processes: what making and changing one does to the portal. Inner header.
namespace hb::sandbox {

// The store of its items, its default funnel and stages, and the parents that its relations name.
// REQUIRES: the entity type is free
CrmType& add_type(State& state, CrmType type);
// Fields and parents that the type's flags and relations ask for and its store does not have yet.
void settle_type(State& state, const CrmType& type);
// With its funnels, stages, custom fields and items.
void erase_type(State& state, int entity_type);

// A funnel of any type, with the stages that a new one has.
Category& add_category(State& state, Category category);

// Whether tasks may be linked to its items.
bool shown_in_tasks(const State& state, int entity_type);

const std::vector<std::string>& type_flags(); // "isAutomationEnabled", …

} // namespace hb::sandbox
