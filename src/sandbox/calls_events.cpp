#include "base/text.h"
#include "sandbox/app.h"
#include "sandbox/events.h"
#include "json/writer.h"

// event.*, events, app.info and feature.get. Only the application may bind and read events.
namespace hb::sandbox {

namespace {

Failure denied(std::string_view text) {
    return fail("ACCESS_DENIED", "Access denied! " + std::string{text}, 403);
}

Failure licence(std::string_view feature) {
    return fail("WRONG_LICENSE", "Feature " + std::string{feature} + " is not in your plan", 403);
}

std::optional<Failure> need_app(const Call& call) {
    if (call.by_app) return std::nullopt;
    return fail("WRONG_AUTH_TYPE", "Current authorization type is denied for this method", 403);
}

std::string text_of(const Call& call, const char* name) {
    const Tree* sent = call.param(name);
    return sent == nullptr ? std::string{} : sent->str();
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

bool has_scope(const Token& token, const std::string& scope) {
    return scope.empty() ||
           std::find(token.scopes.begin(), token.scopes.end(), scope) != token.scopes.end();
}

bool same_target(const EventHandler& a, const EventHandler& b) {
    return a.event == b.event && a.url == b.url && a.offline == b.offline &&
           a.auth_user == b.auth_user && a.connector == b.connector;
}

// What the call names; an event that the caller's scopes do not reach is unknown to it.
std::variant<EventHandler, Failure> read_handler(const Call& call) {
    EventHandler out;
    out.event = upper(text_of(call, "event"));
    const auto known = known_events(call.state);
    if (std::find(known.begin(), known.end(), out.event) == known.end() ||
        !has_scope(call.token, scope_of_event(out.event)))
        return fail("ERROR_EVENT_NOT_FOUND", "Event not found");
    out.offline = text_of(call, "event_type") == "offline";
    out.url = out.offline ? std::string{} : text_of(call, "handler");
    out.auth_user = call.integer("auth_type").value_or(0);
    out.connector = text_of(call, "auth_connector");
    return out;
}

Outcome bind(Call& call) {
    if (auto failure = need_app(call)) return *failure;
    auto read = read_handler(call);
    if (const auto* failure = std::get_if<Failure>(&read)) return *failure;
    EventHandler& handler = std::get<EventHandler>(read);
    if (handler.offline && !call.admin())
        return denied("Offline events binding requires administrator access rights");
    if (handler.auth_user != 0 && handler.auth_user != call.caller.id && !call.admin())
        return denied("Event binding with AUTH_TYPE requires administrator access rights");
    if (!handler.connector.empty() && !call.options.auth_connector)
        return licence("rest_auth_connector");
    if (!handler.offline && handler.url.find("://") == std::string::npos)
        return fail("ERROR_ARGUMENT", "Wrong handler URL");
    for (const auto& one : call.hub->handlers)
        if (same_target(one, handler))
            return fail("ERROR_CORE", "Unable to set event handler: Handler already binded");
    handler.id = call.hub->next_handler++;
    call.hub->handlers.push_back(std::move(handler));
    return Answer{"true", {}, {}};
}

Outcome unbind(Call& call) {
    if (auto failure = need_app(call)) return *failure;
    const auto read = read_handler(call);
    if (const auto* failure = std::get_if<Failure>(&read)) return *failure;
    const EventHandler& wanted = std::get<EventHandler>(read);
    if (wanted.offline && !call.admin())
        return denied("Offline events unbinding requires administrator access rights");
    const bool of_one = call.param("auth_type") != nullptr;
    const auto gone = std::erase_if(call.hub->handlers, [&](const EventHandler& one) {
        return one.event == wanted.event && one.url == wanted.url &&
               one.offline == wanted.offline && (!of_one || one.auth_user == wanted.auth_user);
    });
    json::Writer out;
    out.begin_object().member("count", static_cast<std::int64_t>(gone)).end_object();
    return Answer{out.take(), {}, {}};
}

Outcome get(Call& call) {
    if (auto failure = need_app(call)) return *failure;
    json::Writer out;
    out.begin_array();
    for (const auto& one : call.hub->handlers) {
        out.begin_object().member("event", one.event);
        if (!one.offline) out.member("handler", one.url);
        if (!one.offline) out.member("auth_type", std::to_string(one.auth_user));
        if (one.offline) out.member("connector_id", one.connector);
        out.member("offline", one.offline ? 1 : 0).end_object();
    }
    out.end_array();
    return Answer{out.take(), {}, {}};
}

Outcome events(Call& call) {
    if (auto failure = need_app(call)) return *failure;
    const Tree* scope = call.param("SCOPE");
    const Tree* full = call.param("FULL");
    json::Writer out;
    out.begin_array();
    for (const auto& name : known_events(call.state)) {
        const std::string own = scope_of_event(name);
        const bool wanted = scope != nullptr
                                ? own.empty() || own == scope->str()
                                : (full != nullptr && full->truthy()) || has_scope(call.token, own);
        if (wanted) out.string(name);
    }
    out.end_array();
    return Answer{out.take(), {}, {}};
}

Outcome test(Call& call) {
    if (auto failure = need_app(call)) return *failure;
    Told told{"ONAPPTEST", Tree::map(), ""};
    Tree& query = told.data.put("QUERY", Tree::map());
    for (std::size_t i = 0; i < call.params.size(); ++i)
        if (call.params.key(i) != "auth") query.put(call.params.key(i), *call.params.at(i));
    call.told.push_back(std::move(told));
    return Answer{"1", {}, {}};
}

Outcome app_info(Call& call) {
    if (!call.by_app) return fail("ACCESS_DENIED", "Access denied! Application context required");
    json::Writer out;
    out.begin_object().member("ID", 5).member("CODE", call.app->client_id).member("VERSION", 1);
    out.member("STATUS", "L").member("INSTALLED", call.app->installed);
    out.member("PAYMENT_EXPIRED", "N").key("DAYS").null().member("LANGUAGE_ID", "ru");
    out.member("LICENSE", "ru_pro100").member("LICENSE_TYPE", "pro100");
    out.member("LICENSE_FAMILY", "pro").end_object();
    return Answer{out.take(), {}, {}};
}

Outcome feature_get(Call& call) {
    const std::string code = text_of(call, "CODE");
    if (code.empty()) return fail("CODE_EMPTY", "CODE can't be empty");
    const bool has = (code == "rest_offline_extended" && call.options.offline_extended) ||
                     (code == "rest_auth_connector" && call.options.auth_connector);
    json::Writer out;
    out.begin_object().member("value", has ? "Y" : "N").end_object();
    return Answer{out.take(), {}, {}};
}

} // namespace

void add_event_calls(MethodTable& to) {
    to.add("event.bind", "", bind, true);
    to.add("event.unbind", "", unbind, true);
    to.add("event.get", "", get);
    to.add("event.test", "", test);
    to.add("events", "", events);
    to.add("app.info", "", app_info);
    to.add("feature.get", "", feature_get);
}

} // namespace hb::sandbox
