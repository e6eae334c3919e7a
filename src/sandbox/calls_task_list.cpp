#include "base/text.h"
#include "sandbox/tasks.h"

// tasks.task.list: the documented filter keys and orders, and loud errors for all others.
namespace hb::sandbox {

namespace {

enum Key {
    Id,
    Parent,
    GroupId,
    CreatedBy,
    StatusChangedBy,
    Priority,
    Responsible,
    Title,
    Tag,
    RealStatus,
    StatusKey,
    Mark,
    Started,
    Deadline,
    Created,
    Closed,
    Changed,
    Accomplice,
    Auditor,
    StageId,
    Crm,
    Spent,
    Activity,
    StartPlan,
    EndPlan,
    Estimate,
    ClosedBy,
    ResponsibleName,
    CreatorName,
    Constant,
    RootOnly,
    FirstCustom
};

using Names = std::map<std::string, FieldRef, std::less<>>;

const Names& filter_names() {
    using enum FieldType;
    static const Names names{{"ID", {Id, Integer}},
                             {"PARENT_ID", {Parent, Integer}},
                             {"GROUP_ID", {GroupId, Integer}},
                             {"CREATED_BY", {CreatedBy, Integer}},
                             {"STATUS_CHANGED_BY", {StatusChangedBy, Integer}},
                             {"PRIORITY", {Priority, Integer}},
                             {"FORUM_TOPIC_ID", {Constant, Integer}},
                             {"RESPONSIBLE_ID", {Responsible, Integer}},
                             {"TITLE", {Title, Text}},
                             {"TAG", {Tag, TextList}},
                             {"REAL_STATUS", {RealStatus, Integer}},
                             {"STATUS", {StatusKey, Integer}},
                             {"MARK", {Mark, Text}},
                             {"SITE_ID", {Constant, Text}},
                             {"ADD_IN_REPORT", {Constant, Flag}},
                             {"DATE_START", {Started, Moment}},
                             {"DEADLINE", {Deadline, Moment}},
                             {"CREATED_DATE", {Created, Moment}},
                             {"CLOSED_DATE", {Closed, Moment}},
                             {"CHANGED_DATE", {Changed, Moment}},
                             {"ACCOMPLICE", {Accomplice, IntegerList}},
                             {"AUDITOR", {Auditor, IntegerList}},
                             {"DEPENDS_ON", {Constant, Integer}},
                             {"ONLY_ROOT_TASKS", {RootOnly, Flag}},
                             {"STAGE_ID", {StageId, Integer}},
                             {"SPRINT_ID", {Constant, Integer}},
                             {"BACKLOG_ID", {Constant, Integer}},
                             {"UF_CRM_TASK", {Crm, TextList}}};
    return names;
}

const Names& order_names() {
    using enum FieldType;
    static const Names names{{"ID", {Id, Integer}},
                             {"TITLE", {Title, Text}},
                             {"TIME_SPENT_IN_LOGS", {Spent, Integer}},
                             {"DATE_START", {Started, Moment}},
                             {"CREATED_DATE", {Created, Moment}},
                             {"CHANGED_DATE", {Changed, Moment}},
                             {"CLOSED_DATE", {Closed, Moment}},
                             {"ACTIVITY_DATE", {Activity, Moment}},
                             {"START_DATE_PLAN", {StartPlan, Moment}},
                             {"END_DATE_PLAN", {EndPlan, Moment}},
                             {"DEADLINE", {Deadline, Moment}},
                             {"REAL_STATUS", {RealStatus, Integer}},
                             {"STATUS_COMPLETE", {RealStatus, Integer}},
                             {"PRIORITY", {Priority, Integer}},
                             {"MARK", {Mark, Text}},
                             {"CREATED_BY_LAST_NAME", {CreatorName, Text}},
                             {"RESPONSIBLE_LAST_NAME", {ResponsibleName, Text}},
                             {"GROUP_ID", {GroupId, Integer}},
                             {"TIME_ESTIMATE", {Estimate, Integer}},
                             {"ALLOW_CHANGE_DEADLINE", {Constant, Flag}},
                             {"ALLOW_TIME_TRACKING", {Constant, Flag}},
                             {"MATCH_WORK_TIME", {Constant, Flag}},
                             {"FAVORITE", {Constant, Flag}},
                             {"SORTING", {Constant, Integer}},
                             {"IS_PINNED", {Constant, Flag}},
                             {"IS_PINNED_IN_GROUP", {Constant, Flag}}};
    return names;
}

std::optional<FieldRef> find(const Names& names, std::string_view name) {
    const auto at = names.find(name);
    if (at == names.end()) return std::nullopt;
    return at->second;
}

// A defined custom field is filtered by as a text; the documentation is silent.
std::optional<FieldRef> filter_field(const State& state, std::string_view name) {
    if (const auto known = find(filter_names(), name)) return known;
    for (const auto& field : state.task_fields.rows())
        if (field.name == name)
            return FieldRef{FirstCustom + static_cast<int>(field.id), FieldType::Text};
    return std::nullopt;
}

std::string_view last_name(const Call& call, std::int64_t user) {
    const User* found = call.state.users.find(user);
    return found == nullptr ? std::string_view{} : std::string_view{found->last_name};
}

Cell custom_cell(const Call& call, const Task& task, std::int64_t field_id) {
    // The text must outlive the comparison; a value is a text or a short list of them.
    static thread_local std::string kept;
    const TaskField* field = call.state.task_fields.find(field_id);
    if (field == nullptr) return {};
    for (const auto& [name, value] : task.extra) {
        if (name != field->name) continue;
        kept = value.is_branch() ? join(value.strings(), ",") : value.str();
        return std::string_view{kept};
    }
    return std::string_view{};
}

Cell number_cell(const Call& call, const Task& task, int key) {
    switch (key) {
    case Id:
        return task.id;
    case Parent:
        return task.parent;
    case GroupId:
        return task.group;
    case CreatedBy:
        return task.created_by;
    case StatusChangedBy:
        return task.status_changed_by;
    case Priority:
        return std::int64_t{task.priority};
    case Responsible:
        return task.responsible;
    case RealStatus:
        return std::int64_t{task.status};
    case StatusKey:
        return std::int64_t{sub_status(task, call.now)};
    case Started:
        return task.started;
    case Deadline:
        return task.deadline;
    case Created:
        return task.created;
    case Closed:
        return task.closed;
    case Changed:
        return task.changed;
    case StageId:
        return task.stage;
    case Spent:
        return call.state.spent(task.id).value_or(0);
    case Activity:
        return task.activity;
    case StartPlan:
        return task.start_plan;
    case EndPlan:
        return task.end_plan;
    case Estimate:
        return task.estimate;
    case RootOnly:
        return std::int64_t{task.parent == 0};
    default:
        return std::int64_t{0};
    }
}

Cell task_cell(const Call& call, const Task& task, int key) {
    if (key >= FirstCustom) return custom_cell(call, task, key - FirstCustom);
    switch (key) {
    case Title:
        return std::string_view{task.title};
    case Tag:
        return &task.tags;
    case Mark:
        return std::string_view{task.mark};
    case Accomplice:
        return &task.accomplices;
    case Auditor:
        return &task.auditors;
    case Crm:
        return &task.crm;
    case ResponsibleName:
        return last_name(call, task.responsible);
    case CreatorName:
        return last_name(call, task.created_by);
    default:
        return number_cell(call, task, key);
    }
}

// TITLE takes pattern signs in its value; ONLY_ROOT_TASKS N asks for nothing.
void adjust(Filter& filter) {
    for (auto& condition : filter.all) {
        const bool pattern = !condition.texts.empty() &&
                             condition.texts.front().find_first_of("%_") != std::string::npos;
        if (condition.field.id == Title && condition.op == Op::Equal && pattern)
            condition.op = Op::Like;
    }
    std::erase_if(filter.all, [](const Condition& one) {
        return one.field.id == RootOnly && one.numbers == std::vector<std::int64_t>{0};
    });
}

// Keys are upper-cased before they are looked at: ">=id" works.
Tree upper_keys(const Tree& sent) {
    Tree out = Tree::map();
    for (std::size_t i = 0; i < sent.size(); ++i) {
        std::string key = sent.key(i);
        for (char& c : key)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        out.put(key, *sent.at(i));
    }
    return out;
}

Tree without_subfilters(const Tree* sent) {
    Tree out = Tree::map();
    if (sent == nullptr) return out;
    for (std::size_t i = 0; i < sent->size(); ++i)
        if (sent->key(i) != "::SUBFILTER-PARAMS") out.put(sent->key(i), *sent->at(i));
    return out;
}

} // namespace

Outcome task_list(Call& call) {
    for (const char* name : {"order", "filter", "select"}) {
        const Tree* sent = call.param(name);
        if (sent != nullptr && !sent->is_branch() && !sent->nothing())
            return fail("100", "Invalid value {" + sent->str() + "} to match with parameter {" +
                                   name + "}. Should be value of type array. (internal error)");
    }
    const Tree sent = upper_keys(without_subfilters(call.param("filter")));
    const auto lookup = [&](std::string_view name) { return filter_field(call.state, name); };
    auto read = read_filter(&sent, {lookup, task_prefixes(), false, call.offset()});
    // Unknown keys are ignored: a filter with a typo lists everything.
    Tree known = sent;
    while (!call.options.strict_filters && !read.bad_key.empty() && known.erase(read.bad_key))
        read = read_filter(&known, {lookup, task_prefixes(), false, call.offset()});
    if (!read.bad_key.empty()) return fail("100", "Unknown filter key " + read.bad_key);
    if (!read.bad_value.empty()) return fail("100", "Bad value of filter key " + read.bad_value);
    const auto order = read_order(call.param("order"),
                                  [](std::string_view name) { return find(order_names(), name); });
    if (!order.ok()) return fail("0", "Invalid sorting key (internal error)");
    Query<Task> query;
    query.filter = std::move(read.filter);
    adjust(query.filter);
    query.order = order.keys;
    query.id_field = Id;
    query.page = read_page(call);
    if (!call.admin() || call.state.anything_hidden())
        query.visible = [&](const Task& task) { return may_see(call, task); };
    const auto page = select_page(call.state.tasks, query, [&](const Task& task, int field) {
        return task_cell(call, task, field);
    });
    json::Writer out;
    const TaskWriter writer{call, call.param("select"), TaskShape::List};
    out.begin_object().key("tasks").begin_array();
    for (const Task* task : page.rows) writer.write(out, *task);
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

} // namespace hb::sandbox
