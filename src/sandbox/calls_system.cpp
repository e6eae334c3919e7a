#include "sandbox/call.h"
#include "json/writer.h"

// server.time, scope, methods, method.get, profile, user.admin.
namespace hb::sandbox {

namespace {

bool has_scope(const Token& token, const std::string& scope) {
    return scope.empty() ||
           std::find(token.scopes.begin(), token.scopes.end(), scope) != token.scopes.end();
}

std::string list_of(const std::vector<std::string>& texts) {
    json::Writer out;
    out.begin_array();
    for (const auto& text : texts) out.string(text);
    out.end_array();
    return out.take();
}

Outcome server_time(Call& call) {
    return Answer{json::quote(call.moment(call.now)), {}, {}};
}

Outcome scope(Call& call) {
    const Tree* full = call.param("full");
    const bool all = full != nullptr && full->truthy();
    return Answer{list_of(all ? all_scopes() : call.token.scopes), {}, {}};
}

Outcome methods(Call& call) {
    const Tree* wanted = call.param("scope");
    std::vector<std::string> names;
    for (const auto& method : method_table().all()) {
        const bool named = wanted != nullptr && !wanted->nothing();
        if (call.lacks(method.name)) continue;
        if (named ? method.scope == wanted->str() : has_scope(call.token, method.scope))
            names.push_back(method.name);
    }
    return Answer{list_of(names), {}, {}};
}

Outcome method_get(Call& call) {
    const Tree* name = call.param("name");
    if (name == nullptr) return fail("100", "Could not find value for parameter {name}");
    const Method* method = method_table().find(name->str());
    if (method != nullptr && call.lacks(method->name)) method = nullptr;
    json::Writer out;
    out.begin_object();
    out.member("isExisting", method != nullptr);
    out.member("isAvailable", method != nullptr && has_scope(call.token, method->scope));
    out.end_object();
    return Answer{out.take(), {}, {}};
}

Outcome profile(Call& call) {
    json::Writer out;
    out.begin_object();
    out.member("ID", std::to_string(call.caller.id));
    out.member("ADMIN", call.caller.admin);
    out.member("NAME", call.caller.name);
    out.member("LAST_NAME", call.caller.last_name);
    out.member("PERSONAL_GENDER", "");
    out.member("TIME_ZONE", call.caller.time_zone);
    out.end_object();
    return Answer{out.take(), {}, {}};
}

Outcome user_admin(Call& call) {
    return Answer{call.admin() ? "true" : "false", {}, {}};
}

} // namespace

std::vector<std::string> all_scopes() {
    return {"crm",  "department", "im",   "sonet_group",    "socialnetwork",
            "task", "user",       "sale", "userfieldconfig"};
}

void add_system_calls(MethodTable& to) {
    to.add("server.time", "", server_time);
    to.add("scope", "", scope);
    to.add("methods", "", methods);
    to.add("method.get", "", method_get);
    to.add("profile", "", profile);
    to.add("user.admin", "", user_admin);
}

} // namespace hb::sandbox
