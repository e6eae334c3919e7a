#include "base/text.h"
#include "sandbox/crm_types.h"
#include "sandbox/tasks.h"
#include "json/writer.h"

// tasks.task.get, add, update, delete, complete, renew, getFields.
namespace hb::sandbox {

namespace {

Failure not_allowed(std::string_view code) {
    return fail(code, "Action on the task is not allowed");
}

// The id of the call, or the answer that a bad one gets.
std::variant<std::int64_t, Failure> task_id(const Call& call) {
    const Tree* sent = call.param("taskId");
    if (sent == nullptr || sent->is_branch())
        return fail("100", "Could not find value for parameter {taskId} (internal error)");
    const auto id = sent->integer();
    if (!id || *id <= 0) return fail("0", "wrong task id (internal error)");
    return *id;
}

std::string full_task(Call& call, const Task& task) {
    json::Writer out;
    out.begin_object().key("task");
    TaskWriter{call, nullptr, TaskShape::Full}.write(out, task);
    out.end_object();
    return out.take();
}

Outcome task_get(Call& call) {
    const auto id = task_id(call);
    if (const auto* failure = std::get_if<Failure>(&id)) return *failure;
    const Tree* select = call.param("select");
    if (select != nullptr && !select->is_branch())
        return fail("100", "Invalid value {" + select->str() +
                               "} to match with parameter {select}. Should be value of type "
                               "array. (internal error)");
    const Task* task = find_task(call, std::get<std::int64_t>(id));
    if (task == nullptr) return Answer{"[]", {}, {}};
    json::Writer out;
    out.begin_object().key("task");
    TaskWriter{call, select, TaskShape::Get}.write(out, *task);
    out.end_object();
    return Answer{out.take(), {}, {}};
}

std::optional<Failure> check_new_task(const Call& call, const Task& task) {
    if (trim(task.title).empty()) return fail("ERROR_CORE", "Task title is not specified<br>");
    if (call.state.users.find(task.responsible) == nullptr)
        return fail("ERROR_CORE", "User specified in the \"Responsible\" field not found<br>");
    for (const auto& field : call.state.task_fields.rows()) {
        const bool filled = std::any_of(task.extra.begin(), task.extra.end(), [&](const auto& one) {
            return one.first == field.name && !one.second.nothing();
        });
        if (field.mandatory && !filled)
            return fail("ERROR_CORE", "Required field " + field.name + " is not filled<br>");
    }
    return std::nullopt;
}

Outcome task_add(Call& call) {
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("100", "Could not find value for parameter {fields} (internal error)");
    Task task;
    task.created_by = call.caller.id;
    task.changed_by = call.caller.id;
    task.created = task.changed = task.activity = task.status_changed = call.now;
    if (auto failure = apply_task_fields(call.state, call.options, task, *fields)) return *failure;
    if (auto failure = check_new_task(call, task)) return *failure;
    const Task& kept = call.state.add_task(std::move(task));
    call.created.emplace_back(Thing::Task, 0, kept.id);
    call.tell_task(Change::Added, kept.id);
    return Answer{full_task(call, kept), {}, {}};
}

Outcome task_update(Call& call) {
    const auto id = task_id(call);
    if (const auto* failure = std::get_if<Failure>(&id)) return *failure;
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("100", "Could not find value for parameter {fields} (internal error)");
    Task* task = find_task(call, std::get<std::int64_t>(id));
    if (task == nullptr) return not_allowed("0");
    Task changed = *task;
    if (auto failure = apply_task_fields(call.state, call.options, changed, *fields))
        return *failure;
    if (const Tree* status = fields->find_word("STATUS")) {
        const auto code = status->integer();
        if (!code || *code < 2 || *code > 6)
            return fail("ERROR_CORE", "Invalid task status specified<br>");
        set_task_status(changed, static_cast<int>(*code), call.caller.id, call.now);
    }
    changed.changed = changed.activity = call.now;
    changed.changed_by = call.caller.id;
    *task = std::move(changed);
    call.tell_task(Change::Changed, task->id);
    return Answer{full_task(call, *task), {}, {}};
}

Outcome task_delete(Call& call) {
    const auto id = task_id(call);
    if (const auto* failure = std::get_if<Failure>(&id)) return *failure;
    const Task* task = find_task(call, std::get<std::int64_t>(id));
    if (task == nullptr || !(call.admin() || task->created_by == call.caller.id))
        return fail("1048582", "No access to delete the task");
    call.tell_task(Change::Deleted, task->id);
    call.state.erase_task(task->id);
    return Answer{R"({"task":true})", {}, {}};
}

Outcome task_complete(Call& call) {
    const auto id = task_id(call);
    if (const auto* failure = std::get_if<Failure>(&id)) return *failure;
    Task* task = find_task(call, std::get<std::int64_t>(id));
    if (task == nullptr || task->status == 5) return not_allowed("0");
    const bool needs_approval = task->control && task->created_by != call.caller.id;
    set_task_status(*task, needs_approval ? 4 : 5, call.caller.id, call.now);
    call.tell_task(Change::Changed, task->id);
    return Answer{full_task(call, *task), {}, {}};
}

Outcome task_renew(Call& call) {
    const auto id = task_id(call);
    if (const auto* failure = std::get_if<Failure>(&id)) return *failure;
    Task* task = find_task(call, std::get<std::int64_t>(id));
    if (task == nullptr || task->status < 4) return not_allowed("1048582");
    set_task_status(*task, 2, call.caller.id, call.now);
    call.tell_task(Change::Changed, task->id);
    return Answer{full_task(call, *task), {}, {}};
}

struct Described {
    const char* name;
    const char* title;
    const char* type;
};

constexpr Described kFields[] = {
    {"ID", "ID", "integer"},
    {"PARENT_ID", "Base Task ID", "integer"},
    {"TITLE", "Title", "string"},
    {"DESCRIPTION", "Description", "string"},
    {"MARK", "Rating", "enum"},
    {"PRIORITY", "Priority", "enum"},
    {"STATUS", "CrmStatus", "enum"},
    {"GROUP_ID", "Project", "integer"},
    {"STAGE_ID", "Stage", "integer"},
    {"CREATED_BY", "Creator", "integer"},
    {"CREATED_DATE", nullptr, "datetime"},
    {"RESPONSIBLE_ID", "Participant", "integer"},
    {"ACCOMPLICES", nullptr, "array"},
    {"AUDITORS", nullptr, "array"},
    {"CHANGED_BY", "Modified By", "integer"},
    {"CHANGED_DATE", "Modification Date", "datetime"},
    {"STATUS_CHANGED_BY", "CrmStatus Changed By", "integer"},
    {"STATUS_CHANGED_DATE", "CrmStatus Change Date", "datetime"},
    {"CLOSED_BY", "Closed By", "integer"},
    {"CLOSED_DATE", "Closure Date", "datetime"},
    {"ACTIVITY_DATE", nullptr, "datetime"},
    {"DATE_START", "Start Date", "datetime"},
    {"DEADLINE", "Deadline", "datetime"},
    {"START_DATE_PLAN", "Planned Start", "datetime"},
    {"END_DATE_PLAN", "Planned Completion", "datetime"},
    {"XML_ID", "XML_ID", "string"},
    {"ALLOW_TIME_TRACKING", nullptr, "enum"},
    {"TASK_CONTROL", "Accept Work", "enum"},
    {"TIME_ESTIMATE", "Estimated Time", "integer"},
    {"TIME_SPENT_IN_LOGS", "Time Spent from Change History", "integer"},
    {"DURATION_FACT", "Spent (actual)", "integer"},
    {"TAGS", nullptr, "array"},
};

void write_values(json::Writer& to, std::string_view name) {
    const auto value = [&](const char* key, const char* text) { to.member(key, text); };
    to.key("values").begin_object();
    if (name == "STATUS") {
        value("2", "Pending");
        value("3", "In Progress");
        value("4", "Awaiting Review");
        value("5", "Completed");
        value("6", "Deferred");
    } else if (name == "PRIORITY") {
        value("2", "High");
        value("1", "Medium");
        value("0", "Low");
    } else if (name == "MARK") {
        value("N", "Negative");
        value("P", "Positive");
    } else {
        value("Y", "Yes");
        value("N", "No");
    }
    to.end_object();
}

Outcome task_get_fields(Call& call) {
    json::Writer out;
    out.begin_object().key("fields").begin_object();
    for (const auto& field : kFields) {
        out.key(field.name).begin_object().key("title");
        if (field.title == nullptr)
            out.null();
        else
            out.string(field.title);
        out.member("type", field.type);
        if (std::string_view{field.name} == "ID") out.member("primary", true);
        if (std::string_view{field.type} == "enum") write_values(out, field.name);
        if (std::string_view{field.name} == "TITLE") out.member("required", true);
        out.end_object();
    }
    for (const auto& field : call.state.task_fields.rows()) {
        out.key(field.name).begin_object().member("title", field.label);
        out.member("type", field.type).end_object();
    }
    out.end_object().end_object();
    return Answer{out.take(), {}, {}};
}

bool take_moment(Seconds& to, const Tree& sent, int offset) {
    if (sent.nothing()) {
        to = 0;
        return true;
    }
    const auto at = read_moment(sent.str(), offset);
    if (at) to = *at;
    return at.has_value();
}

bool loops(const State& state, const Task& task) {
    std::int64_t at = task.parent;
    for (int depth = 0; at != 0 && depth < 100; ++depth) {
        if (at == task.id) return true;
        const Task* parent = state.tasks.find(at);
        at = parent == nullptr ? 0 : parent->parent;
    }
    return at != 0;
}

// True when the name is one of the task's moments; `bad` names a value that is none.
bool apply_moment(Task& task, const std::string& name, const Tree& value, int offset, bool& bad) {
    static const std::map<std::string, Seconds Task::*> moments{
        {"DEADLINE", &Task::deadline},
        {"START_DATE_PLAN", &Task::start_plan},
        {"END_DATE_PLAN", &Task::end_plan}};
    const auto at = moments.find(name);
    if (at == moments.end()) return false;
    bad = !take_moment(task.*(at->second), value, offset);
    return true;
}

bool apply_number(Task& task, const std::string& name, const Tree& value) {
    static const std::map<std::string, std::int64_t Task::*> numbers{
        {"PARENT_ID", &Task::parent},
        {"GROUP_ID", &Task::group},
        {"STAGE_ID", &Task::stage},
        {"CREATED_BY", &Task::created_by},
        {"RESPONSIBLE_ID", &Task::responsible},
        {"TIME_ESTIMATE", &Task::estimate}};
    const auto at = numbers.find(name);
    if (at == numbers.end()) return false;
    task.*(at->second) = value.integer().value_or(0);
    return true;
}

bool apply_text(Task& task, const std::string& name, const Tree& value) {
    if (name == "TITLE")
        task.title = value.str();
    else if (name == "DESCRIPTION")
        task.description = value.str();
    else if (name == "MARK")
        task.mark = value.str();
    else if (name == "XML_ID")
        task.xml_id = value.str();
    else if (name == "PRIORITY")
        task.priority = static_cast<int>(value.integer().value_or(1));
    else if (name == "TASK_CONTROL")
        task.control = value.truthy();
    else if (name == "ALLOW_TIME_TRACKING")
        task.tracking = value.truthy();
    else if (name == "ACCOMPLICES")
        task.accomplices = value.integers();
    else if (name == "AUDITORS")
        task.auditors = value.integers();
    else if (name == "TAGS")
        task.tags = value.strings();
    else
        return false;
    return true;
}

// Items of a smart process whose type is not shown in tasks are dropped without a word.
bool linkable(const State& state, const std::string& link) {
    const std::string code = lower(link.substr(0, link.find('_')));
    if (code.size() < 2 || code[0] != 't') return !link.empty();
    for (const auto& type : state.types.rows())
        if (lower(short_code(type.entity_type)) == code)
            return shown_in_tasks(state, type.entity_type);
    return false;
}

void apply_custom(const State& state, Task& task, const std::string& name, const Tree& value) {
    if (name == "UF_CRM_TASK") {
        task.crm = value.strings();
        std::erase_if(task.crm, [&](const std::string& link) { return !linkable(state, link); });
        return;
    }
    for (const auto& field : state.task_fields.rows()) {
        if (field.name != name) continue; // an undefined name is swallowed
        std::erase_if(task.extra, [&](const auto& one) { return one.first == name; });
        if (field.type == "boolean")
            task.extra.emplace_back(name, Tree::text(value.truthy() ? "1" : "0"));
        else if (!value.nothing())
            task.extra.emplace_back(name, value.is_branch() ? value : Tree::text(value.str()));
    }
}

// No seed has flows; what one says is the documents' example.
Outcome flow_get(Call& call) {
    const auto id = call.integer("flowId");
    if (!id) return fail("100", "Could not find value for parameter {flowId}");
    const auto found = call.state.flows.find(*id);
    if (found == call.state.flows.end()) return fail("0", "Flow not found");
    json::Writer out;
    out.begin_object().member("id", *id).member("creatorId", 1).member("ownerId", 1);
    out.member("groupId", 0).member("templateId", 0).member("efficiency", 0);
    out.member("active", true).member("plannedCompletionTime", 7200);
    out.member("activity", call.moment(call.now)).member("name", found->second);
    out.member("description", "").member("distributionType", "manually");
    const auto persons = [&](const char* name, const char* kind, const char* who) {
        out.key(name).begin_array().begin_array().string(kind).string(who);
        out.end_array().end_array();
    };
    persons("responsibleList", "user", "1");
    out.member("demo", false).member("responsibleCanChangeDeadline", true);
    out.member("matchWorkTime", true).member("taskControl", false);
    out.member("notifyAtHalfTime", false).member("notifyOnQueueOverflow", 10);
    out.member("notifyOnTasksInProgressOverflow", 50);
    out.key("notifyWhenEfficiencyDecreases").null();
    persons("taskCreators", "meta-user", "all-users");
    persons("team", "user", "1");
    return Answer{out.member("trialFeatureEnabled", false).end_object().take(), {}, {}};
}

} // namespace

void set_task_status(Task& task, int status, std::int64_t by, Seconds now) {
    if (task.status == status) return;
    task.status = status;
    task.status_changed = task.changed = task.activity = now;
    task.status_changed_by = task.changed_by = by;
    task.closed = status == 5 ? now : 0;
    task.closed_by = status == 5 ? by : 0;
    if (status == 3 && task.started == 0) task.started = now;
}

std::optional<Failure> apply_task_fields(State& state, const PortalOptions& options, Task& task,
                                         const Tree& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string& name = fields.key(i);
        const Tree& value = *fields.at(i);
        bool bad = false;
        if (apply_moment(task, name, value, options.offset_minutes, bad)) {
            if (bad) return fail("ERROR_CORE", "Invalid date in field " + name + "<br>");
            continue;
        }
        if (apply_number(task, name, value) || apply_text(task, name, value)) continue;
        apply_custom(state, task, name, value);
    }
    if ((task.start_plan == 0) != (task.end_plan == 0))
        return fail("ERROR_CORE", "Planned start and end dates go together<br>");
    if (task.id != 0 && loops(state, task))
        return fail("ERROR_CORE", "Cannot bind the node to itself<br>");
    return std::nullopt;
}

void add_task_calls(MethodTable& to) {
    to.add("tasks.flow.Flow.get", "task", flow_get);
    to.add("tasks.task.list", "task", task_list);
    to.add("tasks.task.get", "task", task_get);
    to.add("tasks.task.add", "task", task_add, true);
    to.add("tasks.task.update", "task", task_update, true);
    to.add("tasks.task.delete", "task", task_delete, true);
    to.add("tasks.task.complete", "task", task_complete, true);
    to.add("tasks.task.renew", "task", task_renew, true);
    to.add("tasks.task.getFields", "task", task_get_fields);
}

} // namespace hb::sandbox
