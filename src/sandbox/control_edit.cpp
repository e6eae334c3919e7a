#include "base/text.h"
#include "sandbox/control.h"
#include "sandbox/crm_rules.h"
#include "sandbox/tasks.h"
#include "json/writer.h"

// Control calls that change what the portal keeps, as its people would.
namespace hb::sandbox {

namespace {

User person_of(const PortalState& core, const Tree& params) {
    if (const auto by = number(params, "by"))
        if (const User* person = core.state.users.find(*by)) return *person;
    for (const auto& one : core.state.users.rows())
        if (one.admin && one.active) return one;
    User out;
    out.id = 1;
    out.admin = true;
    return out;
}

HttpAnswer answer_of(const Failure& failure) {
    return trouble(failure.status, failure.description);
}

std::uint32_t moment_or(const PortalState& core, const Tree& sent, const char* name,
                        std::uint32_t other) {
    const auto at = read_moment(text(sent, name), core.options.offset_minutes);
    return at ? static_cast<std::uint32_t>(*at) : other;
}

void take_entry(const PortalState& core, const Tree& sent, Entry& entry) {
    if (const auto user = number(sent, "USER_ID")) entry.user = static_cast<std::uint32_t>(*user);
    if (const auto source = number(sent, "SOURCE"))
        entry.source = static_cast<std::int32_t>(*source);
    entry.created = moment_or(core, sent, "CREATED_DATE", entry.created);
    entry.start = moment_or(core, sent, "DATE_START", entry.start);
    entry.stop = moment_or(core, sent, "DATE_STOP", entry.stop);
}

} // namespace

HttpAnswer json_answer(std::string body, int status) {
    HttpAnswer out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

HttpAnswer trouble(int status, std::string_view text) {
    json::Writer out;
    out.begin_object().member("error", text).end_object();
    return json_answer(out.take(), status);
}

HttpAnswer made(std::int64_t id) {
    return json_answer("{\"id\":" + std::to_string(id) + "}");
}

HttpAnswer done() {
    return json_answer("{\"ok\":true}");
}

std::optional<std::int64_t> number(const Tree& sent, std::string_view name) {
    const Tree* value = sent.find_word(name);
    return value == nullptr ? std::nullopt : value->integer();
}

std::string text(const Tree& sent, std::string_view name) {
    const Tree* value = sent.find_word(name);
    return value == nullptr ? std::string{} : value->str();
}

std::int64_t id_of(const Parts& path) {
    return path.size() > 1 ? parse_integer(path[1]).value_or(0) : 0;
}

System::System(PortalState& core_, const Tree& params)
    : core(core_), token{"", 0, all_scopes(), Token::CrmRights::All},
      user(person_of(core, params)), call{params,     token,        user,
                                          core.state, core.options, core.now()} {
    call.base = core.base_url();
    call.app = &core.app;
    call.hub = &core.events;
    if (const Tree* robot = params.find("robot")) call.by_robot = robot->truthy();
}

HttpAnswer edit_crm(PortalState& core, const std::string& verb, const Parts& path, const Tree& sent,
                    int type) {
    System system{core, sent};
    CrmStore& store = core.state.crm.at(type);
    if (path.size() == 1) {
        const auto created = create_crm_item(system.call, store, sent, Dialect::Universal);
        if (const auto* failure = std::get_if<Failure>(&created)) return answer_of(*failure);
        return made(std::get<std::int64_t>(created));
    }
    const std::int64_t id = id_of(path);
    CrmItem* item = store.items.find(id);
    if (item == nullptr) return trouble(404, "no such object");
    if (verb == "DELETE") {
        delete_crm_item(system.call, store, id);
        return done();
    }
    Tree fields = sent;
    if (path.size() > 2 && path[2] == "stage") {
        fields = Tree::map();
        fields.put("stageId", Tree::text(text(sent, "stage")));
        // "C9:WON" of another funnel moves the deal there.
        for (const auto& category : core.state.categories)
            if (category.entity_type == type &&
                core.state.stage(type, category.id, text(sent, "stage")) != nullptr)
                fields.put("categoryId", Tree::number(category.id));
    }
    const auto changed = update_crm_item(system.call, store, *item, fields, Dialect::Universal);
    if (const auto* failure = std::get_if<Failure>(&changed)) return answer_of(*failure);
    return done();
}

HttpAnswer edit_items(PortalState& core, const std::string& verb, const Parts& path,
                      const Tree& sent) {
    const int type = static_cast<int>(id_of(path));
    if (!core.state.crm.contains(type)) return trouble(404, "no such entity type");
    return edit_crm(core, verb, {path.begin() + 1, path.end()}, sent, type);
}

HttpAnswer add_template(PortalState& core, const Tree& sent) {
    DocumentTemplate one;
    one.id = number(sent, "id").value_or(core.state.next_template);
    if (core.state.templates.find(one.id) != nullptr) return trouble(409, "that template exists");
    core.state.next_template = std::max(core.state.next_template, one.id + 2);
    one.name = text(sent, "name");
    if (!text(sent, "region").empty()) one.region = text(sent, "region");
    const Tree* bound = sent.find("entityTypeId");
    one.entity_types = bound == nullptr ? std::vector<std::string>{"2"} : bound->strings();
    Numerator numerator;
    numerator.id = core.state.next_numerator;
    core.state.next_numerator += 2;
    numerator.name = one.name;
    one.numerator = numerator.id;
    one.created = one.updated = core.now();
    core.state.numerators.add(std::move(numerator));
    return made(core.state.templates.add(std::move(one)).id);
}

HttpAnswer edit_tasks(PortalState& core, const std::string& verb, const Parts& path,
                      const Tree& sent) {
    System system{core, sent};
    const std::int64_t id = id_of(path);
    const Task* old = core.state.tasks.find(id);
    if (path.size() > 1 && old == nullptr) return trouble(404, "no such task");
    if (verb == "DELETE" && old != nullptr) {
        core.state.erase_task(id);
        system.call.tell_task(Change::Deleted, id);
        return done();
    }
    Task task = old == nullptr ? Task{} : *old;
    const Seconds now = core.now();
    if (old == nullptr) {
        task.created_by = task.responsible = task.changed_by = system.user.id;
        task.created = task.status_changed = now;
    }
    if (auto failure = apply_task_fields(core.state, core.options, task, sent))
        return answer_of(*failure);
    if (const auto status = number(sent, "STATUS"))
        set_task_status(task, static_cast<int>(*status), task.responsible, now);
    task.activity = now;
    const int offset = core.options.offset_minutes;
    task.changed = read_moment(text(sent, "CHANGED_DATE"), offset).value_or(now);
    task.created = read_moment(text(sent, "CREATED_DATE"), offset).value_or(task.created);
    if (old == nullptr) {
        const std::int64_t added = core.state.add_task(std::move(task)).id;
        system.call.tell_task(Change::Added, added);
        return made(added);
    }
    *core.state.tasks.find(id) = std::move(task);
    system.call.tell_task(Change::Changed, id);
    return done();
}

// Any record with any dates; the rules of the REST call don't hold here.
HttpAnswer edit_entries(PortalState& core, const std::string& verb, const Parts& path,
                        const Tree& sent) {
    const std::int64_t id = id_of(path);
    Entry* old = core.state.entry(id);
    if (path.size() > 1 && old == nullptr) return trouble(404, "no such record");
    if (verb == "DELETE" && old != nullptr) {
        core.state.erase_entry(id);
        return done();
    }
    if (old != nullptr) {
        take_entry(core, sent, *old);
        if (const auto seconds = number(sent, "SECONDS"))
            core.state.change_seconds(*old, static_cast<std::int32_t>(*seconds));
        if (sent.find("COMMENT_TEXT") != nullptr)
            old->comment = core.state.comment_id(text(sent, "COMMENT_TEXT"));
        return done();
    }
    const auto task = number(sent, "TASK_ID");
    const auto seconds = number(sent, "SECONDS");
    if (!task || !seconds) return trouble(400, "TASK_ID and SECONDS are needed");
    Entry entry;
    entry.task = static_cast<std::uint32_t>(*task);
    entry.user = 1;
    entry.seconds = static_cast<std::int32_t>(*seconds);
    entry.created = entry.start = entry.stop = static_cast<std::uint32_t>(core.now());
    if (const auto wanted = number(sent, "ID")) {
        if (core.state.entry(*wanted) != nullptr) return trouble(409, "that record exists");
        entry.id = static_cast<std::uint32_t>(*wanted);
    }
    take_entry(core, sent, entry);
    return made(core.state.add_entry(entry, text(sent, "COMMENT_TEXT")).id);
}

HttpAnswer edit_payments(PortalState& core, const Parts& path, const Tree& sent) {
    System system{core, sent};
    Payment* payment = nullptr;
    if (path.size() > 1) {
        payment = core.state.payments.find(id_of(path));
        if (payment == nullptr) return trouble(404, "no such payment");
    } else {
        Outcome added = method_table().find("crm.item.payment.add")->run(system.call);
        if (const auto* failure = std::get_if<Failure>(&added)) return answer_of(*failure);
        payment = core.state.payments.find(core.state.payments.last_id());
    }
    if (const Tree* sum = sent.find("sum"))
        payment->sum = read_decimal(sum->str()).value_or(payment->sum);
    if (!text(sent, "currency").empty()) payment->currency = text(sent, "currency");
    if (const Tree* paid = sent.find("paid")) {
        payment->paid = paid->truthy();
        payment->paid_at = payment->paid ? core.now() : 0;
        payment->paid_by = payment->paid ? system.user.id : 0;
    }
    if (payment->paid && sent.find("datePaid") != nullptr)
        payment->paid_at = read_moment(text(sent, "datePaid"), core.options.offset_minutes)
                               .value_or(payment->paid_at);
    if (path.size() > 1) system.call.tell("ONPAYMENTENTITYSAVED", 0, payment->id);
    return made(payment->id);
}

} // namespace hb::sandbox
