#include "base/limits.h"
#include "base/text.h"
#include "sandbox/entry_manifest.h"
#include "sandbox/tasks.h"

// task.elapseditem.*: arguments are bound by their order. A key is decoration, and one parameter
// too many in front shifts everything.
namespace hb::sandbox {

namespace {

enum Key { Id, TaskKey, UserKey, SecondsKey, MinutesKey, CreatedKey, StartKey, StopKey };

std::optional<FieldRef> order_field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"ID", {Id, FieldType::Integer}},
        {"TASK_ID", {TaskKey, FieldType::Integer}},
        {"USER_ID", {UserKey, FieldType::Integer}},
        {"SECONDS", {SecondsKey, FieldType::Integer}},
        {"MINUTES", {MinutesKey, FieldType::Integer}},
        {"CREATED_DATE", {CreatedKey, FieldType::Moment}},
        {"DATE_START", {StartKey, FieldType::Moment}},
        {"DATE_STOP", {StopKey, FieldType::Moment}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

std::optional<FieldRef> filter_field(std::string_view name) {
    if (name != "ID" && name != "TASK_ID" && name != "USER_ID" && name != "CREATED_DATE")
        return std::nullopt;
    return order_field(name);
}

Cell entry_cell(const Entry& entry, int field) {
    switch (field) {
    case Id:
        return std::int64_t{entry.id};
    case TaskKey:
        return std::int64_t{entry.task};
    case UserKey:
        return std::int64_t{entry.user};
    case SecondsKey:
        return std::int64_t{entry.seconds};
    case MinutesKey:
        return std::int64_t{entry.seconds / 60};
    case CreatedKey:
        return std::int64_t{entry.created};
    case StartKey:
        return std::int64_t{entry.start};
    case StopKey:
        return std::int64_t{entry.stop};
    default:
        return {};
    }
}

struct Parameter {
    const char* name;
    bool is_integer;
};

Failure wrong_argument(std::string_view method, std::size_t number, const Parameter& parameter) {
    return fail("ERROR_CORE",
                "TASKS_ERROR_EXCEPTION_#256; Param #" + std::to_string(number) + " (" +
                    parameter.name + ") for method ctaskelapseditem::" + std::string{method} +
                    "() expected to be of type \"" + (parameter.is_integer ? "integer" : "array") +
                    "\", but given something else.; 256/TE/WRONG_ARGUMENTS<br>");
}

Failure wrong_key(std::string_view method, std::size_t number, const char* name,
                  const std::string& key) {
    return fail("ERROR_CORE",
                "TASKS_ERROR_EXCEPTION_#256; Param #" + std::to_string(number) + " (" + name +
                    ") for method ctaskelapseditem::" + std::string{method} +
                    "() must not contain key \"" + key + "\".; 256/TE/WRONG_ARGUMENTS<br>");
}

Failure not_allowed() {
    return fail("ERROR_CORE", "ACTION_NOT_ALLOWED");
}

// Binds the values in the order in which they came. Surplus ones at the end change nothing, as in
// PHP.
std::optional<Failure> bind_order(const Call& call, std::string_view method,
                                  const std::vector<Parameter>& parameters, std::size_t mandatory,
                                  std::vector<const Tree*>& out, std::size_t first = 0) {
    out.assign(parameters.size(), nullptr);
    for (std::size_t i = first; i < parameters.size(); ++i) {
        const Tree* sent = call.params.at(i - first);
        if (sent == nullptr && i >= mandatory) break;
        const bool fits = sent != nullptr && (parameters[i].is_integer ? sent->integer().has_value()
                                                                       : sent->is_branch());
        if (!fits) return wrong_argument(method, i, parameters[i]);
        out[i] = sent;
    }
    return std::nullopt;
}

void write_entry(json::Writer& to, const Call& call, const Entry& entry,
                 const std::vector<std::string>& select) {
    const bool all = select.empty();
    const auto asked = [&](std::string_view name) {
        return all || std::find(select.begin(), select.end(), name) != select.end();
    };
    to.begin_object();
    if (asked("ID")) to.member("ID", std::to_string(entry.id));
    if (asked("TASK_ID")) to.member("TASK_ID", std::to_string(entry.task));
    if (asked("USER_ID")) to.member("USER_ID", std::to_string(entry.user));
    if (asked("COMMENT_TEXT")) to.member("COMMENT_TEXT", call.state.comment(entry.comment));
    if (asked("SECONDS")) to.member("SECONDS", std::to_string(entry.seconds));
    if (asked("MINUTES")) to.member("MINUTES", std::to_string(entry.seconds / 60));
    if (asked("SOURCE")) to.member("SOURCE", std::to_string(entry.source));
    if (asked("CREATED_DATE")) to.member("CREATED_DATE", call.own_moment(entry.created));
    if (asked("DATE_START")) to.member("DATE_START", call.own_moment(entry.start));
    if (asked("DATE_STOP")) to.member("DATE_STOP", call.own_moment(entry.stop));
    to.end_object();
}

bool is_row_field(std::string_view name) {
    return order_field(name) || name == "COMMENT_TEXT" || name == "SOURCE";
}

// NAV_PARAMS {nPageSize, iNumPage}: the only paging that this call knows.
PageRequest navigation(const Tree* params) {
    PageRequest page;
    const Tree* nav = params == nullptr ? nullptr : params->find("NAV_PARAMS");
    if (nav == nullptr) return page;
    const Tree* size = nav->find("nPageSize");
    const Tree* number = nav->find("iNumPage");
    const auto rows = size == nullptr ? std::nullopt : size->integer();
    if (rows && *rows > 0) page.rows = std::min(static_cast<std::size_t>(*rows), kPageRowsMax);
    const auto page_number = number == nullptr ? std::nullopt : number->integer();
    if (page_number && *page_number > 1)
        page.first = static_cast<std::size_t>(*page_number - 1) * page.rows;
    return page;
}

// The ids of the tasks' records, when the filter or the call names tasks.
std::optional<std::vector<std::int64_t>> candidates(const State& state, const Filter& filter,
                                                    std::optional<std::int64_t> task) {
    std::vector<std::int64_t> tasks;
    if (task) tasks.push_back(*task);
    for (const auto& condition : filter.all)
        if (!task && condition.field.id == TaskKey && condition.op == Op::Equal &&
            !condition.or_empty)
            tasks = condition.numbers;
    if (tasks.empty()) return std::nullopt;
    std::vector<std::int64_t> out;
    for (const auto one : tasks) {
        const auto ids = state.entries_of(one);
        out.insert(out.end(), ids.begin(), ids.end());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::function<bool(const Entry&)> visibility(Call& call) {
    // Rights do not cut this list, and time of a task in the recycle bin is listed as before.
    if (!call.state.anything_hidden()) return {};
    return [&call](const Entry& entry) { return !call.hidden(Thing::Entry, 0, entry.id); };
}

// A total over nothing but ids and dates needs no look at each record.
std::function<std::int64_t(std::size_t, std::size_t)> quick_count(const State& state,
                                                                  const Query<Entry>& query) {
    std::int64_t first = 0;
    std::int64_t last = std::numeric_limits<std::int64_t>::max();
    if (query.visible || !query.filter.any.empty()) return {};
    for (const auto& condition : query.filter.all) {
        const bool one = condition.numbers.size() == 1 && !condition.or_empty;
        const bool equality = condition.op == Op::Equal || condition.op == Op::NotEqual;
        if (!one || equality) return {};
        const std::int64_t value = condition.numbers.front();
        if (condition.field.id == Id) continue; // the walk is within them already
        if (condition.field.id != CreatedKey) return {};
        if (condition.op == Op::Greater) first = std::max(first, value + 1);
        if (condition.op == Op::GreaterEqual) first = std::max(first, value);
        if (condition.op == Op::Less) last = std::min(last, value - 1);
        if (condition.op == Op::LessEqual) last = std::min(last, value);
    }
    return [&state, first, last](std::size_t from, std::size_t to) {
        return state.count_created(from, to, first, last);
    };
}

Outcome get_list(Call& call) {
    static const std::vector<Parameter> parameters{{"taskId", true},
                                                   {"order", false},
                                                   {"filter", false},
                                                   {"select", false},
                                                   {"params", false}};
    // An object in front is the form without a task: over everything that the caller may read.
    const Tree* front = call.params.at(0);
    const bool over_all = front == nullptr || front->is_branch();
    std::vector<const Tree*> bound;
    if (auto failure = bind_order(call, "getlist", parameters, 0, bound, over_all ? 1 : 0))
        return *failure;
    std::optional<std::int64_t> task;
    if (bound[0] != nullptr) task = bound[0]->integer();
    if (task && find_task(call, *task) == nullptr) return not_allowed();
    const auto order = read_order(bound[1], order_field);
    if (!order.ok()) return wrong_key("getlist", 1, "order", order.bad_key + order.bad_direction);
    auto read = read_filter(bound[2], {filter_field, task_prefixes(), false, call.offset()});
    if (!read.ok()) return wrong_key("getlist", 2, "filter", read.bad_key + read.bad_value);
    auto select = bound[3] == nullptr ? std::vector<std::string>{} : bound[3]->strings();
    for (const auto& name : select)
        if (!name.empty() && name != "*" && !is_row_field(name))
            return wrong_key("getlist", 3, "select", name);
    if (std::any_of(select.begin(), select.end(),
                    [](const auto& s) { return s == "*" || s.empty(); }))
        select.clear();

    Query<Entry> query;
    query.candidates = candidates(call.state, read.filter, task);
    query.filter = std::move(read.filter);
    query.order = order.keys;
    query.id_field = Id;
    query.page = navigation(bound[4]);
    query.visible = visibility(call);
    query.quick_count = quick_count(call.state, query);
    const auto page = select_page(call.state.entries(), query, entry_cell);
    json::Writer out;
    out.begin_array();
    for (const Entry* entry : page.rows) write_entry(out, call, *entry, select);
    out.end_array();
    Answer answer{out.take(), page.total, {}};
    const auto after = static_cast<std::int64_t>(query.page.first + page.rows.size());
    if (after < page.total && !page.rows.empty()) answer.next = after;
    return answer;
}

// The record of this task when the caller may see both.
Entry* find_entry(Call& call, std::int64_t task, std::int64_t id) {
    Entry* entry = call.state.entry(id);
    const bool fits =
        entry != nullptr && std::int64_t{entry->task} == task && !call.hidden(Thing::Entry, 0, id);
    return fits ? entry : nullptr;
}

Outcome get(Call& call) {
    std::vector<const Tree*> bound;
    if (auto failure = bind_order(call, "get", {{"taskId", true}, {"itemId", true}}, 2, bound))
        return *failure;
    const auto task = *bound[0]->integer();
    if (find_task(call, task) == nullptr) return fail("ERROR_CORE", "Task not found");
    const Entry* entry = find_entry(call, task, *bound[1]->integer());
    if (entry == nullptr) return not_allowed();
    json::Writer out;
    out.begin_array();
    write_entry(out, call, *entry, {});
    out.end_array();
    return Answer{out.take(), {}, {}};
}

bool writable(std::string_view name) {
    return name == "USER_ID" || name == "COMMENT_TEXT" || name == "SECONDS" || name == "SOURCE" ||
           name == "CREATED_DATE" || name == "DATE_START" || name == "DATE_STOP";
}

// Puts the sent fields into a record; the seconds and the comment are left to the caller.
std::optional<Failure> take_fields(const Call& call, std::string_view method, std::size_t number,
                                   const Tree& fields, Entry& entry) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string& name = fields.key(i);
        const Tree& value = *fields.at(i);
        if (!writable(name)) return wrong_key(method, number, "fields", name);
        if (name == "USER_ID") {
            const auto user = value.integer().value_or(0);
            if (user != call.caller.id && !call.admin()) return not_allowed();
            if (call.state.users.find(user) == nullptr) return not_allowed();
            entry.user = static_cast<std::uint32_t>(user);
        } else if (name == "SOURCE") {
            entry.source = static_cast<std::int32_t>(value.integer().value_or(2));
        } else if (name.starts_with("CREATED") || name.starts_with("DATE")) {
            const auto at = read_moment(value.str(), call.offset());
            if (!at) return wrong_key(method, number, "fields", name);
            const auto seconds = static_cast<std::uint32_t>(*at);
            if (!call.options.entry_dates_writable) continue;
            if (name == "CREATED_DATE") entry.created = seconds;
            if (name == "DATE_START") entry.start = seconds;
            if (name == "DATE_STOP") entry.stop = seconds;
        }
    }
    return std::nullopt;
}

void touch_task(Call& call, std::int64_t id) {
    Task* task = call.state.tasks.find(id);
    if (task != nullptr && call.options.entry_moves_task) task->changed = task->activity = call.now;
}

Outcome add(Call& call) {
    std::vector<const Tree*> bound;
    if (auto failure = bind_order(call, "add", {{"taskId", true}, {"fields", false}}, 2, bound))
        return *failure;
    const Task* task = find_task(call, *bound[0]->integer());
    if (task == nullptr) return not_allowed();
    const Tree& fields = *bound[1];
    const Tree* seconds = fields.find("SECONDS");
    const Tree* comment = fields.find("COMMENT_TEXT");
    if (seconds == nullptr || !seconds->integer() || comment == nullptr) return not_allowed();
    Entry entry;
    entry.task = static_cast<std::uint32_t>(task->id);
    entry.user = static_cast<std::uint32_t>(call.caller.id);
    entry.seconds = static_cast<std::int32_t>(*seconds->integer());
    entry.created = entry.start = entry.stop = static_cast<std::uint32_t>(call.now);
    if (auto failure = take_fields(call, "add", 1, fields, entry)) return *failure;
    const auto id = std::int64_t{call.state.add_entry(entry, comment->str()).id};
    call.created.emplace_back(Thing::Entry, 0, id);
    touch_task(call, task->id);
    return Answer{std::to_string(id), {}, {}};
}

bool may_change(const Call& call, const Entry* entry) {
    return entry != nullptr && (call.admin() || std::int64_t{entry->user} == call.caller.id);
}

Outcome update(Call& call) {
    static const std::vector<Parameter> parameters{
        {"taskId", true}, {"itemId", true}, {"fields", false}};
    std::vector<const Tree*> bound;
    if (auto failure = bind_order(call, "update", parameters, 3, bound)) return *failure;
    Entry* entry = find_entry(call, *bound[0]->integer(), *bound[1]->integer());
    if (!may_change(call, entry)) return not_allowed();
    const Tree& fields = *bound[2];
    Entry changed = *entry;
    if (auto failure = take_fields(call, "update", 2, fields, changed)) return *failure;
    const std::int32_t before = entry->seconds;
    *entry = changed;
    entry->seconds = before;
    if (const Tree* comment = fields.find("COMMENT_TEXT"))
        entry->comment = call.state.comment_id(comment->str());
    if (const Tree* seconds = fields.find("SECONDS"); seconds != nullptr && seconds->integer())
        call.state.change_seconds(*entry, static_cast<std::int32_t>(*seconds->integer()));
    touch_task(call, entry->task);
    return Answer{"null", {}, {}};
}

Outcome erase(Call& call) {
    std::vector<const Tree*> bound;
    if (auto failure = bind_order(call, "delete", {{"taskId", true}, {"itemId", true}}, 2, bound))
        return *failure;
    const Entry* entry = find_entry(call, *bound[0]->integer(), *bound[1]->integer());
    if (!may_change(call, entry)) return not_allowed();
    const auto task = std::int64_t{entry->task};
    call.state.erase_entry(entry->id);
    touch_task(call, task);
    return Answer{"null", {}, {}};
}

Outcome is_action_allowed(Call& call) {
    static const std::vector<Parameter> parameters{
        {"taskId", true}, {"itemId", true}, {"actionId", true}};
    std::vector<const Tree*> bound;
    if (auto failure = bind_order(call, "isactionallowed", parameters, 3, bound)) return *failure;
    const Entry* entry = find_entry(call, *bound[0]->integer(), *bound[1]->integer());
    return Answer{may_change(call, entry) ? "true" : "false", {}, {}};
}

Outcome get_manifest(Call&) {
    return Answer{kManifest, {}, {}};
}

} // namespace

void add_entry_calls(MethodTable& to) {
    to.add("task.elapseditem.getlist", "task", get_list);
    to.add("task.elapseditem.get", "task", get);
    to.add("task.elapseditem.add", "task", add, true);
    to.add("task.elapseditem.update", "task", update, true);
    to.add("task.elapseditem.delete", "task", erase, true);
    to.add("task.elapseditem.isActionAllowed", "task", is_action_allowed);
    to.add("task.elapseditem.getmanifest", "task", get_manifest);
}

} // namespace hb::sandbox
