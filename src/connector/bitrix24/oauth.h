#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "connector/bitrix24.h"
#include "connector/bitrix24/errors.h"
#include "json/value.h"

namespace hb::connector::bitrix24 {

// A token to call with, or why there is none.
struct Ticket {
    std::optional<Trouble> trouble;
    Secret token;
};

// The pair of tokens of an installed application: renewed when its time is over or a call says so,
// never by a timer (G34; the vendor blocks that). Belongs to the lane's thread, so one renewal runs
// at a time; what an installation stores meanwhile wins by Keeper::replace_tokens.
class OAuth {
public:
    OAuth(const Bitrix24Options& options, Clock& clock);

    Ticket ticket(net::HttpClient& http);
    // The portal refused `token` as expired.
    Ticket after_refusal(net::HttpClient& http, const Secret& token);
    // Renews a pair that was not renewed for 150 of its 180 days.
    std::optional<Trouble> refresh_if_idle(net::HttpClient& http);

    std::string account() const; // member_id; "" not installed
    std::string state() const;   // for people: until when the tokens are good; "" none
    std::string home() const;    // where the portal said it was installed, "" unknown
    std::int64_t requests() const { return requests_; }
    // What must stand in no text.
    std::vector<std::string_view> secrets() const;

private:
    std::variant<AppTokens, Trouble> kept();
    Ticket renew(net::HttpClient& http, const AppTokens& old);
    std::optional<Trouble> wait_for_next_try() const;
    std::optional<Trouble> keep(const AppTokens& old, const AppTokens& fresh);
    net::Response ask(net::HttpClient& http, const AppTokens& old);
    std::variant<AppTokens, Trouble> judge(const net::Response& response, const AppTokens& old);
    Trouble refused(const std::string& code, const std::string& said, const AppTokens& old);
    void remember(const AppTokens& tokens);
    Trouble later(std::string what, std::string text);
    Trouble broken(std::string what, std::string hint) const;

    OAuthOptions options_;
    std::shared_ptr<Keeper> keeper_;
    net::Timeouts timeouts_;
    std::string user_agent_;
    Clock& clock_;
    std::int64_t requests_ = 0;
    Instant next_try_{}; // after a renewal that failed
    Secret dead_;        // a refresh token that was refused for good: it is not asked with again
    std::string dead_why_;
    std::string dead_hint_;
    // Renewed, and the books could not keep it: the old pair is used up, so this one must not be
    // lost.
    std::optional<std::pair<AppTokens, AppTokens>> unkept_;
    std::vector<Secret> seen_; // the last tokens, for secrets()
};

// The OAuth server of a pair, "https://oauth.bitrix.info/oauth/token/".
std::string token_url(const AppTokens& tokens, const OAuthOptions& options);

} // namespace hb::connector::bitrix24
