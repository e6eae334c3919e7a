#include "base/text.h"
#include "sandbox/app.h"
#include "sandbox/core.h"
#include "sandbox/form.h"
#include "json/writer.h"

// The OAuth server, on the portal's own host: codes and refresh tokens for access tokens. A refresh
// token works once.
namespace hb::sandbox {

namespace {

HttpAnswer refusal(std::string_view code, std::string_view text, int status = 400) {
    return failure_answer(fail(code, text, status));
}

std::string text_of(const Tree& sent, std::string_view name) {
    const Tree* value = sent.find(name);
    return value == nullptr ? std::string{} : value->str();
}

const Fault* find_kind(const std::vector<Fault>& faults, Fault::Kind kind) {
    for (const auto& fault : faults)
        if (fault.kind == kind) return &fault;
    return nullptr;
}

} // namespace

HttpAnswer PortalState::issue_tokens(std::int64_t user, bool refreshed) {
    const User* person = state.users.find(user);
    if (person == nullptr || !person->active)
        return refusal("invalid_grant", "The user no longer exists");
    const std::string access = app.new_access(*person, now(), options);
    const std::string refresh = app.new_refresh(user, now());
    const std::string base = base_url();
    json::Writer out;
    out.begin_object().member("access_token", access);
    out.member("client_endpoint", base + "/rest/").member("domain", host_of(base));
    if (refreshed) out.member("expires", now() + options.token_seconds);
    out.member("expires_in", options.token_seconds).member("member_id", member_id());
    out.member("refresh_token", refresh).member("scope", join(app.scopes, ","));
    out.member("server_endpoint", base + "/rest/").member("status", "L");
    if (refreshed) out.member("user_id", user);
    out.end_object();
    HttpAnswer answer;
    answer.body = out.take();
    return answer;
}

HttpAnswer PortalState::exchange(const Tree& sent) {
    const std::string grant = text_of(sent, "grant_type");
    if (text_of(sent, "client_id") != app.client_id ||
        text_of(sent, "client_secret") != app.client_secret)
        return refusal("invalid_client", "Client not found", 401);
    const bool refreshed = grant == "refresh_token";
    if (!refreshed && grant != "authorization_code")
        return refusal("invalid_request", "Unknown grant_type");
    auto& rights = refreshed ? app.refresh : app.codes;
    const auto at = rights.find(text_of(sent, refreshed ? "refresh_token" : "code"));
    if (at == rights.end()) return refusal("invalid_grant", "Invalid grant");
    const App::Right right = at->second;
    rights.erase(at); // it works once, whether the answer arrives or not
    if (right.expires <= now()) return refusal("invalid_grant", "The grant has expired");
    ++(refreshed ? app.refreshed : app.exchanged);
    return issue_tokens(right.user, refreshed);
}

HttpAnswer PortalState::token_endpoint(const HttpRequest& request, RequestLine& line) {
    line.method = "oauth.token";
    const auto sent = read_parameters(request.query, request.content_type, request.body);
    if (!sent) return refusal("invalid_request", "Malformed body");
    ++counters.calls[line.method];
    const auto hits = faults.take(line.method, *sent, now());
    HttpAnswer out;
    for (const auto& fault : hits)
        if (blocks_request(fault)) {
            spoil(out, fault);
            return out;
        }
    const Fault* error = find_kind(hits, Fault::Kind::Error);
    if (error != nullptr && !error->after_commit) return failure_answer(failure_of(*error));
    out = exchange(*sent);
    if (out.status != 200) {
        ++app.refused;
        ++counters.failures[line.method];
    }
    if (error != nullptr) out = failure_answer(failure_of(*error));
    for (const auto& fault : hits)
        if (is_transport(fault)) spoil(out, fault);
    return out;
}

// A person's browser: the portal asks nobody and sends it back with a code.
HttpAnswer PortalState::authorize_page(const HttpRequest& request) {
    const Tree query = read_form(request.query);
    if (text_of(query, "client_id") != app.client_id)
        return refusal("invalid_client", "Client not found", 401);
    const std::string asked = text_of(query, "redirect_uri");
    const std::string back = asked.empty() ? app.handler : asked;
    if (back.empty()) return refusal("invalid_request", "The application has no address");
    const std::string base = base_url();
    HttpAnswer out;
    out.status = 302;
    out.content_type = "text/html; charset=utf-8";
    out.headers.emplace_back("Location", back + (back.find('?') == std::string::npos ? "?" : "&") +
                                             "code=" + app.new_code(1, now(), options) +
                                             "&state=" + percent_encode(text_of(query, "state")) +
                                             "&domain=" + percent_encode(host_of(base)) +
                                             "&member_id=" + member_id() +
                                             "&scope=" + percent_encode(join(app.scopes, ",")) +
                                             "&server_domain=" + percent_encode(host_of(base)));
    return out;
}

std::variant<PortalState::Caller, Failure> PortalState::authorise_app(const std::string& access) {
    if (access.empty()) return fail("NO_AUTH_FOUND", "Wrong authorization data", 401);
    const auto at = app.access.find(access);
    if (at == app.access.end())
        return fail("invalid_token", "Unable to get application by token", 401);
    if (at->second.expires <= now())
        return fail("expired_token", "The access token provided has expired", 401);
    const User* user = state.users.find(at->second.token.user);
    if (user == nullptr || !user->active)
        return fail("user_access_error", "The user does not have access to the application",
                    options.rights_answer_401 ? 401 : 403);
    return Caller{&at->second.token, user, true};
}

} // namespace hb::sandbox
