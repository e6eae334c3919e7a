#include "sandbox/control.h"
#include "base/text.h"
#include "sandbox/form.h"
#include "sandbox/row_faults.h"
#include "sandbox/seed_state.h"
#include "json/writer.h"

// The control calls under /sandbox/: for tests and for people with curl. See README.md.
namespace hb::sandbox {

namespace {

HttpAnswer show_state(const PortalState& core) {
    json::Writer out;
    const auto count = [&](const char* name, std::size_t rows) {
        out.member(name, static_cast<std::int64_t>(rows));
    };
    const State& state = core.state;
    out.begin_object();
    out.member("now", write_moment(core.now(), core.options.offset_minutes));
    out.member("clock", dynamic_cast<ManualClock*>(&core.clock) != nullptr ? "manual" : "system");
    count("users", state.users.size());
    count("groups", state.groups.size());
    count("companies", state.crm.at(4).items.size());
    count("contacts", state.crm.at(3).items.size());
    count("deals", state.crm.at(2).items.size());
    count("invoices", state.crm.at(31).items.size());
    count("tasks", state.tasks.size());
    count("entries", state.entries().size());
    count("comments", state.timeline.size());
    count("payments", state.payments.size());
    count("notices", state.notices.size());
    count("task_fields", state.task_fields.size());
    count("types", state.types.size());
    count("documents", state.documents.size());
    count("templates", state.templates.size());
    std::size_t items = 0;
    for (const auto& type : state.types.rows())
        items += state.crm.at(type.entity_type).items.size();
    count("items", items);
    out.member("last_task", state.tasks.last_id()).member("last_entry", state.entries().last_id());
    out.end_object();
    return json_answer(out.take());
}

HttpAnswer show_log(const PortalState& core, const Tree& query) {
    const auto limit = static_cast<std::size_t>(number(query, "limit").value_or(200));
    json::Writer out;
    out.begin_object();
    out.member("http_requests", core.counters.http_requests);
    out.member("commands", core.counters.commands);
    out.key("by_status").begin_object();
    for (const auto& [status, count] : core.counters.by_status)
        out.member(std::to_string(status), count);
    out.end_object().key("calls").begin_object();
    for (const auto& [method, count] : core.counters.calls) out.member(method, count);
    out.end_object().key("failures").begin_object();
    for (const auto& [method, count] : core.counters.failures) out.member(method, count);
    out.end_object().key("requests").begin_array();
    const std::size_t skip = core.log.size() > limit ? core.log.size() - limit : 0;
    for (std::size_t i = skip; i < core.log.size(); ++i) {
        const RequestLine& line = core.log[i];
        out.begin_object().member("number", line.number);
        out.member("at", write_moment(line.at_ms / 1000, core.options.offset_minutes));
        out.member("method", line.method).member("user", line.user).member("status", line.status);
        out.member("commands", line.commands).member("error", line.error).end_object();
    }
    out.end_array().end_object();
    return json_answer(out.take());
}

HttpAnswer show_writes(const PortalState& core, const Tree& query) {
    const std::string method = text(query, "method");
    json::Writer out;
    out.begin_object().key("writes").begin_array();
    for (const auto& write : core.writes) {
        if (!method.empty() && !same_word(write.method, method)) continue;
        out.begin_object().member("number", write.number);
        out.member("at", write_moment(write.at, core.options.offset_minutes));
        out.member("method", write.method).member("user", write.user);
        out.key("params").raw(write.params);
        if (write.error.empty())
            out.key("result").raw(write.result);
        else
            out.key("failure").raw(write.error);
        out.member("answered", write.answered).end_object();
    }
    out.end_array().end_object();
    return json_answer(out.take());
}

// Which objects carry a key of ours: deals by originId, invoices by xmlId, comments by their text.
HttpAnswer show_origin(const PortalState& core, const std::string& origin) {
    json::Writer out;
    const auto list = [&](const char* name, int type, const char* field) {
        const CrmStore& store = core.state.crm.at(type);
        out.key(name).begin_array();
        for (const auto& item : store.items.rows())
            if (store.text(item, field) == origin) out.integer(item.id);
        out.end_array();
    };
    out.begin_object().member("origin", origin);
    list("deals", 2, "originId");
    list("companies", 4, "originId");
    list("invoices", 31, "xmlId");
    out.key("items").begin_array();
    for (const auto& type : core.state.types.rows()) {
        const CrmStore& store = core.state.crm.at(type.entity_type);
        for (const auto& item : store.items.rows())
            if (store.text(item, "xmlId") == origin) out.integer(item.id);
    }
    out.end_array();
    out.key("comments").begin_array();
    for (const auto& comment : core.state.timeline.rows())
        if (comment.text.find(origin) != std::string::npos) out.integer(comment.id);
    out.end_array().end_object();
    return json_answer(out.take());
}

HttpAnswer show_faults(const PortalState& core) {
    json::Writer out;
    out.begin_object().key("faults").begin_array();
    for (const auto& one : core.faults.all()) {
        out.begin_object().member("id", one.id).member("kind", to_string(one.fault.kind));
        out.member("method", one.fault.method).member("left", one.fault.count);
        if (one.fault.until != 0)
            out.member("seconds_left", std::max<Seconds>(0, one.fault.until - core.now()));
        out.member("hits", one.hits).end_object();
    }
    out.end_array().end_object();
    return json_answer(out.take());
}

// What this portal has nothing of.
std::optional<std::string> wrong_fault(const PortalState& core, const Fault& fault) {
    if (auto wrong = wrong_pick(core.state, fault)) return wrong;
    if (fault.kind == Fault::Kind::NoMethod && !fault.method.ends_with('*') &&
        method_table().find(fault.method) == nullptr)
        return "no such method: " + fault.method;
    if (fault.kind == Fault::Kind::Narrow &&
        std::none_of(core.tokens.begin(), core.tokens.end(),
                     [&](const Token& one) { return one.token == fault.token; }))
        return "no such token: " + fault.token;
    return std::nullopt;
}

HttpAnswer change_faults(PortalState& core, const std::string& verb, const Parts& path,
                         const Tree& sent) {
    if (verb == "DELETE") {
        if (path.size() > 1 && !core.remove_fault(id_of(path)))
            return trouble(404, "no such fault");
        if (path.size() == 1) core.clear_faults();
        return done();
    }
    auto read = read_fault(sent);
    if (const auto* wrong = std::get_if<std::string>(&read)) return trouble(400, *wrong);
    Fault& fault = std::get<Fault>(read);
    if (const auto wrong = wrong_fault(core, fault)) return trouble(404, *wrong);
    return made(core.add_fault(std::move(fault)));
}

HttpAnswer move_clock(PortalState& core, const Tree& sent) {
    auto* manual = dynamic_cast<ManualClock*>(&core.clock);
    if (manual == nullptr) return trouble(409, "this portal runs on the system's clock");
    if (const auto seconds = number(sent, "advance_seconds"))
        manual->advance(std::chrono::seconds{*seconds});
    if (const auto set = read_moment(text(sent, "set"), core.options.offset_minutes))
        manual->set(from_epoch_seconds(*set));
    return show_state(core);
}

HttpAnswer users(PortalState& core, const Parts& path, const Tree& sent) {
    User* user = core.state.users.find(id_of(path));
    if (user == nullptr) return trouble(404, "no such person");
    if (const Tree* active = sent.find("active")) user->active = active->truthy();
    if (const Tree* admin = sent.find("admin")) user->admin = admin->truthy();
    if (const Tree* admin = sent.find("crm_admin")) user->crm_admin = admin->truthy();
    if (const Tree* zone = sent.find("time_zone")) {
        if (!zone->str().empty() && !Zone::find(zone->str()))
            return trouble(400, "unknown time zone: " + zone->str());
        user->time_zone = zone->str();
    }
    if (const auto department = number(sent, "department")) user->department = *department;
    if (const Tree* type = sent.find("type")) user->type = type->str();
    return done();
}

HttpAnswer change_tokens(PortalState& core, const std::string& verb, const Parts& path,
                         const Tree& sent) {
    if (verb == "DELETE") {
        const std::string name = path.size() > 1 ? path[1] : std::string{};
        const auto gone =
            std::erase_if(core.tokens, [&](const auto& t) { return t.token == name; });
        return gone > 0 ? done() : trouble(404, "no such token");
    }
    Token token;
    token.token = text(sent, "token");
    token.user = number(sent, "user").value_or(1);
    const Tree* scopes = sent.find("scopes");
    token.scopes = scopes == nullptr ? all_scopes() : scopes->strings();
    if (text(sent, "crm") == "none") token.crm = Token::CrmRights::None;
    if (text(sent, "crm") == "own") token.crm = Token::CrmRights::Own;
    if (token.token.empty()) return trouble(400, "token is needed");
    std::erase_if(core.tokens, [&](const Token& one) { return one.token == token.token; });
    core.tokens.push_back(std::move(token));
    return done();
}

HttpAnswer set_options(PortalState& core, const Tree& sent) {
    Limits& limits = core.options.limits;
    const auto flag = [&](const char* name, bool& to) {
        if (const Tree* value = sent.find(name)) to = value->truthy();
    };
    flag("request_limit", limits.requests);
    flag("operating_limit", limits.operating);
    flag("rights_answer_401", core.options.rights_answer_401);
    flag("strict_filters", core.options.strict_filters);
    flag("gzip", core.options.gzip);
    flag("entry_moves_task", core.options.entry_moves_task);
    flag("entry_dates_writable", core.options.entry_dates_writable);
    flag("smart_processes", core.options.smart_processes);
    flag("document_generator", core.options.document_generator);
    core.options.pdf_seconds = number(sent, "pdf_seconds").value_or(core.options.pdf_seconds);
    core.options.link_seconds = number(sent, "link_seconds").value_or(core.options.link_seconds);
    flag("offline_extended", core.options.offline_extended);
    flag("auth_connector", core.options.auth_connector);
    flag("offline_without_data", core.options.offline_without_data);
    flag("event_reorder", core.options.events.reorder);
    const auto amount = [&](const char* name, std::int64_t& to) {
        to = number(sent, name).value_or(to);
    };
    amount("token_seconds", core.options.token_seconds);
    amount("code_seconds", core.options.code_seconds);
    amount("event_lose_percent", core.options.events.lose_percent);
    amount("event_duplicate_percent", core.options.events.duplicate_percent);
    amount("event_delay_seconds", core.options.events.delay_seconds);
    if (const auto seed = number(sent, "event_seed")) {
        core.options.events.seed = static_cast<std::uint64_t>(*seed);
        core.events.dice = 0;
    }
    if (sent.find("moved_to") != nullptr) core.options.moved_to = text(sent, "moved_to");
    if (sent.find("base_url") != nullptr) core.options.base_url = text(sent, "base_url");
    limits.capacity = static_cast<double>(
        number(sent, "capacity").value_or(static_cast<std::int64_t>(limits.capacity)));
    if (const auto leak = read_decimal(text(sent, "leak_per_second")))
        limits.leak_per_second = static_cast<double>(*leak) / static_cast<double>(kMicro);
    limits.operating_limit_ms =
        number(sent, "operating_limit_ms").value_or(limits.operating_limit_ms);
    limits.cost_ms = number(sent, "cost_ms").value_or(limits.cost_ms);
    if (const Tree* costs = sent.find("cost_ms_of"))
        for (std::size_t i = 0; i < costs->size(); ++i)
            limits.cost_ms_of[lower(costs->key(i))] = costs->at(i)->integer().value_or(0);
    const std::string time = text(sent, "time_form");
    if (time == "full") core.options.time_form = TimeForm::Full;
    if (time == "without_operating") core.options.time_form = TimeForm::WithoutOperating;
    if (time == "whole_seconds") core.options.time_form = TimeForm::WholeSeconds;
    if (time == "none") core.options.time_form = TimeForm::None;
    return done();
}

HttpAnswer clear_logs(PortalState& core) {
    core.log.clear();
    core.writes.clear();
    core.counters = Counters{};
    core.buckets.clear();
    core.run_times.clear();
    return done();
}

HttpAnswer reset_portal(PortalState& core, const Tree& sent) {
    core.reset();
    const std::string seed = text(sent, "seed");
    if (seed == "empty" || seed.empty()) {
        fill_basics(core.state);
    } else if (seed == "agency") {
        fill_basics(core.state);
        fill_agency(core.state, static_cast<std::uint64_t>(number(sent, "number").value_or(1)),
                    AgencySize{}, core.today(), core.options.offset_minutes);
    } else {
        return trouble(400, "unknown seed: " + seed);
    }
    core.tokens = seeded_tokens();
    return show_state(core);
}

} // namespace

HttpAnswer PortalState::control(const HttpRequest& request) {
    const auto views = split(request.path, '/'); // "", "sandbox", what, id, …
    Parts parts{views.begin(), views.end()};
    parts.erase(parts.begin(), parts.begin() + std::min<std::ptrdiff_t>(2, std::ssize(parts)));
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    const std::string what = parts.empty() ? "state" : parts[0];
    const std::string& verb = request.method;
    const auto sent = read_parameters(request.query, request.content_type, request.body);
    if (!sent) return trouble(400, sent.error().message);
    if (verb == "GET") {
        if (what == "state") return show_state(*this);
        if (what == "log") return show_log(*this, *sent);
        if (what == "writes") return show_writes(*this, *sent);
        if (what == "origin" && parts.size() > 1) return show_origin(*this, parts[1]);
        if (what == "faults") return show_faults(*this);
        if (what == "app") return show_app(*this);
        if (what == "events" || what == "hooks") return show_events(*this);
        return trouble(
            404, "nothing to read here; see /sandbox/state, log, writes, faults, app, events");
    }
    if (what == "faults") return change_faults(*this, verb, parts, *sent);
    if (what == "deals") return edit_crm(*this, verb, parts, *sent, 2);
    if (what == "invoices") return edit_crm(*this, verb, parts, *sent, 31);
    if (what == "companies") return edit_crm(*this, verb, parts, *sent, 4);
    if (what == "tasks") return edit_tasks(*this, verb, parts, *sent);
    if (what == "entries") return edit_entries(*this, verb, parts, *sent);
    if (what == "groups") return edit_groups(*this, verb, parts, *sent);
    if (what == "app") return change_app(*this, parts, *sent);
    if (what == "hooks") return change_hooks(*this, verb, parts, *sent);
    if (what == "items") return edit_items(*this, verb, parts, *sent);
    if (what == "templates") return add_template(*this, *sent);
    if (what == "payments") return edit_payments(*this, parts, *sent);
    if (what == "clock") return move_clock(*this, *sent);
    if (what == "users") return users(*this, parts, *sent);
    if (what == "tokens") return change_tokens(*this, verb, parts, *sent);
    if (what == "options") return set_options(*this, *sent);
    if (what == "log") return clear_logs(*this);
    if (what == "reset") return reset_portal(*this, *sent);
    return trouble(404, "unknown control call: " + what);
}

} // namespace hb::sandbox
