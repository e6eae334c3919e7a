#include "sandbox/worksection.h"

#include <algorithm>

#include "base/text.h"
#include "sandbox/worksection_call.h"

// Tags of a fake Worksection account, and what its people do.
namespace hb::sandbox {

namespace {

void write_group(json::Writer& json, const Worksection::TagGroup& group) {
    json.begin_object().member("title", group.title);
    json.key("id").raw(group.id); // a number in recorded answers
    json.member("type", group.type).member("access", group.access).end_object();
}

} // namespace

std::string Worksection::tag_groups(const Call& call) const {
    const std::string type = call.get("type");
    json::Writer json;
    json.begin_object().member("status", "ok");
    if (groups_.empty()) return json.end_object().take(); // "data" may be missing altogether
    json.key("data").begin_array();
    for (const auto& [id, group] : groups_)
        if (type.empty() || type == group.type) write_group(json, group);
    return json.end_array().end_object().take();
}

std::string Worksection::tags(const Call& call) const {
    const std::string wanted = call.get("group");
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    for (const auto& [id, tag] : tags_) {
        const TagGroup& group = groups_.at(tag.group);
        if (!wanted.empty() && wanted != group.id && wanted != group.title) continue;
        json.begin_object().member("title", tag.title).key("id").raw(id).key("group");
        write_group(json, group);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

std::string Worksection::add_tag_groups(const Call& call) {
    if (call.get("title").empty()) return worksection_trouble(10, "Field is required", "title");
    TagGroup group{next_id(110), call.get("title"), call.get("type"), call.get("access")};
    for (auto& [id, project] : projects_)
        if (attach_new_groups_) project.tag_groups.insert(group.id);
    groups_[group.id] = group;
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    write_group(json, group);
    return json.end_array().end_object().take();
}

std::string Worksection::add_tags(const Call& call) {
    const std::string wanted = call.get("group");
    const auto group = std::find_if(groups_.begin(), groups_.end(), [&](const auto& each) {
        return each.first == wanted || each.second.title == wanted;
    });
    if (group == groups_.end()) return worksection_trouble(16, "Tag is invalid", wanted);
    json::Writer json;
    json.begin_object().member("status", "ok").key("data").begin_array();
    const std::string titles = call.get("title");
    for (const auto title : split(titles, ',')) {
        const Tag tag{next_id(90501), std::string(trim(title)), group->first};
        tags_[tag.id] = tag;
        json.begin_object().member("title", tag.title).key("id").raw(tag.id).end_object();
    }
    return json.end_array().end_object().take();
}

const Worksection::Tag* Worksection::find_tag(const std::string& word) const {
    for (const auto& [id, tag] : tags_)
        if (id == word || tag.title == word) return &tag;
    return nullptr;
}

std::string Worksection::update_tags(const Call& call) {
    const auto found = tasks_.find(call.get("id_task"));
    if (found == tasks_.end()) return worksection_trouble(5, "Task is invalid");
    Task& task = found->second;
    const auto& attached = projects_.at(task.project).tag_groups;
    std::set<std::string> tags = task.tags;
    for (const char* name : {"plus", "minus"}) {
        const std::string words = call.get(name);
        if (words.empty()) continue;
        for (const auto word : split(words, ',')) {
            const Tag* tag = find_tag(std::string(trim(word)));
            if (tag == nullptr || attached.count(tag->group) == 0)
                return worksection_trouble(16, "Tag is invalid", word);
            if (name[0] == 'p')
                tags.insert(tag->id);
            else
                tags.erase(tag->id);
        }
    }
    task.tags = std::move(tags);
    return R"({"status":"ok"})";
}

// --- people --------------------------------------------------------------------------------------

std::string Worksection::add_person(const std::string& name, const std::string& email) {
    const std::lock_guard guard(mutex_);
    const std::string id = next_id(3101);
    persons_[id] = {id, email, name};
    return id;
}

std::string Worksection::add_project(const std::string& name, const std::string& status) {
    const std::lock_guard guard(mutex_);
    Project project{next_id(7201), name};
    project.status = status;
    for (const auto& [id, group] : groups_) project.tag_groups.insert(id);
    projects_[project.id] = project;
    return project.id;
}

std::string Worksection::add_task(const std::string& project, const std::string& name,
                                  const std::string& parent) {
    const std::lock_guard guard(mutex_);
    const std::string id = next_id(41001);
    tasks_[id] = Task{id, name, project, parent};
    return id;
}

std::string Worksection::add_cost(const std::string& task, const std::string& person,
                                  const std::string& day, std::int64_t minutes,
                                  const std::string& comment) {
    const std::lock_guard guard(mutex_);
    const std::string id = next_id(5001);
    costs_[id] = Cost{id, task, person, day, minutes, 0, comment};
    return id;
}

void Worksection::edit_cost(const std::string& id, std::int64_t minutes) {
    const std::lock_guard guard(mutex_);
    costs_.at(id).minutes = minutes;
}

void Worksection::delete_cost(const std::string& id) {
    const std::lock_guard guard(mutex_);
    costs_.erase(id);
}

void Worksection::close_task(const std::string& id, bool done) {
    const std::lock_guard guard(mutex_);
    tasks_.at(id).done = done;
    tasks_.at(id).closed = done ? "2025-01-12 17:43" : "";
}

void Worksection::start_timer(const std::string& task, const std::string& person) {
    const std::lock_guard guard(mutex_);
    timers_.emplace_back(task, person);
}

std::string Worksection::add_tag(const std::string& title, const std::string& group) {
    const std::lock_guard guard(mutex_);
    auto at = std::find_if(groups_.begin(), groups_.end(),
                           [&](const auto& each) { return each.second.title == group; });
    if (at == groups_.end()) {
        const TagGroup made{next_id(110), group};
        at = groups_.emplace(made.id, made).first;
        for (auto& [id, project] : projects_) project.tag_groups.insert(made.id);
    }
    const Tag tag{next_id(90501), title, at->first};
    tags_[tag.id] = tag;
    return tag.id;
}

void Worksection::tag_task(const std::string& task, const std::string& tag) {
    const std::lock_guard guard(mutex_);
    tasks_.at(task).tags.insert(tag);
}

std::vector<std::string> Worksection::tags_of(const std::string& task) const {
    const std::lock_guard guard(mutex_);
    std::vector<std::string> titles;
    for (const auto& id : tasks_.at(task).tags) titles.push_back(tags_.at(id).title);
    std::sort(titles.begin(), titles.end());
    return titles;
}

void Worksection::lose_answers(const std::string& action, int count) {
    const std::lock_guard guard(mutex_);
    lose_[action] = count;
}

void Worksection::refuse_as_too_fast(int count) {
    const std::lock_guard guard(mutex_);
    refuse_ = count;
}

Worksection::Counters Worksection::counters() const {
    const std::lock_guard guard(mutex_);
    return counters_;
}

void seed_worksection(Worksection& account, Day today) {
    const std::vector<std::string> people{
        account.add_person("Olena Marchenko", "olena@acme.example"),
        account.add_person("Ivan Petrov", "ivan@acme.example"),
        account.add_person("Anna Kovach", "anna@acme.example")};
    const std::string site = account.add_project("Website redesign");
    const std::string support = account.add_project("Support");
    const std::string progress = account.add_tag("In progress", "General labels");
    const std::string landing = account.add_task(site, "Landing page");
    const std::vector<std::string> tasks{landing, account.add_task(site, "Hero block", landing),
                                         account.add_task(site, "Checkout form"),
                                         account.add_task(support, "Weekly support")};
    account.tag_task(landing, progress);
    const std::vector<std::string> texts{"Grid and header", "Review with the client",
                                         "Fixes after the review"};
    for (int i = 0; i < 18; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const Day day = today - std::chrono::days{3 + i * 3};
        account.add_cost(tasks[at % 4], people[at % 3], format_day(day), 45 + (i % 5) * 30,
                         texts[at % 3]);
    }
    for (std::size_t i = 0; i < 3; ++i) account.close_task(tasks[i]);
    account.start_timer(tasks[3], people[1]); // runs: no cost yet
}

std::string Worksection::webhooks() const {
    json::Writer json;
    json.begin_object().member("status", "ok");
    if (webhooks_.empty()) return json.end_object().take();
    json.key("data").begin_array();
    for (const auto& [id, hook] : webhooks_) {
        json.begin_object().member("id", id).member("url", hook.url);
        json.member("events", hook.events).member("status", hook.status).end_object();
    }
    return json.end_array().end_object().take();
}

// The real one calls the address before it answers; nobody listens there in a test.
std::string Worksection::add_webhook(const Call& call) {
    Webhook hook{next_id(122), call.get("url"), call.get("events"), call.get("http_user"),
                 call.get("http_pass")};
    if (hook.url.rfind("https://", 0) != 0)
        return worksection_trouble(11, "Url should respond 200 HTTP_CODE and JSON {status:OK}",
                                   hook.url);
    if (hook.events.empty()) return worksection_trouble(10, "Field is required", "events");
    webhooks_[hook.id] = hook;
    json::Writer json;
    json.begin_object().member("status", "ok").key("id").raw(hook.id);
    return json.end_object().take();
}

std::vector<Worksection::Webhook> Worksection::registered_webhooks() const {
    const std::lock_guard guard(mutex_);
    std::vector<Webhook> out;
    for (const auto& [id, hook] : webhooks_) out.push_back(hook);
    return out;
}

std::string Worksection::add_expense(const std::string& task, const std::string& person,
                                     const std::string& day, std::int64_t cents,
                                     const std::string& comment) {
    const std::lock_guard guard(mutex_);
    const std::string id = next_id(5001);
    costs_[id] = Cost{id, task, person, day, 0, cents, comment};
    return id;
}

} // namespace hb::sandbox
