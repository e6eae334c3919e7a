#include "sandbox/worksection.h"

#include <algorithm>

#include "base/digest.h"
#include "base/hash.h"
#include "base/text.h"
#include "sandbox/form.h"
#include "sandbox/worksection_call.h"

namespace hb::sandbox {

namespace {

std::string clock_of(std::int64_t minutes) {
    const auto rest = minutes % 60;
    return std::to_string(minutes / 60) + (rest < 10 ? ":0" : ":") + std::to_string(rest);
}

std::string money_of(std::int64_t cents) {
    const auto rest = cents % 100;
    return std::to_string(cents / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

// "14.01.2025" -> "2025-01-14"
std::string day_of(const std::string& dotted) {
    if (dotted.size() != 10) return "";
    return dotted.substr(6, 4) + "-" + dotted.substr(3, 2) + "-" + dotted.substr(0, 2);
}

// What stands before "&hash=", as it came.
std::string before_hash(const std::string& query) {
    const auto at = query.find("&hash=");
    return at == std::string::npos ? "" : query.substr(0, at);
}

void write_place(json::Writer& json, const Worksection::Project& project) {
    json.begin_object().member("id", project.id).member("name", project.name);
    json.member("page", "/project/" + project.id + "/").end_object();
}

} // namespace

std::string worksection_trouble(int code, std::string_view message, std::string_view details) {
    json::Writer out;
    out.begin_object().member("status", "error").member("status_code", code);
    out.member("message", message);
    if (!details.empty()) out.member("message_details", details);
    return out.end_object().take();
}

Worksection::Worksection(Clock& clock, WorksectionOptions options)
    : clock_(clock), options_(std::move(options)) {}

std::string Worksection::next_id(int first) {
    auto& last = last_id_[first];
    last = last == 0 ? first : last + 1;
    return std::to_string(last);
}

// Rule B of the protocol, then rule A.
bool Worksection::proven(const HttpRequest& request, const std::string& action) const {
    const std::string start = "Admin ";
    if (request.authorization.rfind(start, 0) == 0) {
        const std::string rest = request.authorization.substr(start.size());
        const auto cut = rest.find('_');
        if (cut == std::string::npos) return false;
        const auto stamp = parse_integer(rest.substr(0, cut));
        const auto now = to_epoch_seconds(clock_.now());
        if (!stamp || *stamp < now - options_.clock_minutes * 60 ||
            *stamp > now + options_.clock_minutes * 60)
            return false;
        const std::string wanted =
            hex(hmac_sha256(options_.key, action + ":" + rest.substr(0, cut)));
        return equal_constant_time(rest.substr(cut + 1), wanted);
    }
    const std::string signed_part = before_hash(request.query);
    if (signed_part.empty()) return false;
    const std::string sent = request.query.substr(signed_part.size() + 6);
    return equal_constant_time(sent, hex(digest(Hash::Md5, signed_part + options_.key)));
}

bool Worksection::too_fast() {
    const Instant now = clock_.now();
    // Two requests that left a second apart may arrive a little closer.
    const auto second = std::chrono::milliseconds{950};
    recent_.erase(std::remove_if(recent_.begin(), recent_.end(),
                                 [&](Instant at) { return at + second <= now; }),
                  recent_.end());
    if (refuse_ > 0) {
        --refuse_;
        return true;
    }
    if (options_.per_second > 0 && recent_.size() >= static_cast<std::size_t>(options_.per_second))
        return true;
    recent_.push_back(now);
    return false;
}

HttpAnswer Worksection::handle(const HttpRequest& request) {
    const std::lock_guard guard(mutex_);
    HttpAnswer out;
    ++counters_.requests;
    if (request.path != "/api/admin/v2" && request.path != "/api/admin/v2/") {
        out.status = 404;
        out.content_type = "text/html";
        out.body = "<html><body>Not found</body></html>";
        return out;
    }
    Call call;
    if (auto params = read_parameters(request.query, request.content_type, request.body))
        call.params = std::move(*params);
    call.action = call.get("action");
    if (too_fast()) {
        ++counters_.too_fast;
        if (options_.limit_answers_429) out.status = 429;
        out.body = worksection_trouble(0, "Too many requests");
        return out;
    }
    if (!proven(request, call.action)) {
        ++counters_.refused;
        out.body = worksection_trouble(2, "Action hash is missed or invalid");
        return out;
    }
    out.body = answer(call);
    auto& lost = lose_[call.action];
    if (lost > 0) {
        --lost;
        out.delivery = HttpAnswer::Delivery::Drop;
    }
    return out;
}

std::string Worksection::answer(const Call& call) {
    if (call.action == "get_users") return users();
    if (call.action == "get_user_groups") return user_groups();
    if (call.action == "get_projects") return projects(call);
    if (call.action == "get_all_tasks") return tasks(call, "");
    if (call.action == "get_tasks") {
        if (projects_.count(call.get("id_project")) == 0)
            return worksection_trouble(4, "Project is invalid");
        return tasks(call, call.get("id_project"));
    }
    if (call.action == "get_task") return task(call);
    if (call.action == "get_costs") return costs(call);
    if (call.action == "get_costs_total") return costs_total(call);
    if (call.action == "get_timers") return timers();
    if (call.action == "get_task_tag_groups") return tag_groups(call);
    if (call.action == "get_task_tags") return tags(call);
    ++counters_.writes;
    if (call.action == "add_task_tag_groups") return add_tag_groups(call);
    if (call.action == "add_task_tags") return add_tags(call);
    if (call.action == "update_task_tags") return update_tags(call);
    if (call.action == "get_webhooks") return webhooks();
    if (call.action == "add_webhook") return add_webhook(call);
    return worksection_trouble(1, "Action is invalid", call.action);
}

// --- reading -------------------------------------------------------------------------------------

void Worksection::write_person(json::Writer& json, const std::string& id) const {
    const auto found = persons_.find(id);
    json.begin_object();
    if (found == persons_.end())
        json.member("id", "1").member("email", "NOONE").member("name", "Executive isn't assigned");
    else
        json.member("id", id)
            .member("email", found->second.email)
            .member("name", found->second.name);
    json.end_object();
}

void Worksection::write_task(json::Writer& json, const Task& task, bool children,
                             bool open_only) const {
    json.begin_object().member("id", task.id).member("name", task.name);
    json.member("page", "/project/" + task.project + "/" + task.id + "/");
    json.member("status", task.done ? "done" : "active").member("priority", "1");
    json.key("user_from");
    write_person(json, persons_.empty() ? "" : persons_.begin()->first);
    json.key("user_to");
    write_person(json, "");
    json.key("project");
    write_place(json, projects_.at(task.project));
    json.member("date_added", task.added);
    if (!task.closed.empty()) json.member("date_closed", task.closed);
    if (!task.tags.empty()) {
        json.key("tags").begin_object();
        for (const auto& id : task.tags) json.member(id, tags_.at(id).title);
        json.end_object();
    }
    bool open = false;
    for (const auto& [id, child] : tasks_) {
        if (!children || child.parent != task.id || (open_only && child.done)) continue;
        if (!open) json.key("child").begin_array();
        open = true;
        write_task(json, child, true, open_only);
    }
    if (open) json.end_array();
    json.end_object();
}

std::string Worksection::users() const {
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    for (const auto& [id, person] : persons_) {
        json.begin_object().member("id", id).member("name", person.name);
        json.member("email", person.email).member("group", "Studio").member("role", "user");
        json.member("rate", 50).end_object();
    }
    return json.end_array().end_object().take();
}

std::string Worksection::user_groups() const {
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    json.begin_object().member("id", "2977").member("title", "Studio").member("type", "company");
    return json.member("client", 0).end_object().end_array().end_object().take();
}

std::string Worksection::projects(const Call& call) const {
    const std::string filter = call.get("filter");
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    for (const auto& [id, project] : projects_) {
        if (!filter.empty() && filter != project.status) continue;
        json.begin_object().member("id", id).member("name", project.name);
        json.member("page", "/project/" + id + "/").member("status", project.status);
        json.member("company", project.company).member("date_added", "2025-01-03 10:18");
        json.end_object();
    }
    return json.end_array().end_object().take();
}

std::string Worksection::tasks(const Call& call, const std::string& project) const {
    const bool children = call.has_extra("subtasks");
    const bool archive = !project.empty() || call.has_extra("archive");
    const bool open_only = call.get("filter") == "active";
    std::int64_t rows = 0;
    json::Writer json;
    json.begin_object().member("status", "ok");
    json.key("data").begin_array();
    for (const auto& [id, task] : tasks_) {
        if (!task.parent.empty() || (open_only && task.done)) continue;
        if (!project.empty() && task.project != project) continue;
        if (!archive && projects_.at(task.project).status == "archived") continue;
        if (++rows > options_.records_max) {
            if (options_.cap_fails) return worksection_trouble(0, "Too many tasks (10000 max)");
            break;
        }
        write_task(json, task, children, open_only);
    }
    return json.end_array().end_object().take();
}

std::string Worksection::task(const Call& call) const {
    const auto found = tasks_.find(call.get("id_task"));
    if (found == tasks_.end()) return worksection_trouble(5, "Task is invalid");
    json::Writer json;
    json.begin_object().member("status", "ok").key("data");
    write_task(json, found->second, call.has_extra("subtasks"), false);
    return json.end_object().take();
}

std::vector<const Worksection::Cost*> Worksection::chosen(const Call& call) const {
    const std::string from = day_of(call.get("datestart")), to = day_of(call.get("dateend"));
    const std::string project = call.get("id_project"), task = call.get("id_task");
    std::vector<const Cost*> out;
    for (const auto& [id, cost] : costs_) {
        if ((!from.empty() && cost.day < from) || (!to.empty() && cost.day > to)) continue;
        if (!project.empty() && tasks_.at(cost.task).project != project) continue;
        if (!task.empty() && cost.task != task) continue;
        out.push_back(&cost);
    }
    return out;
}

std::string Worksection::costs(const Call& call) const {
    auto rows = chosen(call);
    if (static_cast<std::int64_t>(rows.size()) > options_.records_max) {
        if (options_.cap_fails) return worksection_trouble(0, "Too many costs (10000 max)");
        rows.resize(static_cast<std::size_t>(options_.records_max));
    }
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    std::int64_t minutes = 0, cents = 0;
    for (const Cost* cost : rows) {
        json.begin_object().member("id", cost->id).member("comment", cost->comment);
        json.member("time", clock_of(cost->minutes)).member("money", money_of(cost->cents));
        json.member("date", cost->day).member("is_timer", cost->timer).key("user_from");
        write_person(json, cost->person);
        json.key("task");
        write_task(json, tasks_.at(cost->task), false, false);
        json.end_object();
        minutes += cost->minutes;
        cents += cost->cents;
    }
    json.end_array().key("total").begin_object().member("time", clock_of(minutes));
    return json.member("money", money_of(cents)).end_object().end_object().take();
}

std::string Worksection::costs_total(const Call& call) const {
    std::map<std::string, std::map<std::string, std::pair<std::int64_t, std::int64_t>>> sums;
    std::int64_t minutes = 0, cents = 0;
    for (const Cost* cost : chosen(call)) {
        auto& month = sums[tasks_.at(cost->task).project][cost->day.substr(0, 7)];
        month.first += cost->minutes;
        month.second += cost->cents;
        minutes += cost->minutes;
        cents += cost->cents;
    }
    const auto write = [](json::Writer& json, std::int64_t time, std::int64_t money) {
        json.member("time", clock_of(time)).member("money", money_of(money));
    };
    json::Writer json;
    json.begin_object().member("status", "ok").key("projects").begin_object();
    for (const auto& [project, months] : sums) {
        json.key(project).begin_object().member("id", project);
        json.member("name", projects_.at(project).name).key("monthly").begin_object();
        for (const auto& [month, sum] : months) {
            json.key(month).begin_object();
            write(json, sum.first, sum.second);
            json.end_object();
        }
        json.end_object().end_object();
    }
    json.end_object().key("total").begin_object();
    write(json, minutes, cents);
    return json.end_object().end_object().take();
}

std::string Worksection::timers() const {
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    for (const auto& [task, person] : timers_) {
        json.begin_object().member("id", "2918").member("time", "00:11:13").key("user_from");
        write_person(json, person);
        json.key("task");
        write_task(json, tasks_.at(task), false, false);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

} // namespace hb::sandbox
