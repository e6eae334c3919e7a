#include "connector/manifest/tokens.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::connector::manifest {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// A token that ends in the middle of a call is as bad as none.
constexpr seconds kEarly{60};
constexpr std::int64_t kLifeMax = 31 * 86400;
// Refresh tokens live a month or longer wherever they end at all.
constexpr days kIdleMax{14};

bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= 8000 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

Error no_tokens(const std::string& remote, std::string why, std::string hint) {
    return Error{Code::Forbidden, remote + " " + std::move(why), "", std::move(hint)};
}

} // namespace

std::string Tokens::url() const {
    return oauth_.refresh_url.fill_all(names_);
}

// The pair that the settings begin with: its refresh token, and in `scope` a mark of it, so that a
// token which somebody sets anew goes before the pair that grew from the old one.
AppTokens Tokens::first() const {
    AppTokens pair;
    const std::string refresh = oauth_.refresh_token.fill(names_).value_or("");
    if (!is_token(refresh)) return pair;
    pair.refresh = Secret(refresh);
    pair.scope = "settings " + sha256_hex(refresh).substr(0, 16);
    return pair;
}

Tokens::Ticket Tokens::ticket() {
    if (!options_.keeper)
        return {"", std::nullopt,
                no_tokens(options_.remote, "can't be called: its tokens can't be kept here",
                          "run it with its books: hourbridge sync " + options_.remote)};
    if (unkept_)
        if (auto kept = keep(unkept_->first, unkept_->second); !kept)
            return {"", std::nullopt, kept.error()};
    auto tokens = options_.keeper->tokens();
    if (!tokens) return {"", std::nullopt, tokens.error()};
    const AppTokens begin = first();
    kept_ = *tokens ? **tokens : AppTokens{};
    const bool older = !kept_.scope.empty() && kept_.scope != begin.scope;
    if (!begin.refresh.empty() && (!*tokens || older)) *tokens = begin;
    if (!*tokens)
        return {"", std::nullopt,
                no_tokens(options_.remote, "can't be called: no token of it is kept yet",
                          "set settings.refresh_token of this remote, then: hourbridge sync " +
                              options_.remote)};
    seen_ = {(*tokens)->access.reveal(), (*tokens)->refresh.reveal()};
    const bool good = !(*tokens)->access.empty() && (*tokens)->access.reveal() != refused_ &&
                      clock_.now() + kEarly < (*tokens)->expires;
    if (good) return {(*tokens)->access.reveal(), std::nullopt, std::nullopt};
    if (!options_.keeper->writes())
        return {"", std::nullopt,
                Error{Code::Remote,
                      options_.remote + " can't be asked now: its token has expired, and a new "
                                        "one could not be kept while the books are only read",
                      "", "try again while nothing else has the books"}};
    asked_ = **tokens;
    return {"", renewal(**tokens), std::nullopt};
}

net::Request Tokens::renewal(const AppTokens& tokens) const {
    const std::vector<std::pair<std::string, std::string>> fields{
        {"grant_type", "refresh_token"},
        {"client_id", oauth_.client_id.fill_all(names_)},
        {"client_secret", oauth_.client_secret.fill_all(names_)},
        {"refresh_token", tokens.refresh.reveal()}};
    net::Request request;
    request.verb = net::Verb::Post;
    request.url = Secret(url());
    request.fresh_connection = true; // a pair must never be renewed twice unseen
    request.timeouts = options_.timeouts;
    request.headers = {{"Accept", "application/json"}};
    if (oauth_.json) {
        json::Writer body;
        body.begin_object();
        for (const auto& [name, value] : fields) body.member(name, value);
        request.body = body.end_object().take();
        request.headers.emplace_back("Content-Type", "application/json");
        return request;
    }
    std::vector<std::string> parts;
    for (const auto& [name, value] : fields) parts.push_back(name + "=" + percent_encode(value));
    request.body = join(parts, "&");
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return request;
}

void Tokens::refused(const std::string& token) {
    refused_ = token;
}

Status Tokens::take(const net::Response& response) {
    ensure(asked_.has_value(), "a renewal was asked for");
    if (response.reach != net::Reach::Answered || response.status >= 500)
        return Error{Code::Remote, options_.remote + ": the token could not be renewed",
                     response.trouble, "nothing is lost: it is tried again"};
    const auto parsed = json::Document::parse(response.body);
    const json::Value answer = parsed ? parsed->root() : json::Value();
    const std::string access(answer["access_token"].text_view().value_or(""));
    if (!is_token(access))
        return no_tokens(
            options_.remote,
            "refuses to renew its token: " +
                shorten(to_utf8(answer["error"].text_view().value_or("no reason")), 80),
            "allow hourbridge again in the planner and set the new refresh_token");
    AppTokens fresh = *asked_;
    fresh.access = Secret(access);
    const std::string refresh(answer["refresh_token"].text_view().value_or(""));
    if (is_token(refresh)) fresh.refresh = Secret(refresh);
    const auto life = answer["expires_in"].integer();
    const std::int64_t lives = life && *life > 0 && *life <= kLifeMax ? *life : 3600;
    fresh.expires = clock_.now() + seconds{lives};
    fresh.renewed = clock_.now();
    return keep(kept_, fresh);
}

// Kept before it is used: a pair that is lost can't be renewed again.
Status Tokens::keep(const AppTokens& old, const AppTokens& fresh) {
    auto kept = options_.keeper->replace_tokens(old, fresh);
    if (!kept) {
        unkept_ = std::pair{old, fresh};
        return kept.error();
    }
    unkept_.reset();
    seen_ = {fresh.access.reveal(), fresh.refresh.reveal(), old.access.reveal(),
             asked_ ? asked_->refresh.reveal() : old.refresh.reveal()};
    return {};
}

bool Tokens::idle() const {
    if (!options_.keeper) return false;
    auto tokens = options_.keeper->tokens();
    return tokens && *tokens && clock_.now() - (*tokens)->renewed > kIdleMax;
}

std::vector<std::string> Tokens::secrets() const {
    return seen_;
}

} // namespace hb::connector::manifest
