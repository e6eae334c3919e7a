#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "connector/manifest.h"
#include "connector/manifest/vocabulary.h"

// The pair of OAuth tokens of one account, renewed in time and kept before it is used.
namespace hb::connector::manifest {

class Tokens {
public:
    Tokens(const OAuth& oauth, Names names, const PlannerOptions& options, Clock& clock)
        : oauth_(oauth), names_(std::move(names)), options_(options), clock_(clock) {}

    // What a call needs: a good access token, or the request that gets one.
    struct Ticket {
        std::string token;
        std::optional<net::Request> renew; // its answer goes to take()
        std::optional<Error> error;
    };
    Ticket ticket();
    // The remote refused this token although it should be good.
    void refused(const std::string& token);
    // The answer to `renew`. Good when the next ticket() has a token.
    Status take(const net::Response& response);
    bool idle() const; // refreshed so long ago that the right to refresh may end
    std::vector<std::string> secrets() const;
    std::string url() const;

private:
    AppTokens first() const;
    net::Request renewal(const AppTokens& tokens) const;
    Status keep(const AppTokens& old, const AppTokens& fresh);

    const OAuth& oauth_;
    Names names_;
    const PlannerOptions& options_;
    Clock& clock_;
    std::string refused_;
    std::vector<std::string> seen_;
    std::optional<AppTokens> asked_; // with which the renewal under way was asked
    AppTokens kept_;                 // what was kept then: the same, or older than the settings
    std::optional<std::pair<AppTokens, AppTokens>> unkept_;
};

} // namespace hb::connector::manifest
