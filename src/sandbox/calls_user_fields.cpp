#include "base/text.h"
#include "sandbox/call.h"
#include "json/writer.h"

// task.item.userfield.*: positional like the time records.
namespace hb::sandbox {

namespace {

Failure core(std::string_view text) {
    return fail("ERROR_CORE", text);
}

bool creatable(const std::string& type) {
    return type == "string" || type == "double" || type == "datetime" || type == "boolean";
}

Tree default_settings(const std::string& type) {
    Tree out = Tree::map();
    if (type == "string") {
        out.put("SIZE", Tree::number(20));
        out.put("ROWS", Tree::number(1));
        out.put("REGEXP", Tree::text(""));
        out.put("MIN_LENGTH", Tree::number(0));
        out.put("MAX_LENGTH", Tree::number(0));
        out.put("DEFAULT_VALUE", Tree::text(""));
    } else if (type == "double") {
        out.put("PRECISION", Tree::number(0));
        out.put("SIZE", Tree::number(20));
        out.put("MIN_VALUE", Tree::number(0));
        out.put("MAX_VALUE", Tree::number(0));
        out.put("DEFAULT_VALUE", Tree::number(0));
    } else if (type == "datetime") {
        Tree& value = out.put("DEFAULT_VALUE", Tree::map());
        value.put("TYPE", Tree::text("NONE"));
        value.put("VALUE", Tree::text(""));
        out.put("USE_SECOND", Tree::text("Y"));
        out.put("USE_TIMEZONE", Tree::text("N"));
    } else {
        out.put("DEFAULT_VALUE", Tree::number(0));
        out.put("DISPLAY", Tree::text("CHECKBOX"));
        Tree& label = out.put("LABEL", Tree::list());
        label.append(Tree::text(""));
        label.append(Tree::text(""));
        out.put("LABEL_CHECKBOX", Tree::text(""));
    }
    return out;
}

Outcome add(Call& call) {
    const Tree* sent = call.params.at(0);
    if (sent == nullptr || !sent->is_branch() || sent->find("USER_TYPE_ID") == nullptr)
        return core("The 'USER_TYPE_ID' field is not found.");
    if (!call.admin()) return core("Access denied");
    TaskField field;
    field.type = sent->find("USER_TYPE_ID")->str();
    if (!creatable(field.type)) return core("The 'USER_TYPE_ID' field has an unknown type.");
    const Tree* name = sent->find("FIELD_NAME");
    if (name == nullptr || name->nothing()) return core("The 'FIELD_NAME' field is not found.");
    field.name = name->str().starts_with("UF_") ? name->str() : "UF_" + name->str();
    for (const char c : field.name)
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return core("The field name " + field.name + " has wrong characters.");
    for (const auto& one : call.state.task_fields.rows())
        if (one.name == field.name)
            return core("The field " + field.name + " for the object TASKS_TASK already exists.");
    const auto text = [&](const char* key) {
        const Tree* value = sent->find(key);
        return value == nullptr ? std::string{} : value->str();
    };
    field.id = call.state.next_task_field++;
    field.xml_id = text("XML_ID");
    field.label = text("LABEL");
    field.sort = static_cast<int>(parse_integer(text("SORT")).value_or(100));
    field.multiple = field.type != "boolean" && text("MULTIPLE") == "Y";
    field.mandatory = text("MANDATORY") == "Y";
    field.settings = default_settings(field.type);
    if (const Tree* settings = sent->find("SETTINGS"))
        for (std::size_t i = 0; i < settings->size(); ++i)
            field.settings.put(settings->key(i), *settings->at(i));
    const auto id = call.state.task_fields.add(std::move(field)).id;
    return Answer{std::to_string(id), {}, {}};
}

void write_field(json::Writer& to, const TaskField& field, bool with_labels) {
    const char* own = field.system ? "N" : "Y";
    to.begin_object();
    to.member("ID", std::to_string(field.id)).member("ENTITY_ID", "TASKS_TASK");
    to.member("FIELD_NAME", field.name).member("USER_TYPE_ID", field.type);
    to.member("XML_ID", field.xml_id).member("SORT", std::to_string(field.sort));
    to.member("MULTIPLE", field.multiple ? "Y" : "N");
    to.member("MANDATORY", field.mandatory ? "Y" : "N").member("SHOW_FILTER", "N");
    to.member("SHOW_IN_LIST", own).member("EDIT_IN_LIST", own).member("IS_SEARCHABLE", "N");
    field.settings.write(to.key("SETTINGS"));
    if (with_labels)
        for (const char* name : {"EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL",
                                 "ERROR_MESSAGE", "HELP_MESSAGE"})
            to.key(name).begin_object().member("en", field.label).end_object();
    to.end_object();
}

std::optional<FieldRef> list_field(std::string_view name) {
    static const std::vector<std::string_view> names{
        "ID", "FIELD_NAME", "USER_TYPE_ID", "XML_ID", "SORT", "MULTIPLE", "MANDATORY", "ENTITY_ID"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return FieldRef{static_cast<int>(i),
                            i == 0 || i == 4 ? FieldType::Integer : FieldType::Text};
    return std::nullopt;
}

Cell list_cell(const TaskField& field, int which) {
    switch (which) {
    case 0:
        return field.id;
    case 1:
        return std::string_view{field.name};
    case 2:
        return std::string_view{field.type};
    case 3:
        return std::string_view{field.xml_id};
    case 4:
        return std::int64_t{field.sort};
    case 5:
        return field.multiple ? std::string_view{"Y"} : std::string_view{"N"};
    case 6:
        return field.mandatory ? std::string_view{"Y"} : std::string_view{"N"};
    default:
        return std::string_view{"TASKS_TASK"};
    }
}

// ORDER, FILTER; no paging, and a total that is always 0.
Outcome get_list(Call& call) {
    for (std::size_t i = 0; i < std::min<std::size_t>(2, call.params.size()); ++i)
        if (!call.params.at(i)->is_branch()) return core("Incorrect parameters passed.");
    const auto order = read_order(call.params.at(0), list_field);
    if (!order.ok()) return core("Unknown order field " + order.bad_key + order.bad_direction);
    auto read = read_filter(call.params.at(1), {list_field, crm_prefixes(), false, call.offset()});
    if (!read.ok()) return core("Unknown filter field " + read.bad_key + read.bad_value);
    Query<TaskField> query;
    query.filter = std::move(read.filter);
    query.order = order.keys;
    query.page.rows = call.state.task_fields.size();
    const auto page = select_page(call.state.task_fields, query, list_cell);
    json::Writer out;
    out.begin_array();
    for (const TaskField* field : page.rows) write_field(out, *field, false);
    out.end_array();
    return Answer{out.take(), 0, {}};
}

const TaskField* find(const Call& call) {
    const Tree* sent = call.params.at(0);
    const auto id = sent == nullptr ? std::nullopt : sent->integer();
    return id ? call.state.task_fields.find(*id) : nullptr;
}

Outcome get(Call& call) {
    const TaskField* field = find(call);
    if (field == nullptr) return core("ID is not defined or invalid.");
    json::Writer out;
    write_field(out, *field, true);
    return Answer{out.take(), 0, {}};
}

Outcome erase(Call& call) {
    if (!call.admin()) return core("Access denied");
    const TaskField* field = find(call);
    if (field == nullptr || field->system) return core("ID is not defined or invalid.");
    for (auto& task : call.state.tasks.rows())
        std::erase_if(task.extra, [&](const auto& one) { return one.first == field->name; });
    call.state.task_fields.erase(field->id);
    return Answer{"true", {}, {}};
}

} // namespace

void add_user_field_calls(MethodTable& to) {
    to.add("task.item.userfield.add", "task", add, true);
    to.add("task.item.userfield.getlist", "task", get_list);
    to.add("task.item.userfield.get", "task", get);
    to.add("task.item.userfield.delete", "task", erase, true);
}

} // namespace hb::sandbox
