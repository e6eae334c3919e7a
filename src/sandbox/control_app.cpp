#include "base/text.h"
#include "sandbox/control.h"
#include "json/writer.h"

// Control calls about those who listen: the application, outgoing webhooks, what waits for them.
namespace hb::sandbox {

namespace {

HttpAnswer install(PortalState& core, const Tree& sent) {
    App& app = core.app;
    const User* user = core.state.users.find(number(sent, "user").value_or(1));
    if (user == nullptr) return trouble(404, "no such person");
    app.uninstall();
    core.events.handlers.clear(); // an application that is installed again binds them again
    if (!text(sent, "client_id").empty()) app.client_id = text(sent, "client_id");
    if (!text(sent, "client_secret").empty()) app.client_secret = text(sent, "client_secret");
    app.handler = text(sent, "handler");
    const Tree* scopes = sent.find("scopes");
    app.scopes = scopes == nullptr ? all_scopes() : scopes->strings();
    if (app.application_token.empty()) app.application_token = app.new_token("application");
    app.installed = true;
    const std::string access = app.new_access(*user, core.now(), core.options);
    const std::string refresh = app.new_refresh(user->id, core.now());
    if (!app.handler.empty()) {
        Told told{"ONAPPINSTALL", Tree::map(), ""};
        for (const auto& [name, value] : {std::pair{"VERSION", "1"},
                                          {"ACTIVE", "Y"},
                                          {"INSTALLED", "Y"},
                                          {"LANGUAGE_ID", "ru"}})
            told.data.put(name, Tree::text(value));
        Tree auth = core.auth_block(app.application_token);
        auth.put("access_token", Tree::text(access));
        auth.put("refresh_token", Tree::text(refresh));
        auth.put("expires_in", Tree::text(std::to_string(core.options.token_seconds)));
        auth.put("scope", Tree::text(join(app.scopes, ",")));
        auth.put("status", Tree::text("L"));
        core.send_event(app.handler, told, 0, auth);
    }
    json::Writer out;
    out.begin_object().member("client_id", app.client_id);
    out.member("client_secret", app.client_secret).member("access_token", access);
    out.member("refresh_token", refresh).member("application_token", app.application_token);
    out.member("member_id", member_id()).end_object();
    return json_answer(out.take());
}

HttpAnswer uninstall(PortalState& core, const Tree& sent) {
    App& app = core.app;
    if (!app.installed) return trouble(409, "the application is not installed");
    app.uninstall();
    core.events.handlers.clear();
    if (!app.handler.empty()) {
        Told told{"ONAPPUNINSTALL", Tree::map(), ""};
        const Tree* clean = sent.find("clean");
        told.data.put("LANGUAGE_ID", Tree::text("ru"));
        told.data.put("CLEAN", Tree::text(clean != nullptr && clean->truthy() ? "1" : "0"));
        core.send_event(app.handler, told, 0, core.auth_block(app.application_token));
    }
    return done();
}

HttpAnswer code(PortalState& core, const Tree& sent) {
    json::Writer out;
    out.begin_object().member(
        "code", core.app.new_code(number(sent, "user").value_or(1), core.now(), core.options));
    out.end_object();
    return json_answer(out.take());
}

// Every token is out of date at once, as in the middle of a long walk.
// The access tokens run out; with "refresh" the right to renew them too, as after 180 days.
HttpAnswer expire(PortalState& core, const Tree& sent) {
    for (auto& [token, one] : core.app.access) one.expires = core.now();
    const Tree* refresh = sent.find("refresh");
    if (refresh != nullptr && refresh->truthy())
        for (auto& [token, one] : core.app.refresh) one.expires = core.now();
    return done();
}

} // namespace

HttpAnswer show_app(const PortalState& core) {
    const App& app = core.app;
    json::Writer out;
    out.begin_object().member("installed", app.installed).member("client_id", app.client_id);
    out.member("exchanged", app.exchanged).member("refreshed", app.refreshed);
    out.member("refused", app.refused);
    out.member("access_tokens", static_cast<std::int64_t>(app.access.size()));
    out.member("refresh_tokens", static_cast<std::int64_t>(app.refresh.size()));
    out.key("handlers").begin_array();
    for (const auto& one : core.events.handlers)
        out.begin_object().member("event", one.event).member("handler", one.url).end_object();
    out.end_array().end_object();
    return json_answer(out.take());
}

HttpAnswer change_app(PortalState& core, const Parts& path, const Tree& sent) {
    const std::string what = path.size() > 1 ? path[1] : std::string{};
    if (what == "install") return install(core, sent);
    if (what == "uninstall") return uninstall(core, sent);
    if (what == "code") return code(core, sent);
    if (what == "expire") return expire(core, sent);
    return trouble(404, "unknown control call: app/" + what +
                            "; there are install, uninstall, code, expire");
}

HttpAnswer show_events(const PortalState& core) {
    const EventHub& hub = core.events;
    json::Writer out;
    out.begin_object().member("queued", hub.queued).member("lost", hub.lost);
    out.member("doubled", hub.doubled).member("delivered", hub.delivered);
    out.member("failed", hub.failed);
    out.member("waiting", static_cast<std::int64_t>(hub.queue.size()));
    out.member("offline", static_cast<std::int64_t>(hub.offline.size()));
    out.key("hooks").begin_array();
    for (const auto& hook : hub.hooks) {
        out.begin_object().member("id", hook.id).member("url", hook.url);
        out.key("events").begin_array();
        for (const auto& name : hook.events) out.string(name);
        out.end_array().end_object();
    }
    out.end_array().end_object();
    return json_answer(out.take());
}

HttpAnswer change_hooks(PortalState& core, const std::string& verb, const Parts& path,
                        const Tree& sent) {
    EventHub& hub = core.events;
    if (verb == "DELETE") {
        const std::int64_t id = id_of(path);
        const auto gone =
            std::erase_if(hub.hooks, [&](const EventHook& one) { return id == 0 || one.id == id; });
        return gone > 0 || id == 0 ? done() : trouble(404, "no such hook");
    }
    EventHook hook;
    hook.url = text(sent, "url");
    hook.application_token = text(sent, "application_token");
    if (hook.url.empty()) return trouble(400, "url is needed");
    const auto known = known_events(core.state);
    const Tree* names = sent.find("events");
    for (auto name : names == nullptr ? std::vector<std::string>{} : names->strings()) {
        if (name == "ONCRMDEALMOVETOCATEGORY")
            return trouble(400, "an outgoing webhook is not offered " + name);
        if (std::find(known.begin(), known.end(), name) == known.end())
            return trouble(400, "unknown event: " + name);
        hook.events.push_back(std::move(name));
    }
    if (hook.events.empty()) return trouble(400, "events are needed");
    hook.id = hub.next_hook++;
    if (hook.application_token.empty()) hook.application_token = core.app.new_token("application");
    json::Writer out;
    out.begin_object().member("id", hook.id);
    out.member("application_token", hook.application_token).member("member_id", member_id());
    out.end_object();
    hub.hooks.push_back(std::move(hook));
    return json_answer(out.take());
}

HttpAnswer edit_groups(PortalState& core, const std::string& verb, const Parts& path,
                       const Tree& sent) {
    System system{core, sent};
    Group* group = path.size() > 1 ? core.state.groups.find(id_of(path)) : nullptr;
    if (path.size() > 1 && group == nullptr) return trouble(404, "no such group");
    if (group != nullptr && verb == "DELETE") {
        const std::int64_t id = group->id;
        core.state.groups.erase(id);
        system.call.tell("ONSONETGROUPDELETE", 0, id);
        return done();
    }
    Group changed = group == nullptr ? Group{} : *group;
    if (!text(sent, "name").empty()) changed.name = text(sent, "name");
    if (const Tree* closed = sent.find("closed")) changed.closed = closed->truthy();
    if (group != nullptr) {
        *group = changed;
        system.call.tell("ONSONETGROUPUPDATE", 0, group->id);
        return done();
    }
    changed.id = number(sent, "id").value_or(core.state.groups.last_id() + 1);
    if (core.state.groups.find(changed.id) != nullptr) return trouble(409, "that group exists");
    changed.created = core.now();
    const std::int64_t id = core.state.groups.add(std::move(changed)).id;
    system.call.tell("ONSONETGROUPADD", 0, id);
    return made(id);
}

} // namespace hb::sandbox
