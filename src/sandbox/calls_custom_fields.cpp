#include "base/digest.h"
#include "base/text.h"
#include "sandbox/crm_types.h"
#include "json/writer.h"

// userfieldconfig.*: custom fields of CRM types. Failures have no code, only a text.
namespace hb::sandbox {

namespace {

Failure refuse(std::string_view text) {
    return fail("", text);
}

// Beside its own scope it wants that of the module.
std::optional<Failure> check_rights(const Call& call) {
    const auto& scopes = call.token.scopes;
    if (std::find(scopes.begin(), scopes.end(), "crm") == scopes.end())
        return fail("insufficient_scope",
                    "The request requires higher privileges than provided by the webhook token",
                    call.options.rights_answer_401 ? 401 : 403);
    const Tree* module = call.param("moduleId");
    if (module == nullptr) return fail("100", "Could not find value for parameter {moduleId}");
    if (module->str() != "crm") return refuse("Module " + module->str() + " is not supported");
    if (!call.crm_admin()) return refuse("You do not have permission to view user field settings");
    return std::nullopt;
}

// The type behind "CRM_DEAL" or "CRM_7"; the number is the id of a type, not its entity type.
std::optional<int> entity_type_of(const State& state, const std::string& entity) {
    static const std::map<std::string, int> built_in{
        {"CRM_DEAL", 2}, {"CRM_CONTACT", 3}, {"CRM_COMPANY", 4}, {"CRM_SMART_INVOICE", 31}};
    const auto at = built_in.find(entity);
    if (at != built_in.end()) return at->second;
    if (!entity.starts_with("CRM_")) return std::nullopt;
    const auto id = parse_integer(std::string_view{entity}.substr(4));
    const CrmType* type = id ? state.types.find(*id) : nullptr;
    if (type == nullptr) return std::nullopt;
    return type->entity_type;
}

std::optional<FieldType> stored_as(const std::string& type) {
    static const std::map<std::string, FieldType> types{
        {"string", FieldType::Text},        {"url", FieldType::Text},
        {"date", FieldType::Date},          {"datetime", FieldType::Moment},
        {"double", FieldType::Amount},      {"integer", FieldType::Integer},
        {"boolean", FieldType::Flag},       {"file", FieldType::IntegerList},
        {"money", FieldType::Text},         {"employee", FieldType::Integer},
        {"enumeration", FieldType::Integer}};
    const auto at = types.find(type);
    if (at == types.end()) return std::nullopt;
    return at->second;
}

Tree default_settings(const std::string& type) {
    Tree out = Tree::map();
    if (type == "boolean") {
        out.put("DEFAULT_VALUE", Tree::number(0));
        out.put("DISPLAY", Tree::text("CHECKBOX"));
    } else if (type == "double") {
        out.put("PRECISION", Tree::number(2));
        out.put("SIZE", Tree::number(20));
        out.put("DEFAULT_VALUE", Tree::text(""));
    } else if (type == "file") {
        out.put("MAX_ALLOWED_SIZE", Tree::number(0));
        out.put("EXTENSIONS", Tree::list());
    } else {
        out.put("SIZE", Tree::number(20));
        out.put("ROWS", Tree::number(1));
        out.put("DEFAULT_VALUE", Tree::text(""));
    }
    return out;
}

bool good_name(const std::string& name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// What the names of a type's fields begin with: UF_CRM_7_ for the type 7, UF_CRM_ for the others.
std::string name_prefix(const std::string& entity) {
    const bool numbered = parse_integer(std::string_view{entity}.substr(4)).has_value();
    return numbered ? "UF_" + entity + "_" : "UF_CRM_";
}

std::optional<Failure> check_name(const State& state, const CustomField& field) {
    if (field.name.empty()) return refuse("The 'FIELD_NAME' field is not found.");
    if (!field.name.starts_with(name_prefix(field.entity)))
        return refuse("The field name must begin with " + name_prefix(field.entity));
    if (field.name.size() > 50) return refuse("The field name is longer than 50 characters.");
    if (!good_name(field.name)) return refuse("The field name has wrong characters.");
    for (const auto& one : state.custom_fields.rows())
        if (one.entity == field.entity && one.name == field.name)
            return refuse("The field " + field.name + " for the object " + field.entity +
                          " already exists.");
    return std::nullopt;
}

// What may be set at first and changed later.
void take(const Tree& sent, CustomField& field) {
    const auto flag = [&](const char* name, bool& to) {
        if (const Tree* value = sent.find(name)) to = value->truthy();
    };
    flag("mandatory", field.mandatory);
    flag("showFilter", field.show_filter);
    flag("editInList", field.edit_in_list);
    flag("isSearchable", field.searchable);
    if (const Tree* value = sent.find("xmlId")) field.xml_id = value->str();
    if (const Tree* value = sent.find("sort"))
        field.sort = static_cast<int>(value->integer().value_or(100));
    if (const Tree* value = sent.find("editFormLabel")) field.label = *value;
    if (const Tree* value = sent.find("helpMessage")) field.help = *value;
    if (const Tree* settings = sent.find("settings"))
        for (std::size_t i = 0; i < settings->size(); ++i)
            field.settings.put(settings->key(i), *settings->at(i));
}

// One text, or one for each language: the first of them is the title.
std::string title_of(const CustomField& field) {
    const Tree* first = field.label.is_branch() ? field.label.at(0) : &field.label;
    const std::string text = first == nullptr ? std::string{} : first->str();
    return text.empty() ? field.name : text;
}

void define(CrmStore& store, const CustomField& field) {
    CrmField out;
    out.classic = field.name;
    out.universal = universal_custom_name(field.name);
    out.type = *stored_as(field.type);
    out.access = Access::Writable;
    out.title = title_of(field);
    out.is_custom = true;
    out.user_type = field.type;
    out.multiple = field.multiple;
    out.mandatory = field.mandatory;
    store.define(std::move(out));
}

void write_by_language(json::Writer& to, const char* name, const Tree& text) {
    to.key(name);
    if (text.nothing()) {
        to.begin_object().key("en").null().key("ru").null().end_object();
    } else if (text.is_branch()) {
        text.write(to);
    } else {
        to.begin_object().member("en", text.str()).member("ru", text.str()).end_object();
    }
}

void write_field(json::Writer& to, const CustomField& field) {
    const auto flag = [&](const char* name, bool value) { to.member(name, value ? "Y" : "N"); };
    to.begin_object().member("id", std::to_string(field.id)).member("entityId", field.entity);
    to.member("fieldName", field.name).member("userTypeId", field.type);
    if (field.xml_id.empty())
        to.key("xmlId").null();
    else
        to.member("xmlId", field.xml_id);
    to.member("sort", std::to_string(field.sort));
    flag("multiple", field.multiple);
    flag("mandatory", field.mandatory);
    flag("showFilter", field.show_filter);
    flag("showInList", field.in_list);
    flag("editInList", field.edit_in_list);
    flag("isSearchable", field.searchable);
    field.settings.write(to.key("settings"));
    to.key("languageId").begin_object().member("en", "en").member("ru", "ru").end_object();
    write_by_language(to, "editFormLabel", field.label);
    for (const char* name : {"listColumnLabel", "listFilterLabel", "errorMessage"})
        write_by_language(to, name, Tree{});
    write_by_language(to, "helpMessage", field.help);
}

// An enumeration's values, which its page shows and its list does not.
void write_choices(json::Writer& to, const CustomField& field) {
    if (field.type != "enumeration") return;
    to.key("enum").begin_array();
    for (std::size_t i = 0; i < field.choices.size(); ++i) {
        const auto text = [&](const char* name) {
            const Tree* value = field.choices.at(i)->find(name);
            return value == nullptr ? std::string{} : value->str();
        };
        to.begin_object().member("id", std::to_string(field.id / 2 + 2 * static_cast<int>(i)));
        to.member("userFieldId", std::to_string(field.id)).member("value", text("value"));
        to.member("def", text("def") == "Y" ? "Y" : "N").member("sort", text("sort"));
        to.member("xmlId", sha256_hex(text("value")).substr(0, 32)).end_object();
    }
    to.end_array();
}

Answer one_field(const CustomField& field) {
    json::Writer out;
    out.begin_object().key("field");
    write_field(out, field);
    write_choices(out, field);
    out.end_object().end_object();
    return Answer{out.take(), {}, {}};
}

Outcome add(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    const Tree* sent = call.param("field");
    if (sent == nullptr || !sent->is_branch())
        return fail("100", "Could not find value for parameter {field}");
    const auto text = [&](const char* name) {
        const Tree* value = sent->find(name);
        return value == nullptr ? std::string{} : value->str();
    };
    CustomField field;
    field.entity = text("entityId");
    const auto entity_type = entity_type_of(call.state, field.entity);
    if (!entity_type) return refuse("The entity " + field.entity + " is not found.");
    field.type = text("userTypeId");
    if (!stored_as(field.type)) return refuse("The 'USER_TYPE_ID' field is not found.");
    field.name = text("fieldName");
    if (auto failure = check_name(call.state, field)) return *failure;
    field.multiple = text("multiple") == "Y" && field.type != "boolean";
    field.settings = default_settings(field.type);
    take(*sent, field);
    if (const Tree* choices = sent->find("enum")) field.choices = *choices;
    field.id = call.state.next_custom_field;
    call.state.next_custom_field += 2;
    define(call.state.crm.at(*entity_type), field);
    return one_field(call.state.custom_fields.add(std::move(field)));
}

std::variant<CustomField*, Failure> find(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    const auto id = call.integer("id");
    if (!id) return fail("100", "Could not find value for parameter {id}");
    CustomField* field = call.state.custom_fields.find(*id);
    if (field == nullptr)
        return refuse("The entity with ID '" + std::to_string(*id) + "' is not found.");
    return field;
}

Outcome get(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    return one_field(*std::get<CustomField*>(found));
}

Outcome update(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Tree* sent = call.param("field");
    if (sent == nullptr || !sent->is_branch())
        return fail("100", "Could not find value for parameter {field}");
    CustomField& field = *std::get<CustomField*>(found);
    take(*sent, field);
    if (const auto type = entity_type_of(call.state, field.entity)) {
        CrmStore& store = call.state.crm.at(*type);
        if (const auto at = store.position(field.name)) {
            store.fields[static_cast<std::size_t>(*at)].title = title_of(field);
            store.fields[static_cast<std::size_t>(*at)].mandatory = field.mandatory;
        }
    }
    return one_field(field);
}

// With all values.
Outcome erase(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const CustomField field = *std::get<CustomField*>(found);
    if (const auto type = entity_type_of(call.state, field.entity))
        call.state.crm.at(*type).forget(field.name);
    call.state.custom_fields.erase(field.id);
    return Answer{"null", {}, {}};
}

std::optional<FieldRef> list_field(std::string_view name) {
    static const std::vector<std::string_view> names{"id",   "entityId", "fieldName", "userTypeId",
                                                     "sort", "multiple", "xmlId",     "mandatory"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return FieldRef{static_cast<int>(i),
                            i == 0 || i == 4 ? FieldType::Integer : FieldType::Text};
    return std::nullopt;
}

Cell list_cell(const CustomField& field, int which) {
    const auto flag = [](bool value) { return value ? std::string_view{"Y"} : "N"; };
    switch (which) {
    case 0:
        return field.id;
    case 1:
        return std::string_view{field.entity};
    case 2:
        return std::string_view{field.name};
    case 3:
        return std::string_view{field.type};
    case 4:
        return std::int64_t{field.sort};
    case 5:
        return flag(field.multiple);
    case 6:
        return std::string_view{field.xml_id};
    default:
        return flag(field.mandatory);
    }
}

Outcome list(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    auto read =
        read_filter(call.param("filter"), {list_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), list_field);
    if (!read.ok() || !order.ok())
        return refuse("Unknown field " + read.bad_key + read.bad_value + order.bad_key +
                      order.bad_direction);
    Query<CustomField> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page = read_page(call);
    const auto page = select_page(call.state.custom_fields, query, list_cell);
    json::Writer out;
    out.begin_object().key("fields").begin_array();
    for (const CustomField* field : page.rows) {
        write_field(out, *field);
        out.end_object();
    }
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

} // namespace

void add_custom_field_calls(MethodTable& to) {
    to.add("userfieldconfig.add", "userfieldconfig", add, true);
    to.add("userfieldconfig.list", "userfieldconfig", list);
    to.add("userfieldconfig.get", "userfieldconfig", get);
    to.add("userfieldconfig.update", "userfieldconfig", update, true);
    to.add("userfieldconfig.delete", "userfieldconfig", erase, true);
}

} // namespace hb::sandbox
