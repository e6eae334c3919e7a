#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/digest.h"
#include "base/text.h"
#include "books/step.h"
#include "web/api/call.h"
#include "json/schema.h"

// Every request of the API comes through here, and is refused in one order whatever it asks for:
// 421 413 403 401 403 404/405 403 429 415 400, then what its handler says: 404 428 412 409.
namespace hb::web::api {
namespace {

constexpr std::size_t kBodyUsual = 64 * 1024;
constexpr int kReadsAMinute = 600;
constexpr int kWritesAMinute = 60;
constexpr int kCostlyAMinute = 10;
constexpr std::chrono::seconds kCostlyPatience{2};
constexpr std::chrono::hours kAnswersKept{24};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string host_of(std::string_view url) {
    const auto cut = url.find("://");
    return std::string(cut == std::string_view::npos ? url : url.substr(cut + 3));
}

bool is_unsafe(const Request& request) {
    return request.method != "GET";
}

// S-2: anyone who is on another page can make a browser send much, but not this.
void same_origin(const Request& request, const std::string& url) {
    const std::string site = request.header("Sec-Fetch-Site");
    if (request.header("X-HB-Request") != "1" || request.header("Origin") != url ||
        (!site.empty() && site != "same-origin"))
        throw Refusal{403, "not_same_origin", "this request comes from another page",
                      "open " + url};
}

void content_type(const Request& request) {
    std::string type = request.header("Content-Type");
    type = std::string(trim(type.substr(0, type.find(';'))));
    if (!same_name(type, "application/json"))
        throw Refusal{415, "content_type", "send JSON", "Content-Type: application/json"};
}

json::Document read_body(const Request& request, const Operation& operation) {
    auto parsed = json::Document::parse(request.body, {.unique_keys = true});
    if (!parsed) throw Refusal{400, "not_json", parsed.error().message, "send one JSON object"};
    Refusal wrong{400, "invalid", "the body is not as it has to be", "see /api/v1/openapi.json"};
    for (const auto& problem : json::check_schema(*parsed, operation.body))
        wrong.errors.emplace_back(problem.path, problem.message);
    if (!wrong.errors.empty()) throw wrong;
    return std::move(*parsed);
}

// A value in an address as the schema's type has it; "" it fits.
std::string trouble_with(const std::string& given, const json::Value& schema) {
    const auto type = schema["type"].text_view().value_or("string");
    const std::string text = type == "string"       ? json::quote(given)
                             : type == "boolean"    ? given
                             : parse_integer(given) ? given
                                                    : json::quote(given);
    const auto value = json::Document::parse(text);
    if (!value) return "expected " + std::string(type);
    const auto problems = json::check_schema(*value, schema);
    return problems.empty() ? "" : problems.front().message;
}

void read_query(const Request& request, const Operation& operation) {
    Refusal wrong{400, "query", "the address is not as it has to be", "see /api/v1/openapi.json"};
    for (const auto& [name, value] : request.query) {
        const auto known = std::find_if(operation.query.begin(), operation.query.end(),
                                        [&name = name](const auto& p) { return p.name == name; });
        const auto times = std::count_if(request.query.begin(), request.query.end(),
                                         [&name = name](const auto& p) { return p.first == name; });
        if (known == operation.query.end())
            wrong.errors.emplace_back(name, "unknown");
        else if (times > 1)
            wrong.errors.emplace_back(name, "given more than once");
        else if (const auto trouble = trouble_with(value, known->schema); !trouble.empty())
            wrong.errors.emplace_back(name, trouble);
    }
    for (const auto& parameter : operation.query) {
        const bool given = std::any_of(request.query.begin(), request.query.end(),
                                       [&](const auto& p) { return p.first == parameter.name; });
        if (parameter.required && !given) wrong.errors.emplace_back(parameter.name, "missing");
    }
    if (!wrong.errors.empty()) throw wrong;
}

void judge_role(const Operation& operation, const Person& who, Instant now) {
    if (operation.is_public() || operation.for_anybody()) {
    } else if (std::none_of(operation.roles.begin(), operation.roles.end(),
                            [&](const auto& role) { return who.has(role); })) {
        throw Refusal{403, "forbidden", "your role does not do this", "ask an owner"};
    }
    if (!operation.fresh) return;
    if (!who.known || !desk::is_fresh(who.known->session, now))
        throw Refusal{403, "fresh_needed", "say your password once more for this",
                      "POST /api/v1/session/fresh"};
}

void judge_pace(Pace& pace, const Operation& operation, const Person& who, Instant now) {
    if (who.actor.empty()) return; // the door has limits of its own
    const std::string key =
        who.actor + (who.known ? "/" + std::to_string(who.known->session.id) : "");
    const bool reads = operation.method == "GET";
    int wait = pace.ask((reads ? "r " : "w ") + key, now, reads ? kReadsAMinute : kWritesAMinute,
                        std::chrono::seconds{60});
    if (wait == 0 && operation.costly)
        wait = pace.ask("c " + key, now, kCostlyAMinute, std::chrono::seconds{60});
    if (wait > 0) throw Refusal{429, "too_many", "too many requests", "wait a little", {}, wait};
}

void judge_key(const Request& request, const Operation& operation) {
    if (!operation.idempotent) return;
    const std::string key = request.header("Idempotency-Key");
    if (key.size() < 16 || key.size() > 128)
        throw Refusal{400, "idempotency_key_needed", "Idempotency-Key is missing or no key",
                      "send 16 to 128 characters, new for each wish"};
}

// A place in the costly queue, until it goes.
class Turn {
public:
    explicit Turn(std::counting_semaphore<2>& of) : of_(of) {
        if (!of_.try_acquire_for(kCostlyPatience))
            throw Refusal{503, "busy", "too much is going on just now", "try again", {}, 5};
    }
    ~Turn() { of_.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    std::counting_semaphore<2>& of_;
};

Answer handled_once(Call& call, Handler handler) {
    std::optional<Turn> turn;
    if (call.operation.costly) turn.emplace(call.at.costly);
    return handler(call);
}

// Holds a wish as being worked for, until it goes.
class UnderWay {
public:
    UnderWay(Wishes& of, std::string wish) : of_(of), wish_(std::move(wish)) {
        if (!of_.begin(wish_))
            throw Refusal{409, "conflict", "this wish is being worked for", "wait for its answer"};
    }
    ~UnderWay() { of_.end(wish_); }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

private:
    Wishes& of_;
    std::string wish_;
};

// Is there an answer that says what became of the wish? Not where the process died on the way
// (status 0), nor where long work was begun by a process that is gone, with which its job went.
bool has_outcome(const Call& call, const store::KeptAnswer& kept) {
    if (kept.status != 202 || kept.at > call.at.began) return kept.status != 0;
    const auto body = json::Document::parse(kept.body);
    return body && call.at.jobs.find(std::string(body->root()["job"].text_view().value_or("")));
}

// The same wish sent twice is done once. One without an outcome is tried again, unless somebody
// works for it.
Answer idempotently(Call& call, Handler handler) {
    const std::string key = sha256_hex(call.request.header("Idempotency-Key"));
    const std::string wish = sha256_hex(call.request.path + "\n" + call.request.body);
    std::optional<UnderWay> under_way;
    {
        books::Step step = call.books().begin(call.actor());
        step->people().forget_answers(step.now() - kAnswersKept);
        const auto kept = step->people().kept_answer(call.who.actor, key);
        if (kept && kept->request != wish)
            throw Refusal{409, "idempotency_key_reused", "this key was used for another wish",
                          "send a new one"};
        if (kept && has_outcome(call, *kept)) {
            Answer again = json(kept->status, kept->body);
            if (!kept->etag.empty()) again.headers.emplace_back("ETag", kept->etag);
            step.done();
            return again;
        }
        under_way.emplace(call.at.wishes, call.who.actor + " " + key);
        step->people().keep_answer({call.who.actor, key, wish, 0, "", "", step.now()});
        step.done();
    }
    const auto forget = [&] {
        books::Step step = call.books().begin(call.actor());
        step->people().forget_answer(call.who.actor, key);
        step.done();
    };
    try {
        Answer done = handled_once(call, handler);
        std::string tag;
        for (const auto& [name, value] : done.headers)
            if (name == "ETag") tag = value;
        books::Step step = call.books().begin(call.actor());
        step->people().keep_answer(
            {call.who.actor, key, wish, done.status, done.body, tag, step.now()});
        step.done();
        return done;
    } catch (...) {
        forget();
        throw;
    }
}

// Rows of the log that this request made, and by which session and from where.
void note_asker(Call& call, std::int64_t since) {
    books::Step step = call.books().begin(call.actor());
    step->people().note_askers(since, call.who.actor,
                               call.who.known ? std::to_string(call.who.known->session.id)
                                              : call.who.kind,
                               call.request.address, call.request.request_id);
    step.done();
}

} // namespace

std::string Request::header(std::string_view name) const {
    std::string out;
    int times = 0;
    for (const auto& [key, value] : headers)
        if (same_name(key, name)) {
            out = value;
            ++times;
        }
    return times == 1 ? out : "";
}

bool Person::has(std::string_view role) const {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool Person::has_any(std::initializer_list<std::string_view> of) const {
    return std::any_of(of.begin(), of.end(), [this](auto role) { return has(role); });
}

std::string Call::query(std::string_view name) const {
    for (const auto& [key, value] : request.query)
        if (key == name) return value;
    return "";
}

std::int64_t Call::id() const {
    const auto number = parse_integer(place());
    if (!number || *number < 1)
        throw Refusal{404, "not_found", "there is no report " + shorten(place(), 40), ""};
    return *number;
}

std::string Call::command(const std::vector<std::string>& words, const std::string* file,
                          bool softly) const {
    std::vector<std::string> line = words;
    line.emplace_back("--json");
    const Told done = at.seams.command(line, who.actor, file);
    const auto document = json::Document::parse(done.document);
    if (!document) throw Refusal{500, "internal", "the command gave no answer"};
    const auto error = document->root()["error"];
    if (error.missing() && (done.exit_code == 0 || softly)) return done.document;
    Refusal refusal = refusal_of(error["code"].text_view().value_or("conflict"),
                                 std::string(error["message"].text_view().value_or("")),
                                 std::string(error["hint"].text_view().value_or("")));
    for (const auto problem : document->root()["problems"])
        refusal.errors.emplace_back(std::string(problem["path"].text_view().value_or("")),
                                    std::string(problem["message"].text_view().value_or("")));
    throw refusal;
}

void Call::match(const std::string& tag) const {
    const std::string given = request.header("If-Match");
    if (given.empty() || given == "*")
        throw Refusal{428, "if_match_needed", "say which version this is about",
                      "If-Match: the ETag of its GET"};
    if (given != tag)
        throw Refusal{412, "stale", "somebody changed it in between", "read it again"};
}

Answer Staff::Impl::guarded(const Request& request, std::string& route) {
    try {
        return routed(request, route);
    } catch (const Refusal& refusal) {
        return problem(refusal, request.request_id);
    } catch (const std::exception& trouble) {
        spdlog::error("api route={} request_id={} error={}", log_value(route),
                      log_value(request.request_id), log_value(trouble.what()));
        return problem({500, "internal", "something went wrong on our side",
                        "tell us the number of this request"},
                       request.request_id);
    }
}

Answer Staff::Impl::routed(const Request& request, std::string& route) {
    if (request.host() != host_of(seams.url)) {
        if (request.host() == host_of(books.settings.public_url)) return not_found(books);
        throw Refusal{421, "wrong_host", "this is not the address of the API", "use " + seams.url};
    }
    const Instant now = books.clock.now();
    const Found found = request.path.starts_with(kBase)
                            ? find_operation(request.method, request.path.substr(kBase.size()))
                            : Found{};
    const Operation* operation = found.operation;
    if (operation != nullptr) route = std::string(kBase) + operation->path;
    const std::size_t room =
        operation != nullptr && operation->body_bytes > 0 ? operation->body_bytes : kBodyUsual;
    if (request.body.size() > room)
        throw Refusal{413, "too_large", "the body is too large",
                      "at most " + std::to_string(room) + " bytes"};
    if (request.path == "/api/v1/openapi.json" && request.method == "GET")
        return json(200, std::string(spec_text()));
    const bool is_public = operation != nullptr && operation->is_public();
    const bool bearer = !request.header("Authorization").empty();
    if (is_unsafe(request) && !bearer) same_origin(request, seams.url);
    Person who;
    if (!is_public) {
        bool over = false;
        who = who_asks(books, request, over);
        if (who.kind.empty())
            throw Refusal{401, over ? "session_over" : "unauthenticated",
                          over ? "the session is over" : "sign in first", "POST /api/v1/session"};
        if (is_unsafe(request) && who.kind == "cookie" &&
            !equal_constant_time(request.header("X-HB-CSRF"), csrf_of(who.secret)))
            throw Refusal{403, "csrf", "X-HB-CSRF is not that of the session",
                          "GET /api/v1/session names it"};
    }
    if (operation == nullptr) {
        if (found.allowed.empty())
            throw Refusal{404, "not_found", "there is no such address", "/api/v1/openapi.json"};
        Refusal other{405, "not_found", "this address does not do that", ""};
        other.headers.emplace_back("Allow", join(found.allowed, ", "));
        throw other;
    }
    judge_role(*operation, who, now);
    judge_pace(pace, *operation, who, now);
    if (!operation->body.missing()) content_type(request);
    json::Document body;
    if (!operation->body.missing()) body = read_body(request, *operation);
    read_query(request, *operation);
    judge_key(request, *operation);
    Call call{*this, request, *operation, found.places, std::move(body), std::move(who)};
    const Handler handler = handler_of(operation->id);
    ensure(handler != nullptr, "each operation of the API has its handler");
    if (call.who.known) desk::seen(books, call.who.known->session);
    if (!is_unsafe(request)) return handled_once(call, handler);
    const std::int64_t before = books.view()->overview.last_event();
    Answer done = operation->idempotent ? idempotently(call, handler) : handled_once(call, handler);
    if (!call.who.actor.empty()) note_asker(call, before);
    return done;
}

} // namespace hb::web::api
