#include "sandbox/crm_rules.h"
#include "sandbox/crm_types.h"
#include "json/writer.h"

// crm.type.*, crm.category.add, update and delete, crm.enum.ownertype.
namespace hb::sandbox {

namespace {

Failure missing(std::string_view name) {
    return fail("100", "Could not find value for parameter {" + std::string{name} + "}");
}

std::optional<Failure> check_rights(const Call& call) {
    if (!call.crm_admin()) return fail("ACCESS_DENIED", "Access denied");
    return std::nullopt;
}

const char* yes_no(bool value) {
    return value ? "Y" : "N";
}

void write_relations(json::Writer& to, const char* name,
                     const std::vector<CrmType::Relation>& list) {
    to.key(name).begin_array();
    for (const auto& one : list) {
        to.begin_object().member("entityTypeId", one.entity_type);
        to.member("isChildrenListEnabled", yes_no(one.in_card));
        to.member("isPredefined", yes_no(one.predefined)).end_object();
    }
    to.end_array();
}

// Lists leave relations and linked fields out.
void write_type(json::Writer& to, const Call& call, const CrmType& type, bool whole) {
    to.begin_object().member("id", type.id).member("title", type.title).member("code", type.code);
    to.member("createdBy", type.created_by).member("entityTypeId", type.entity_type);
    to.key("customSectionId").null();
    for (const auto& flag : type_flags()) to.member(flag, yes_no(type.flag(flag)));
    to.member("createdTime", call.moment(type.created));
    to.member("updatedTime", call.moment(type.updated)).member("updatedBy", type.updated_by);
    if (whole) {
        to.key("relations").begin_object();
        write_relations(to, "parent", type.parents);
        write_relations(to, "child", type.children);
        to.end_object().key("linkedUserFields").begin_object();
        to.member("CALENDAR_EVENT|UF_CRM_CAL_EVENT", yes_no(type.in_calendar));
        to.member("TASKS_TASK|UF_CRM_TASK", yes_no(type.in_tasks));
        to.member("TASKS_TASK_TEMPLATE|UF_CRM_TASK", yes_no(type.in_task_templates));
        to.end_object().key("customSections").begin_array().end_array();
    }
    to.end_object();
}

Answer one_type(const Call& call, const CrmType& type) {
    json::Writer out;
    out.begin_object().key("type");
    write_type(out, call, type, true);
    out.end_object();
    return Answer{out.take(), {}, {}};
}

// Nested flags are the texts "true" and "false"; Y and N do not work there.
bool nested_flag(const Tree* sent) {
    return sent != nullptr && sent->str() == "true";
}

std::vector<CrmType::Relation> read_relations(const Tree* sent) {
    std::vector<CrmType::Relation> out;
    for (std::size_t i = 0; sent != nullptr && i < sent->size(); ++i) {
        const Tree* type = sent->at(i)->find("entityTypeId");
        const auto number = type == nullptr ? std::nullopt : type->integer();
        if (number)
            out.push_back({static_cast<int>(*number),
                           nested_flag(sent->at(i)->find("isChildrenListEnabled")), false});
    }
    return out;
}

void take_relations(CrmType& type, const Tree& sent) {
    if (const Tree* parents = sent.find("parent")) {
        type.parents = type.flag("isClientEnabled")
                           ? std::vector<CrmType::Relation>{{3, true, true}, {4, true, true}}
                           : std::vector<CrmType::Relation>{};
        for (const auto& one : read_relations(parents)) type.parents.push_back(one);
    }
    if (const Tree* children = sent.find("child")) type.children = read_relations(children);
}

void take_type_fields(CrmType& type, const Tree& fields) {
    if (const Tree* title = fields.find("title")) type.title = title->str();
    for (const auto& flag : type_flags())
        if (const Tree* sent = fields.find(flag)) type.flags[flag] = sent->truthy();
    if (const Tree* relations = fields.find("relations")) take_relations(type, *relations);
    const Tree* linked = fields.find("linkedUserFields");
    if (linked == nullptr || !type.flag("isUseInUserfieldEnabled")) return;
    type.in_calendar = nested_flag(linked->find("CALENDAR_EVENT|UF_CRM_CAL_EVENT"));
    type.in_tasks = nested_flag(linked->find("TASKS_TASK|UF_CRM_TASK"));
    type.in_task_templates = nested_flag(linked->find("TASKS_TASK_TEMPLATE|UF_CRM_TASK"));
}

// Allowed are 128 to 192 and even numbers from 1030; without a wish the next free one of these.
std::variant<int, Failure> choose_entity_type(const State& state, const Tree& fields) {
    const Tree* sent = fields.find("entityTypeId");
    if (sent == nullptr || sent->nothing()) {
        int next = 1030;
        while (state.crm.contains(next)) next += 2;
        return next;
    }
    const auto wanted = sent->integer().value_or(0);
    const bool old_range = wanted >= 128 && wanted <= 192;
    const bool new_range = wanted >= 1030 && wanted % 2 == 0 && wanted < 1'000'000;
    if (!old_range && !new_range)
        return fail("INVALID_ARG_VALUE", "entityTypeId is out of allowed range");
    if (state.crm.contains(static_cast<int>(wanted)))
        return fail("INVALID_ARG_VALUE", "entityTypeId is already in use");
    return static_cast<int>(wanted);
}

Outcome type_add(Call& call) {
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch()) return missing("fields");
    if (auto failure = check_rights(call)) return *failure;
    if (!call.options.smart_processes)
        return fail("CREATE_DYNAMIC_TYPE_RESTRICTED", "Maximum number of SPAs exceeded");
    const auto entity_type = choose_entity_type(call.state, *fields);
    if (const auto* failure = std::get_if<Failure>(&entity_type)) return *failure;
    CrmType type;
    type.entity_type = std::get<int>(entity_type);
    type.flags["isSetOpenPermissions"] = true;
    if (const Tree* client = fields->find("isClientEnabled"); client && client->truthy())
        type.parents = {{3, true, true}, {4, true, true}};
    take_type_fields(type, *fields);
    if (type.title.empty()) return fail("INVALID_ARG_VALUE", "Title is required");
    type.created_by = type.updated_by = call.caller.id;
    type.created = type.updated = call.now;
    const CrmType& kept = add_type(call.state, std::move(type));
    call.tell("ONCRMTYPEADD", 0, kept.id);
    return one_type(call, kept);
}

std::variant<CrmType*, Failure> find_type(Call& call) {
    const auto id = call.integer("id");
    if (!id) return missing("id");
    if (auto failure = check_rights(call)) return *failure;
    CrmType* type = call.state.types.find(*id);
    if (type == nullptr) return fail("NOT_FOUND", "SPA not found");
    return type;
}

Outcome type_get(Call& call) {
    const auto found = find_type(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    return one_type(call, *std::get<CrmType*>(found));
}

Outcome type_get_by_entity(Call& call) {
    const auto entity_type = call.integer("entityTypeId");
    if (!entity_type) return missing("entityTypeId");
    if (auto failure = check_rights(call)) return *failure;
    const CrmType* type = call.state.type_of(static_cast<int>(*entity_type));
    if (type == nullptr) return fail("NOT_FOUND", "SPA not found");
    return one_type(call, *type);
}

Outcome type_update(Call& call) {
    const auto found = find_type(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch()) return missing("fields");
    if (!call.options.smart_processes)
        return fail("UPDATE_DYNAMIC_TYPE_RESTRICTED", "Your plan does not hold smart processes");
    CrmType& type = *std::get<CrmType*>(found);
    take_type_fields(type, *fields);
    type.updated = call.now;
    type.updated_by = call.caller.id;
    settle_type(call.state, type);
    call.tell("ONCRMTYPEUPDATE", 0, type.id);
    return one_type(call, type);
}

Outcome type_delete(Call& call) {
    const auto found = find_type(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const CrmType type = *std::get<CrmType*>(found);
    if (call.state.crm.at(type.entity_type).items.size() > 0)
        return fail("", "The SPA can't be deleted while it has items");
    erase_type(call.state, type.entity_type);
    call.tell("ONCRMTYPEDELETE", 0, type.id);
    return Answer{"null", {}, {}};
}

std::optional<FieldRef> type_field(std::string_view name) {
    static const std::vector<std::string_view> names{"id", "title", "entityTypeId", "createdBy",
                                                     "code"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return FieldRef{static_cast<int>(i),
                            i == 1 || i == 4 ? FieldType::Text : FieldType::Integer};
    return std::nullopt;
}

Cell type_cell(const CrmType& type, int field) {
    switch (field) {
    case 0:
        return type.id;
    case 1:
        return std::string_view{type.title};
    case 2:
        return std::int64_t{type.entity_type};
    case 3:
        return type.created_by;
    default:
        return std::string_view{type.code};
    }
}

Outcome type_list(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    auto read =
        read_filter(call.param("filter"), {type_field, crm_prefixes(), true, call.offset()});
    auto order = read_order(call.param("order"), type_field);
    if (!read.ok() || !order.ok())
        return fail("INVALID_ARG_VALUE", "Invalid filter or order: " + read.bad_key +
                                             read.bad_value + order.bad_key + order.bad_direction);
    Query<CrmType> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page = read_page(call);
    const auto page = select_page(call.state.types, query, type_cell);
    json::Writer out;
    out.begin_object().key("types").begin_array();
    for (const CrmType* type : page.rows) write_type(out, call, *type, false);
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

Answer one_category(const Category& category) {
    json::Writer out;
    out.begin_object().key("category").begin_object();
    out.member("id", category.id).member("name", category.name).member("sort", category.sort);
    out.member("entityTypeId", category.entity_type);
    out.member("isDefault", yes_no(category.is_default)).end_object().end_object();
    return Answer{out.take(), {}, {}};
}

Outcome category_add(Call& call) {
    const auto entity_type = call.integer("entityTypeId");
    const Tree* fields = call.param("fields");
    if (!entity_type) return missing("entityTypeId");
    if (fields == nullptr || !fields->is_branch()) return missing("fields");
    if (auto failure = check_rights(call)) return *failure;
    const int number = static_cast<int>(*entity_type);
    const CrmType* type = call.state.type_of(number);
    if (number != 2 && type == nullptr) return fail("NOT_FOUND", "SPA not found");
    if (type != nullptr && !type->flag("isCategoriesEnabled"))
        return fail("ENTITY_TYPE_NOT_SUPPORTED", "Categories are not supported by the type");
    const auto text = [&](const char* name) {
        const Tree* sent = fields->find(name);
        return sent == nullptr ? Tree{} : *sent;
    };
    Category category;
    category.entity_type = number;
    category.name = text("name").str();
    category.sort = static_cast<int>(text("sort").integer().value_or(500));
    category.is_default = text("isDefault").truthy();
    if (category.name.empty())
        return fail("CRM_FIELD_ERROR_REQUIRED", "Required field \"name\" is not filled");
    return one_category(add_category(call.state, std::move(category)));
}

Outcome owner_types(Call& call) {
    struct Known {
        int id;
        const char* name;
        const char* code;
        const char* symbol;
    };
    static constexpr Known kKnown[] = {{1, "Lead", "LEAD", "L"},
                                       {2, "Deal", "DEAL", "D"},
                                       {3, "Contact", "CONTACT", "C"},
                                       {4, "Company", "COMPANY", "CO"},
                                       {5, "Invoice (old version)", "INVOICE", "I"},
                                       {31, "Invoice", "SMART_INVOICE", "SI"},
                                       {7, "Quote", "QUOTE", "Q"},
                                       {8, "Billing Details", "REQUISITE", "RQ"},
                                       {36, "Document", "SMART_DOCUMENT", "DO"}};
    json::Writer out;
    out.begin_array();
    const auto write = [&](int id, const std::string& name, const std::string& code,
                           const std::string& symbol) {
        out.begin_object().member("ID", id).member("NAME", name);
        out.member("SYMBOL_CODE", code).member("SYMBOL_CODE_SHORT", symbol).end_object();
    };
    for (const auto& one : kKnown) write(one.id, one.name, one.code, one.symbol);
    for (const auto& type : call.state.types.rows())
        write(type.entity_type, type.title, "DYNAMIC_" + std::to_string(type.entity_type),
              short_code(type.entity_type));
    out.end_array();
    return Answer{out.take(), {}, {}};
}

} // namespace

void add_type_calls(MethodTable& to) {
    to.add("crm.type.list", "crm", type_list);
    to.add("crm.type.get", "crm", type_get);
    to.add("crm.type.getByEntityTypeId", "crm", type_get_by_entity);
    to.add("crm.type.add", "crm", type_add, true);
    to.add("crm.type.update", "crm", type_update, true);
    to.add("crm.type.delete", "crm", type_delete, true);
    to.add("crm.category.add", "crm", category_add, true);
    to.add("crm.enum.ownertype", "crm", owner_types);
}

} // namespace hb::sandbox
