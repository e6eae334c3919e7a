#include "connector/bitrix24/oauth.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "connector/bitrix24/address.h"

namespace hb::connector::bitrix24 {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kMethod = "oauth/token";
constexpr days kRefreshLives{180};
constexpr days kIdleMax{150};
// A server in trouble is not asked with every call that waits.
constexpr minutes kPause{1};
constexpr std::size_t kAnswerMax = 64u << 10;
constexpr std::int64_t kLifeMax = 31 * 86400;

std::string text_of(const json::Value& value) {
    const auto text = value.text();
    return text ? *text : "";
}

// One visible word: tokens travel in URLs and JSON, and are kept one a line.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= 1000 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

Instant end_of(const json::Value& answer, Instant now) {
    const auto life = answer["expires_in"].integer();
    if (life && *life > 0 && *life <= kLifeMax) return now + seconds{*life};
    const auto at = answer["expires"].integer();
    if (at && *at > 0 && *at <= to_epoch_seconds(now) + kLifeMax) return from_epoch_seconds(*at);
    return now + seconds{3600};
}

Trouble trouble_of(Nature nature, std::string what, std::string text, std::string hint) {
    Trouble trouble;
    trouble.nature = nature;
    trouble.method = kMethod;
    trouble.application = true;
    trouble.what = std::move(what);
    trouble.text = std::move(text);
    trouble.hint = std::move(hint);
    return trouble;
}

} // namespace

std::string token_url(const AppTokens& tokens, const OAuthOptions& options) {
    if (!tokens.server.empty() && may_renew_at(tokens.server, tokens.portal, options.oauth_url))
        return tokens.server + "/oauth/token/";
    std::string url = options.oauth_url;
    if (url.empty() || url.back() != '/') url += '/';
    return url;
}

OAuth::OAuth(const Bitrix24Options& options, Clock& clock)
    : options_(*options.oauth), keeper_(options.keeper), timeouts_(options.timeouts),
      user_agent_(options.user_agent), clock_(clock) {
    ensure(keeper_ != nullptr, "an application's tokens need a keeper");
}

Trouble OAuth::broken(std::string what, std::string hint) const {
    Trouble trouble = trouble_of(Nature::Credentials, std::move(what), "", std::move(hint));
    trouble.due = clock_.now() + minutes{5}; // it may have been installed by then
    return trouble;
}

Trouble OAuth::later(std::string what, std::string text) {
    next_try_ = clock_.now() + kPause;
    Trouble trouble = trouble_of(Nature::NotSent, std::move(what), std::move(text),
                                 "nothing is lost: it is tried again");
    trouble.due = next_try_;
    return trouble;
}

std::vector<std::string_view> OAuth::secrets() const {
    std::vector<std::string_view> all{options_.client_secret.reveal()};
    for (const auto& token : seen_) all.push_back(token.reveal());
    return all;
}

// A pair and the one before it: a portal may still quote that.
void OAuth::remember(const AppTokens& tokens) {
    if (!seen_.empty() && seen_.back().reveal() == tokens.refresh.reveal()) return;
    seen_.push_back(tokens.access);
    seen_.push_back(tokens.refresh);
    if (seen_.size() > 4) seen_.erase(seen_.begin(), seen_.begin() + 2);
}

std::variant<AppTokens, Trouble> OAuth::kept() {
    if (unkept_)
        if (auto trouble = keep(unkept_->first, unkept_->second)) return *trouble;
    auto tokens = keeper_->tokens();
    if (!tokens) {
        Trouble trouble = broken(tokens.error().message, tokens.error().hint);
        trouble.text = tokens.error().detail;
        if (tokens.error().code == Code::Machine) trouble.nature = Nature::NotSent;
        return trouble;
    }
    if (!*tokens)
        return broken("can't be called: the application is not installed there yet",
                      "hourbridge portal setup --install tells how");
    remember(**tokens);
    return std::move(**tokens);
}

Ticket OAuth::ticket(net::HttpClient& http) {
    auto have = kept();
    if (auto* trouble = std::get_if<Trouble>(&have)) return {std::move(*trouble), {}};
    const auto& tokens = std::get<AppTokens>(have);
    if (clock_.now() < tokens.expires) return {std::nullopt, tokens.access};
    return renew(http, tokens);
}

Ticket OAuth::after_refusal(net::HttpClient& http, const Secret& token) {
    auto have = kept();
    if (auto* trouble = std::get_if<Trouble>(&have)) return {std::move(*trouble), {}};
    const auto& tokens = std::get<AppTokens>(have);
    // Installed anew meanwhile: that pair has not been tried yet.
    if (tokens.access.reveal() != token.reveal()) return {std::nullopt, tokens.access};
    return renew(http, tokens);
}

std::optional<Trouble> OAuth::refresh_if_idle(net::HttpClient& http) {
    auto have = keeper_->tokens();
    if (!have || !*have) return std::nullopt; // nothing to keep alive
    if (clock_.now() - (*have)->renewed < kIdleMax) return std::nullopt;
    return renew(http, **have).trouble;
}

std::optional<Trouble> OAuth::wait_for_next_try() const {
    if (clock_.now() >= next_try_) return std::nullopt;
    Trouble trouble = trouble_of(Nature::NotYet, "must wait: its token could not be renewed", "",
                                 "nothing is lost: it is tried again");
    trouble.due = next_try_;
    return trouble;
}

Ticket OAuth::renew(net::HttpClient& http, const AppTokens& old) {
    if (!dead_.empty() && dead_.reveal() == old.refresh.reveal())
        return {broken(dead_why_, dead_hint_), {}};
    if (!keeper_->writes())
        return {trouble_of(Nature::NotYet, "can't be asked now: its token has expired", "",
                           "the service, or `hourbridge run`, renews it with its next call"),
                {}};
    if (auto trouble = wait_for_next_try()) return {std::move(trouble), {}};
    auto answer = judge(ask(http, old), old);
    if (auto* trouble = std::get_if<Trouble>(&answer)) return {std::move(*trouble), {}};
    const auto& fresh = std::get<AppTokens>(answer);
    remember(fresh);
    if (auto trouble = keep(old, fresh)) return {std::move(trouble), {}};
    auto have = kept(); // usually `fresh`; what was installed meanwhile wins
    if (auto* trouble = std::get_if<Trouble>(&have)) return {std::move(*trouble), {}};
    return {std::nullopt, std::get<AppTokens>(have).access};
}

std::optional<Trouble> OAuth::keep(const AppTokens& old, const AppTokens& fresh) {
    const auto replaced = keeper_->replace_tokens(old, fresh);
    if (replaced) {
        unkept_.reset();
        return std::nullopt;
    }
    unkept_ = std::make_pair(old, fresh);
    return later("can't be called: its new token can't be stored",
                 replaced.error().message + " " + replaced.error().detail);
}

net::Response OAuth::ask(net::HttpClient& http, const AppTokens& old) {
    net::Request request;
    request.verb = net::Verb::Post; // a query would leave the secrets in logs on the way
    request.url = Secret(token_url(old, options_));
    request.body = "grant_type=refresh_token&client_id=" + percent_encode(options_.client_id) +
                   "&client_secret=" + percent_encode(options_.client_secret.reveal()) +
                   "&refresh_token=" + percent_encode(old.refresh.reveal());
    request.headers = {{"Accept", "application/json"},
                       {"Content-Type", "application/x-www-form-urlencoded"},
                       {"User-Agent", user_agent_}};
    request.timeouts = timeouts_;
    // Each answer uses up the token that was sent: it must not go out twice behind our back.
    request.fresh_connection = true;
    request.answer_bytes_max = kAnswerMax;
    ++requests_;
    return http.send(request);
}

Trouble OAuth::refused(const std::string& code, const std::string& said, const AppTokens& old) {
    const std::string folded = fold_case(code);
    std::string what =
        "does not renew the application's token: " + code + (said.empty() ? "" : " (" + said + ")");
    std::string hint(kInstallAgain);
    if (folded == "invalid_client" || folded == "wrong_client")
        hint = "compare oauth.client_id and oauth.client_secret with the application's card in "
               "Bitrix24";
    else if (folded == "payment_required")
        hint = "the portal's plan must include applications; afterwards it goes on by itself";
    else if (folded == "invalid_grant") {
        what = "does not renew the application's token: it was used or has expired";
        dead_ = old.refresh;
        dead_why_ = what;
        dead_hint_ = hint;
    }
    Trouble trouble = broken(what, hint);
    next_try_ = clock_.now() + kPause;
    return trouble;
}

std::variant<AppTokens, Trouble> OAuth::judge(const net::Response& response, const AppTokens& old) {
    const std::string server = host_of_site(site_of(token_url(old, options_)));
    if (response.reach != net::Reach::Answered)
        return later("can't be called: the OAuth server gives no answer",
                     server + ": " + clean_text(response.trouble, secrets()));
    auto parsed = json::Document::parse(response.body);
    if (!parsed || !parsed->root().is_object())
        return later("can't be called: the OAuth server answered something else",
                     server + ": HTTP " + std::to_string(response.status));
    const json::Value answer = parsed->root();
    const std::string code = clean_text(text_of(answer["error"]), secrets());
    if (!code.empty())
        return refused(code, clean_text(text_of(answer["error_description"]), secrets()), old);
    AppTokens fresh = old;
    fresh.access = Secret(text_of(answer["access_token"]));
    fresh.refresh = Secret(text_of(answer["refresh_token"]));
    if (response.status >= 400 || !is_token(fresh.access.reveal()) ||
        !is_token(fresh.refresh.reveal()))
        return later("can't be called: the OAuth server sent no tokens",
                     server + ": HTTP " + std::to_string(response.status));
    const std::string member = text_of(answer["member_id"]);
    if (!member.empty() && !old.member_id.empty() && member != old.member_id)
        return broken("sent tokens of another portal", std::string(kInstallAgain));
    const Instant now = clock_.now();
    fresh.expires = end_of(answer, now);
    fresh.renewed = now;
    next_try_ = {};
    if (const auto said = site_of(text_of(answer["server_endpoint"]));
        may_renew_at(said, old.portal, options_.oauth_url))
        fresh.server = said;
    if (const auto said = site_of(text_of(answer["client_endpoint"])); may_move(old.portal, said))
        fresh.portal = said;
    if (const auto scope = text_of(answer["scope"]); is_token(scope)) fresh.scope = scope;
    return fresh;
}

std::string OAuth::account() const {
    const auto tokens = keeper_->tokens();
    return tokens && *tokens ? (*tokens)->member_id : "";
}

std::string OAuth::home() const {
    const auto tokens = keeper_->tokens();
    return tokens && *tokens ? (*tokens)->portal : "";
}

std::string OAuth::state() const {
    const auto tokens = keeper_->tokens();
    if (!tokens || !*tokens) return ""; // every call says why
    return "application " + (*tokens)->member_id + ": token good until " +
           format_instant((*tokens)->expires) + ", renewed " + format_instant((*tokens)->renewed) +
           ", must be renewed before " + format_instant((*tokens)->renewed + kRefreshLives);
}

} // namespace hb::connector::bitrix24
