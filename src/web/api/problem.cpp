#include "web/api/problem.h"

#include "base/clean.h"
#include "base/exit_code.h"
#include "json/writer.h"

namespace hb::web::api {
namespace {

std::string title_of(int status) {
    switch (status) {
    case 400:
        return "The request is not right";
    case 401:
        return "Sign in first";
    case 403:
        return "Not allowed";
    case 404:
        return "There is no such thing";
    case 405:
        return "Method not allowed";
    case 409:
        return "Not in this state";
    case 412:
        return "Somebody changed it in between";
    case 413:
        return "Too large";
    case 415:
        return "Another kind of content is wanted";
    case 421:
        return "Another address is meant";
    case 428:
        return "Say which version is meant";
    case 429:
        return "Too many requests";
    case 502:
    case 503:
        return "Not just now";
    default:
        return "Something went wrong on our side";
    }
}

} // namespace

Refusal refusal_of(std::string_view word, std::string message, std::string hint) {
    if (word == code_word(Code::NotFound))
        return {404, "not_found", std::move(message), std::move(hint)};
    if (word == code_word(Code::Conflict) || word == code_word(Code::NeedsPerson))
        return {409, "conflict", std::move(message), std::move(hint)};
    if (word == code_word(Code::Remote) || word == code_word(Code::Forbidden))
        return {502, "busy", std::move(message), std::move(hint)};
    if (word == code_word(Code::Machine))
        return {503, "busy", std::move(message), std::move(hint), {}, 5};
    return {400, "invalid", std::move(message), std::move(hint)};
}

Refusal refusal_of(const Error& error) {
    return refusal_of(code_word(error.code), error.message, error.hint);
}

std::string problem_json(const Refusal& refusal, std::string_view request_id) {
    json::Writer out;
    out.begin_object().member("type", "about:blank").member("title", title_of(refusal.status));
    out.member("status", refusal.status).member("code", refusal.code);
    out.member("message", refusal.message).member("hint", refusal.hint);
    out.member("request_id", request_id);
    if (!refusal.errors.empty()) {
        out.key("errors").begin_array();
        for (const auto& [path, message] : refusal.errors)
            out.begin_object().member("path", path).member("message", message).end_object();
        out.end_array();
    }
    out.end_object();
    return for_people_json(out.text());
}

Answer problem(const Refusal& refusal, std::string_view request_id) {
    Answer out;
    out.status = refusal.status;
    out.type = "application/problem+json";
    out.body = problem_json(refusal, request_id);
    out.headers = refusal.headers;
    if (refusal.retry_after > 0)
        out.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after));
    return out;
}

} // namespace hb::web::api
