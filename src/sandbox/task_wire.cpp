#include "base/text.h"
#include "sandbox/tasks.h"

// A task as the second revision of the task calls writes it: camel case, every scalar a text or
// null.
namespace hb::sandbox {

namespace {

using Put = void (*)(json::Writer&, const Call&, const Task&);

void text_or_null(json::Writer& to, const std::string& text) {
    if (text.empty())
        to.null();
    else
        to.string(text);
}
void number(json::Writer& to, std::int64_t value) {
    to.string(std::to_string(value));
}
void number_or_null(json::Writer& to, std::int64_t value) {
    if (value == 0)
        to.null();
    else
        number(to, value);
}
void moment_or_null(json::Writer& to, const Call& call, Seconds at) {
    if (at == 0)
        to.null();
    else
        to.string(call.wall_clock(at));
}
void ids(json::Writer& to, const std::vector<std::int64_t>& list) {
    to.begin_array();
    for (const auto id : list) number(to, id);
    to.end_array();
}
void minutes_of(json::Writer& to, std::optional<std::int64_t> seconds) {
    if (!seconds)
        to.null();
    else
        number(to, (*seconds + 30) / 60);
}
void closed_by(json::Writer& to, const Task& task) {
    if (task.closed_by == 0 && task.status_changed_by == 0)
        to.null(); // never touched; "0" once it was opened again
    else
        number(to, task.closed_by);
}
std::string guid(const Task& task) {
    std::string digits = std::to_string(task.id);
    digits.insert(0, 12 - std::min<std::size_t>(12, digits.size()), '0');
    return "{00000000-0000-4000-8000-" + digits + "}";
}

struct Field {
    const char* name;
    Put put;
};

#define HB_PUT(expression)                                                                         \
    [](json::Writer& w, const Call& c, const Task& t) {                                            \
        (void)c;                                                                                   \
        (void)t;                                                                                   \
        expression;                                                                                \
    }

const std::vector<Field>& fields() {
    static const std::vector<Field> all{
        {"PARENT_ID", HB_PUT(number_or_null(w, t.parent))},
        {"TITLE", HB_PUT(w.string(t.title))},
        {"DESCRIPTION", HB_PUT(w.string(t.description))},
        {"MARK", HB_PUT(text_or_null(w, t.mark))},
        {"PRIORITY", HB_PUT(number(w, t.priority))},
        {"MULTITASK", HB_PUT(w.string("N"))},
        {"NOT_VIEWED", HB_PUT(w.string("N"))},
        {"REPLICATE", HB_PUT(w.string("N"))},
        {"STAGE_ID", HB_PUT(number(w, t.stage))},
        {"SPRINT_ID", HB_PUT(w.null())},
        {"BACKLOG_ID", HB_PUT(w.null())},
        {"CREATED_BY", HB_PUT(number(w, t.created_by))},
        {"CREATED_DATE", HB_PUT(moment_or_null(w, c, t.created))},
        {"RESPONSIBLE_ID", HB_PUT(number(w, t.responsible))},
        {"CHANGED_BY", HB_PUT(number(w, t.changed_by))},
        {"CHANGED_DATE", HB_PUT(moment_or_null(w, c, t.changed))},
        {"STATUS_CHANGED_BY", HB_PUT(number_or_null(w, t.status_changed_by))},
        {"CLOSED_BY", HB_PUT(closed_by(w, t))},
        {"CLOSED_DATE", HB_PUT(moment_or_null(w, c, t.closed))},
        {"ACTIVITY_DATE", HB_PUT(moment_or_null(w, c, t.activity))},
        {"DATE_START", HB_PUT(moment_or_null(w, c, t.started))},
        {"DEADLINE", HB_PUT(moment_or_null(w, c, t.deadline))},
        {"START_DATE_PLAN", HB_PUT(moment_or_null(w, c, t.start_plan))},
        {"END_DATE_PLAN", HB_PUT(moment_or_null(w, c, t.end_plan))},
        {"GUID", HB_PUT(w.string(guid(t)))},
        {"XML_ID", HB_PUT(text_or_null(w, t.xml_id))},
        {"COMMENTS_COUNT", HB_PUT(w.null())},
        {"SERVICE_COMMENTS_COUNT", HB_PUT(w.null())},
        {"ALLOW_CHANGE_DEADLINE", HB_PUT(w.string("N"))},
        {"ALLOW_TIME_TRACKING", HB_PUT(w.string(t.tracking ? "Y" : "N"))},
        {"TASK_CONTROL", HB_PUT(w.string(t.control ? "Y" : "N"))},
        {"ADD_IN_REPORT", HB_PUT(w.string("N"))},
        {"FORKED_BY_TEMPLATE_ID", HB_PUT(w.null())},
        {"TIME_ESTIMATE", HB_PUT(number(w, t.estimate))},
        {"TIME_SPENT_IN_LOGS", HB_PUT(const auto spent = c.state.spent(t.id);
                                      spent ? number(w, *spent) : void(w.null()))},
        {"MATCH_WORK_TIME", HB_PUT(w.string("N"))},
        {"FORUM_TOPIC_ID", HB_PUT(w.null())},
        {"FORUM_ID", HB_PUT(w.null())},
        {"SITE_ID", HB_PUT(w.string("s1"))},
        {"SUBORDINATE", HB_PUT(w.string("N"))},
        {"EXCHANGE_MODIFIED", HB_PUT(w.null())},
        {"EXCHANGE_ID", HB_PUT(w.null())},
        {"OUTLOOK_VERSION", HB_PUT(w.string("1"))},
        {"VIEWED_DATE", HB_PUT(w.null())},
        {"SORTING", HB_PUT(w.null())},
        {"DURATION_FACT", HB_PUT(minutes_of(w, c.state.spent(t.id)))},
        {"IS_MUTED", HB_PUT(w.string("N"))},
        {"IS_PINNED", HB_PUT(w.string("N"))},
        {"IS_PINNED_IN_GROUP", HB_PUT(w.string("N"))},
        {"FLOW_ID", HB_PUT(w.null())},
        {"STATUS", HB_PUT(number(w, t.status))},
        {"STATUS_CHANGED_DATE", HB_PUT(moment_or_null(w, c, t.status_changed))},
        {"DURATION_PLAN", HB_PUT(w.null())},
        {"DURATION_TYPE", HB_PUT(w.string("days"))},
        {"FAVORITE", HB_PUT(w.string("N"))},
        {"GROUP_ID", HB_PUT(number(w, t.group))},
        {"AUDITORS", HB_PUT(ids(w, t.auditors))},
        {"ACCOMPLICES", HB_PUT(ids(w, t.accomplices))}};
    return all;
}

#undef HB_PUT

void write_person(json::Writer& to, const Call& call, std::int64_t id) {
    const User* user = call.state.users.find(id);
    to.begin_object().member("id", std::to_string(id));
    to.member("name", user == nullptr ? std::string{} : user->name + " " + user->last_name);
    to.member("link", "/company/personal/user/" + std::to_string(id) + "/");
    to.member("icon", "/bitrix/images/tasks/default_avatar.png");
    to.member("workPosition", user == nullptr ? std::string{} : user->position);
    to.end_object();
}

// {"13":{"id":"13",…}}, and [] for nobody.
void write_persons(json::Writer& to, const Call& call, const std::vector<std::int64_t>& people) {
    if (people.empty()) {
        to.begin_array().end_array();
        return;
    }
    to.begin_object();
    for (const auto id : people) write_person(to.key(std::to_string(id)), call, id);
    to.end_object();
}

void write_group(json::Writer& to, const Call& call, std::int64_t id) {
    const Group* group = id == 0 ? nullptr : call.state.groups.find(id);
    if (group == nullptr) {
        to.begin_array().end_array();
        return;
    }
    to.begin_object().member("id", std::to_string(id)).member("name", group->name);
    to.member("opened", false).member("membersCount", group->members);
    to.member("image", "/bitrix/images/socialnetwork/workgroup/bag.png");
    to.key("additionalData").begin_array().end_array().end_object();
}

void write_tags(json::Writer& to, const Call& call, const std::vector<std::string>& tags) {
    if (tags.empty()) {
        to.begin_array().end_array();
        return;
    }
    to.begin_object();
    for (const auto& tag : tags) {
        const auto id = call.state.tag_id(tag);
        to.key(std::to_string(id))
            .begin_object()
            .member("id", id)
            .member("title", tag)
            .end_object();
    }
    to.end_object();
}

void write_actions(json::Writer& to, const Call& call, const Task& task) {
    const bool open = task.status < 5;
    const bool own = call.admin() || task.created_by == call.caller.id;
    to.key("action").begin_object();
    to.member("accept", false).member("decline", false).member("complete", open);
    to.member("approve", task.status == 4).member("disapprove", task.status == 4);
    to.member("start", task.status == 2).member("pause", task.status == 3);
    to.member("delegate", open).member("remove", own).member("edit", own);
    to.member("defer", open).member("renew", !open).member("create", true);
    to.member("changeDeadline", own).member("elapsedtime.add", true).end_object();
}

void write_check_list(json::Writer& to, const Call& call) {
    to.key("checklist").begin_array().end_array();
    to.key("checkListTree").begin_object().member("nodeId", 0);
    to.key("fields").begin_object().key("id").null();
    to.member("userId", call.caller.id).member("title", "").end_object();
    to.key("action").begin_array().end_array();
    to.key("descendants").begin_array().end_array().end_object();
    to.member("checkListCanAdd", true).member("newCommentsCount", 0);
}

} // namespace

bool may_see(const Call& call, const Task& task) {
    return !call.hidden(Thing::Task, 0, task.id) && takes_part(call, task);
}

bool takes_part(const Call& call, const Task& task) {
    const auto me = call.caller.id;
    const auto holds_me = [me](const std::vector<std::int64_t>& list) {
        return std::find(list.begin(), list.end(), me) != list.end();
    };
    return call.admin() || task.responsible == me || task.created_by == me ||
           holds_me(task.accomplices) || holds_me(task.auditors);
}

Task* find_task(Call& call, std::int64_t id) {
    Task* task = call.state.tasks.find(id);
    return task != nullptr && may_see(call, *task) ? task : nullptr;
}

TaskWriter::TaskWriter(const Call& call, const Tree* select, TaskShape shape)
    : call_(call), shape_(shape) {
    if (select != nullptr)
        for (const auto& name : select->strings()) names_.push_back(name);
    all_ = names_.empty() || std::find(names_.begin(), names_.end(), "*") != names_.end();
    for (const auto& field : fields()) fields_.push_back(asked(field.name));
    description_ = asked("DESCRIPTION");
    sub_status_ = asked("STATUS") || asked("subStatus") || asked("SUB_STATUS");
    tags_ = asked("TAGS") && (shape_ == TaskShape::List || !all_);
    group_ = asked("GROUP_ID");
    creator_ = asked("CREATED_BY");
    responsible_ = asked("RESPONSIBLE_ID");
    accomplices_ = asked("ACCOMPLICES");
    auditors_ = asked("AUDITORS");
    // Custom fields come only when they are named; "*" does not name them.
    for (const auto& field : call.state.task_fields.rows())
        if (std::find(names_.begin(), names_.end(), field.name) != names_.end())
            custom_.push_back(&field);
}

bool TaskWriter::asked(std::string_view name) const {
    return all_ || std::find(names_.begin(), names_.end(), name) != names_.end();
}

void TaskWriter::write(json::Writer& to, const Task& task) const {
    static const std::vector<std::string> camel_names = [] {
        std::vector<std::string> out;
        for (const auto& field : fields()) out.push_back(camel(field.name));
        return out;
    }();
    to.begin_object().member("id", std::to_string(task.id));
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (fields_[i]) fields()[i].put(to.key(camel_names[i]), call_, task);
    if (description_) to.member("descriptionInBbcode", "Y");
    if (sub_status_) to.member("subStatus", std::to_string(sub_status(task, call_.now)));
    if (tags_) write_tags(to.key("tags"), call_, task.tags);
    write_custom(to, task);
    write_people(to, task);
    if (shape_ != TaskShape::List) write_actions(to, call_, task);
    if (shape_ == TaskShape::Full) write_check_list(to, call_);
    to.end_object();
}

void TaskWriter::write_people(json::Writer& to, const Task& task) const {
    write_group(to.key("group"), call_, group_ ? task.group : 0);
    if (creator_) write_person(to.key("creator"), call_, task.created_by);
    if (responsible_) write_person(to.key("responsible"), call_, task.responsible);
    if (accomplices_) write_persons(to.key("accomplicesData"), call_, task.accomplices);
    if (auditors_) write_persons(to.key("auditorsData"), call_, task.auditors);
}

void TaskWriter::write_custom(json::Writer& to, const Task& task) const {
    for (const TaskField* field : custom_) {
        to.key(camel(field->name));
        if (field->name == "UF_CRM_TASK") {
            to.begin_array();
            for (const auto& link : task.crm) to.string(link);
            to.end_array();
            continue;
        }
        const auto at = std::find_if(task.extra.begin(), task.extra.end(),
                                     [&](const auto& one) { return one.first == field->name; });
        if (at == task.extra.end())
            to.null();
        else
            at->second.write(to);
    }
}

int sub_status(const Task& task, Seconds now) {
    if (task.status >= 4 || task.deadline == 0) return task.status;
    if (task.deadline < now) return -1;
    return task.deadline < now + 86400 ? -3 : task.status;
}

} // namespace hb::sandbox
