#include "sandbox/portal.h"

#include <cstdio>

#include "base/text.h"
#include "sandbox/core.h"
#include "sandbox/form.h"
#include "sandbox/row_faults.h"
#include "json/writer.h"

// A request's way: bucket, route, token, parameters, then one call or a batch of them.
namespace hb::sandbox {

namespace {

Failure method_not_found() {
    return fail("ERROR_METHOD_NOT_FOUND", "Method not found!", 404);
}

std::string without_suffix(std::string method) {
    while (!method.empty() && method.back() == '/') method.pop_back();
    for (const char* suffix : {".json", ".xml"})
        if (method.ends_with(suffix)) method.resize(method.size() - std::string{suffix}.size());
    return method;
}

std::string seconds_text(std::int64_t ms) {
    char text[40];
    const int length =
        std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(ms / 1000),
                      static_cast<long long>(ms % 1000));
    return {text, static_cast<std::size_t>(length)};
}

// A scope is had under its own name; user.get works with the smaller ones too.
bool has_scope(const Token& token, const std::string& scope) {
    if (scope.empty()) return true;
    for (const auto& one : token.scopes)
        if (one == scope || (scope == "user" && (one == "user_basic" || one == "user_brief")))
            return true;
    return false;
}

// REST 3.0 has an envelope of its own: the error is an object.
HttpAnswer third_answer(int status, std::string_view code, std::string_view message) {
    HttpAnswer out;
    out.status = status;
    json::Writer body;
    body.begin_object().key("error").begin_object().member("code", code);
    out.body = body.member("message", message).end_object().end_object().take();
    return out;
}

HttpAnswer moved(const HttpRequest& request, const std::string& base) {
    HttpAnswer out;
    out.status = 302;
    out.content_type = "text/html; charset=utf-8";
    out.body = "<html><body>Moved</body></html>";
    out.headers.emplace_back("Location", base + request.path +
                                             (request.query.empty() ? "" : "?" + request.query));
    return out;
}

// Slashes that stand together count as one: the official SDK sends "/rest//method".
std::vector<std::string> steps_of(const std::string& path) {
    const auto views = split(trim(path), '/');
    std::vector<std::string> out;
    for (std::size_t i = 0; i < views.size(); ++i)
        if (i == 0 || i + 1 == views.size() || !views[i].empty()) out.emplace_back(views[i]);
    return out;
}

// The token of an application is no parameter of the method when it is in the query.
std::string query_without_auth(const std::string& query) {
    std::vector<std::string> kept;
    for (const auto part : split(query, '&'))
        if (!part.empty() && !part.starts_with("auth=")) kept.emplace_back(part);
    return join(kept, "&");
}

const Fault* find_kind(const std::vector<Fault>& faults, Fault::Kind kind) {
    for (const auto& fault : faults)
        if (fault.kind == kind) return &fault;
    return nullptr;
}

} // namespace

std::string failure_body(const Failure& failure) {
    json::Writer out;
    out.begin_object().key("error").raw(failure.code);
    out.member("error_description", failure.description).end_object();
    return out.take();
}

HttpAnswer failure_answer(const Failure& failure) {
    HttpAnswer answer;
    answer.status = failure.status;
    answer.body = failure_body(failure);
    return answer;
}

PortalState::PortalState(PortalOptions options_, Clock& clock_)
    : clock(clock_), options(std::move(options_)) {
    reset();
}

void PortalState::reset() {
    state = State{};
    state.crm = new_crm_stores();
    tokens.clear();
    faults.clear();
    app = App{};
    events = EventHub{};
    buckets.clear();
    run_times.clear();
    counters = Counters{};
    log.clear();
    writes.clear();
    next_write = 1;
}

HttpAnswer PortalState::answer(const HttpRequest& request) {
    if (request.path == "/sandbox" || request.path.starts_with("/sandbox/"))
        return control(request);
    RequestLine line;
    line.number = ++counters.http_requests;
    line.at_ms = now_ms();
    host = request.host;
    const std::int64_t first_write = next_write;
    HttpAnswer out = route(request, line);
    line.status = out.status;
    ++counters.by_status[out.status];
    // What was written by a request whose answer does not arrive is marked as such.
    if (out.delivery != HttpAnswer::Delivery::Whole || out.content_type.starts_with("text/html"))
        for (auto& write : writes)
            if (write.number >= first_write) write.answered = false;
    log.push_back(std::move(line));
    while (log.size() > options.log_rows_max) log.pop_front();
    return out;
}

HttpAnswer PortalState::route(const HttpRequest& request, RequestLine& line) {
    if (const auto outage = faults.take_outage(now())) {
        HttpAnswer out;
        spoil(out, *outage);
        return out;
    }
    if (request.path == "/oauth/token" || request.path == "/oauth/token/")
        return token_endpoint(request, line);
    if (request.path.starts_with("/oauth/authorize")) return authorize_page(request);
    if (!options.moved_to.empty()) return moved(request, options.moved_to);
    if (options.limits.requests && !buckets.take(request.source, line.at_ms, options.limits))
        return failure_answer(fail("QUERY_LIMIT_EXCEEDED", "Too many requests", 503));
    if (auto file = file_or_page(request)) return spoilt_file(std::move(*file), request, line);
    const auto parts = steps_of(request.path); // "", "rest", uid, token, method
    if (parts.size() < 3 || parts[1] != "rest") return failure_answer(method_not_found());
    if (parts[2] == "api") return third_version(parts, line);
    if (parts.size() == 3 || (parts.size() == 4 && parts[3].empty()))
        return call_by_app(without_suffix(parts[2]), request, line);
    // Without the user's id the token is read as the name of a method.
    if (parts.size() == 4) return failure_answer(method_not_found());
    line.method = without_suffix(parts[4]);
    auto caller = authorise(parts[2], parts[3]);
    if (const auto* failure = std::get_if<Failure>(&caller)) return failure_answer(*failure);
    return call_method(std::get<Caller>(caller), line.method, request, line);
}

// None of the methods here has a third version; who may call is judged before.
HttpAnswer PortalState::third_version(const std::vector<std::string>& parts, RequestLine& line) {
    line.method = without_suffix(parts.back());
    auto caller = parts.size() == 6 ? authorise(parts[3], parts[4])
                                    : std::variant<Caller, Failure>{wrong_credentials()};
    if (std::holds_alternative<Failure>(caller))
        return third_answer(401, "INVALID_CREDENTIALS", "Invalid request credentials");
    return third_answer(400, "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION",
                        "Method `" + line.method + "` was not found");
}

// A download is hit by faults of its method's name: a lost, cut or slow file, an HTML page.
HttpAnswer PortalState::spoilt_file(HttpAnswer answer, const HttpRequest& request,
                                    RequestLine& line) {
    line.method = without_suffix(request.path.substr(request.path.rfind('/') + 1));
    for (const auto& fault : faults.take(line.method, Tree{}, now())) {
        if (fault.kind == Fault::Kind::Error) answer = failure_answer(failure_of(fault));
        if (is_transport(fault)) spoil(answer, fault);
    }
    return answer;
}

HttpAnswer PortalState::call_by_app(const std::string& method, const HttpRequest& request,
                                    RequestLine& line) {
    line.method = method;
    const auto params = read_parameters(request.query, request.content_type, request.body);
    const Tree* auth = params ? params->find("auth") : nullptr;
    auto caller = authorise_app(auth == nullptr ? std::string{} : auth->str());
    if (const auto* failure = std::get_if<Failure>(&caller)) return failure_answer(*failure);
    HttpRequest without = request;
    without.query = query_without_auth(request.query);
    return call_method(std::get<Caller>(caller), method, without, line);
}

std::variant<PortalState::Caller, Failure> PortalState::authorise(const std::string& user,
                                                                  const std::string& token) {
    for (const auto& one : tokens) {
        if (one.token != token || std::to_string(one.user) != user) continue;
        const Fault* narrow = faults.narrowed(token, now());
        if (narrow != nullptr) return authorise_narrowed(one, *narrow);
        const User* owner = state.users.find(one.user);
        if (owner != nullptr && owner->active) return Caller{&one, owner};
    }
    return wrong_credentials();
}

// The webhook was made again by an employee: the same address, his rights.
std::variant<PortalState::Caller, Failure> PortalState::authorise_narrowed(const Token& token,
                                                                           const Fault& narrow) {
    const User* person = state.users.find(parse_integer(narrow.pick.person).value_or(0));
    if (person == nullptr || !person->active) return wrong_credentials();
    narrowed_token = token;
    narrowed_token.user = person->id;
    if (!person->admin) narrowed_token.crm = Token::CrmRights::Own;
    return Caller{&narrowed_token, person};
}

Failure PortalState::wrong_credentials() const {
    return fail("INVALID_CREDENTIALS", "Invalid request credentials", 401);
}

HttpAnswer PortalState::call_method(const Caller& caller, const std::string& method,
                                    const HttpRequest& request, RequestLine& line) {
    line.user = caller.user->id;
    auto params = read_parameters(request.query, request.content_type, request.body);
    if (!params)
        return failure_answer(fail("INVALID_REQUEST", "Malformed body: " + params.error().message));
    const std::int64_t began = now_ms();
    std::vector<Fault> hits = faults.take(method, *params, now());
    const bool is_batch = same_word(method, "batch");
    const Tree* commands = is_batch ? params->find_word("cmd") : nullptr;
    if (commands != nullptr)
        for (const auto& command : commands->strings())
            for (auto& fault : faults.take_blocking(command, now()))
                hits.push_back(std::move(fault));
    HttpAnswer out;
    for (const auto& fault : hits)
        if (blocks_request(fault)) {
            spoil(out, fault);
            return out;
        }

    Outcome outcome;
    std::int64_t cost = 0;
    std::optional<RunTimes::Reading> run_time;
    const Fault* error = find_kind(hits, Fault::Kind::Error);
    if (is_batch && error != nullptr) {
        outcome = failure_of(*error);
    } else if (is_batch) {
        auto batch = run_batch(caller, *params);
        outcome = std::move(batch.outcome);
        line.commands = batch.commands;
        cost = batch.cost_ms;
        run_time = RunTimes::Reading{};
        hits.insert(hits.end(), batch.faults.begin(), batch.faults.end());
    } else {
        Command command = run(caller, method, *params, false, hits);
        outcome = std::move(command.outcome);
        line.commands = 1;
        cost = command.cost_ms;
        run_time = command.run_time;
    }
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        out = failure_answer(*failure);
        line.error = failure->code;
    } else {
        const Answer& answer = std::get<Answer>(outcome);
        out.body = "{\"result\":" + answer.result;
        if (answer.next) out.body += ",\"next\":" + std::to_string(*answer.next);
        if (answer.total) out.body += ",\"total\":" + std::to_string(*answer.total);
        const std::string time = time_block(began, cost, run_time);
        if (!time.empty()) out.body += ",\"time\":" + time;
        out.body += '}';
    }
    for (const auto& fault : hits)
        if (is_transport(fault)) spoil(out, fault);
    return out;
}

Command PortalState::run(const Caller& caller, const std::string& name, const Tree& params,
                         bool in_batch, std::vector<Fault> forced) {
    Command out{Failure{}, now_ms()};
    ++counters.commands;
    const Method* method = method_table().find(name);
    if (method == nullptr || faults.lacks(method->name, now())) {
        ++counters.failures[lower(name)];
        out.outcome = method_not_found();
        return out;
    }
    ++counters.calls[method->name];
    out.faults = in_batch ? faults.take_in_batch(name, params, now()) : std::move(forced);
    if (!has_scope(*caller.token, method->scope)) {
        out.outcome = fail("insufficient_scope",
                           "The request requires higher privileges than provided by the webhook "
                           "token",
                           options.rights_answer_401 ? 401 : 403);
    } else {
        const RunTimes::Key key{lower(method->name), caller.token->token};
        const Limits& limits = options.limits;
        out.run_time = run_times.read(key, out.at_ms);
        if (limits.operating && out.run_time.operating_ms >= limits.operating_limit_ms) {
            out.outcome =
                fail("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429);
        } else {
            const auto cost = limits.cost_ms_of.find(key.first);
            out.cost_ms = cost == limits.cost_ms_of.end() ? limits.cost_ms : cost->second;
            out.outcome = execute(caller, *method, params, out.faults);
            out.run_time = run_times.book(key, out.at_ms, out.cost_ms);
        }
    }
    if (std::holds_alternative<Failure>(out.outcome)) ++counters.failures[method->name];
    return out;
}

Outcome PortalState::execute(const Caller& caller, const Method& method, const Tree& params,
                             const std::vector<Fault>& hits) {
    const Fault* error = find_kind(hits, Fault::Kind::Error);
    if (error != nullptr && !error->after_commit) return failure_of(*error);
    Call call{params, *caller.token, *caller.user, state, options, now()};
    call.base = base_url();
    call.app = &app;
    call.hub = &events;
    call.by_app = caller.by_app;
    call.lacks = [this](std::string_view name) { return faults.lacks(name, now()); };
    if (const Tree* connector = params.find("auth_connector")) call.connector = connector->str();
    for (const auto& fault : hits)
        if (fault.kind == Fault::Kind::MoveRow) move_rows(call, fault);
    Outcome outcome = method.run(call);
    if (const Fault* late = find_kind(hits, Fault::Kind::LateVisible))
        for (const auto& [kind, type, id] : call.created)
            state.hide(kind, type, id, now() + late->seconds);
    if (find_kind(hits, Fault::Kind::Transformation) != nullptr)
        for (const auto& [kind, type, id] : call.created)
            if (Document* document = state.documents.find(id); kind == Thing::Document && document)
                document->failed = true;
    publish(call);
    if (method.writes) keep_write(caller, method, params, outcome);
    if (auto* answer = std::get_if<Answer>(&outcome))
        for (const auto& fault : hits) {
            if (spoils_members(fault))
                spoil_rows(*answer, fault, state, method.name, params);
            else
                spoil(*answer, fault);
        }
    if (error != nullptr) return failure_of(*error);
    return outcome;
}

void PortalState::keep_write(const Caller& caller, const Method& method, const Tree& params,
                             const Outcome& outcome) {
    WrittenCall write;
    write.number = next_write++;
    write.at = now();
    write.method = method.name;
    write.user = caller.user->id;
    write.params = params.dump();
    if (const auto* answer = std::get_if<Answer>(&outcome))
        write.result = answer->result;
    else
        write.error = failure_body(std::get<Failure>(outcome));
    writes.push_back(std::move(write));
    while (writes.size() > options.log_rows_max) writes.pop_front();
}

std::string PortalState::time_block(std::int64_t at_ms, std::int64_t cost_ms,
                                    const std::optional<RunTimes::Reading>& run_time) const {
    if (options.time_form == TimeForm::None) return {};
    const bool whole = options.time_form == TimeForm::WholeSeconds;
    const std::int64_t end_ms = at_ms + cost_ms;
    json::Writer out;
    out.begin_object();
    out.key("start").raw(whole ? std::to_string(at_ms / 1000) : seconds_text(at_ms));
    out.key("finish").raw(seconds_text(end_ms));
    out.key("duration").raw(seconds_text(cost_ms));
    out.key("processing").raw(whole ? "0" : seconds_text(cost_ms));
    out.member("date_start", write_moment(at_ms / 1000, options.offset_minutes));
    out.member("date_finish", write_moment(end_ms / 1000, options.offset_minutes));
    if (run_time && options.time_form != TimeForm::WithoutOperating) {
        const std::int64_t reset = run_time->reset_at;
        out.member("operating_reset_at", reset == 0 ? at_ms / 1000 + 600 : reset);
        out.key("operating").raw(seconds_text(run_time->operating_ms));
    }
    out.end_object();
    return out.take();
}

} // namespace hb::sandbox
