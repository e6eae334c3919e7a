#include "sandbox/crm_types.h"

namespace hb::sandbox {

namespace {

struct NewStage {
    const char* id;
    const char* name;
    const char* semantics;
    const char* color;
    bool system;
    const char* extra; // of deals
};
constexpr NewStage kDynamicStages[] = {{"NEW", "Start", "", "#22B9FF", true, ""},
                                       {"PREPARATION", "Preparation", "", "#88B9FF", false, ""},
                                       {"CLIENT", "Customer review", "", "#10E5FC", false, ""},
                                       {"SUCCESS", "Success", "S", "#00FF00", true, ""},
                                       {"FAIL", "Failure", "F", "#FF0000", true, ""}};
constexpr NewStage kDealStages[] = {
    {"NEW", "New", "", "#39A8EF", true, "process"},
    {"PREPARATION", "Document preparation", "", "#2FC6F6", false, "process"},
    {"EXECUTING", "In progress", "", "#47E4C2", false, "process"},
    {"WON", "Deal successful", "S", "#7BD500", true, "success"},
    {"LOSE", "Deal failed", "F", "#FF5752", true, "failure"}};

void add_stage(State& state, const Category& category, const NewStage& stage, int sort) {
    CrmStatus status;
    status.id = state.next_status;
    state.next_status += 2;
    status.entity = stage_entity(category.entity_type, category.id);
    status.status = stage_prefix(category.entity_type, category.id) + stage.id;
    status.name = stage.name;
    status.semantics = stage.semantics;
    status.color = stage.color;
    status.system = stage.system;
    status.extra = stage.extra;
    status.category = category.id;
    status.sort = sort;
    state.statuses.add(std::move(status));
}

void define_missing(CrmStore& store, std::vector<CrmField> fields) {
    for (auto& field : fields)
        if (!store.position(field.universal)) store.define(std::move(field));
}

// parentId2 on the child's items.
void define_parent(State& state, int child, int parent) {
    const auto store = state.crm.find(child);
    if (store == state.crm.end()) return;
    const std::string number = std::to_string(parent);
    CrmField field{"", "parentId" + number, FieldType::Integer, Access::Writable, "Parent"};
    if (child == 2) field.classic = "PARENT_ID_" + number;
    define_missing(store->second, {field});
}

} // namespace

const std::vector<std::string>& type_flags() {
    static const std::vector<std::string> names{
        "isCategoriesEnabled", "isStagesEnabled",         "isBeginCloseDatesEnabled",
        "isClientEnabled",     "isUseInUserfieldEnabled", "isLinkWithProductsEnabled",
        "isMycompanyEnabled",  "isDocumentsEnabled",      "isSourceEnabled",
        "isObserversEnabled",  "isRecyclebinEnabled",     "isAutomationEnabled",
        "isBizProcEnabled",    "isSetOpenPermissions",    "isPaymentsEnabled",
        "isCountersEnabled"};
    return names;
}

CrmType& add_type(State& state, CrmType type) {
    if (type.id == 0) type.id = state.next_type;
    // Ids of types have gaps, so that nobody takes them for entity types or counts them.
    state.next_type = std::max(state.next_type, type.id + 5);
    CrmStore store;
    store.entity_type = type.entity_type;
    store.fields = dynamic_fields("");
    state.crm.emplace(type.entity_type, std::move(store));
    const int entity_type = type.entity_type;
    CrmType& kept = state.types.add(std::move(type));
    settle_type(state, kept);
    add_category(state, {0, entity_type, "General", 500, true});
    return kept;
}

void settle_type(State& state, const CrmType& type) {
    CrmStore& store = state.crm.at(type.entity_type);
    for (const auto& flag : type_flags())
        if (type.flag(flag)) define_missing(store, dynamic_fields(flag));
    for (const auto& parent : type.parents)
        if (!parent.predefined) define_parent(state, type.entity_type, parent.entity_type);
    for (const auto& child : type.children)
        define_parent(state, child.entity_type, type.entity_type);
}

void erase_type(State& state, int entity_type) {
    const CrmType* type = state.type_of(entity_type);
    if (type == nullptr) return;
    const std::string fields = "CRM_" + std::to_string(type->id);
    std::erase_if(state.custom_fields.rows(), [&](const auto& f) { return f.entity == fields; });
    for (const auto& category : state.categories)
        if (category.entity_type == entity_type)
            std::erase_if(state.statuses.rows(), [&](const CrmStatus& one) {
                return one.entity == stage_entity(entity_type, category.id);
            });
    std::erase_if(state.categories, [&](const auto& c) { return c.entity_type == entity_type; });
    state.crm.erase(entity_type);
    for (auto& [other, store] : state.crm) store.forget("parentId" + std::to_string(entity_type));
    state.types.erase(type->id);
}

Category& add_category(State& state, Category category) {
    if (category.id == 0) category.id = state.next_category++;
    if (category.is_default)
        for (auto& other : state.categories)
            if (other.entity_type == category.entity_type) other.is_default = false;
    int sort = 0;
    if (category.entity_type == 2)
        for (const auto& stage : kDealStages) add_stage(state, category, stage, sort += 10);
    else
        for (const auto& stage : kDynamicStages) add_stage(state, category, stage, sort += 10);
    state.categories.push_back(std::move(category));
    return state.categories.back();
}

bool shown_in_tasks(const State& state, int entity_type) {
    const CrmType* type = state.type_of(entity_type);
    return type != nullptr && type->in_tasks && type->flag("isUseInUserfieldEnabled");
}

} // namespace hb::sandbox
