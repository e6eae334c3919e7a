#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "domain/exchange.h"

namespace hb::connector::bitrix24 {

// What stopped a call; decides everything that follows.
enum class Nature {
    NotYet,      // our own limiter held it back
    NotSent,     // no connection
    Lost,        // sent, and no whole answer came
    Server,      // the portal failed, or something in front of it
    Garbage,     // an answer that is not what it should be
    TooFast,     // 503 QUERY_LIMIT_EXCEEDED
    MethodBusy,  // 429 OPERATION_TIME_LIMIT
    Blocked,     // OVERLOAD_LIMIT: by hand, by Bitrix24's support
    Moved,       // 302: the portal was renamed
    Credentials, // no live webhook, plan without REST, portal gone
    Scope,       // the webhook lacks a scope
    NoMethod,    // no such method, which may be a missing scope as well
    Denied,      // the webhook's owner lacks a right
    Failed,      // the method itself said no
};

inline constexpr std::string_view kInstallAgain =
    "install the application again: hourbridge portal setup --install tells how";

struct Trouble {
    Nature nature = Nature::Failed;
    std::string method;
    std::string code;           // the remote's own, as it came
    std::string text;           // its description or what happened; cleaned: no HTML, no secret
    int status = 0;             // HTTP
    std::optional<Instant> due; // when it may be tried again, where that is known
    bool in_batch = false;      // `status` is what the call alone would have had
    bool application = false;   // the call was an application's, not a webhook's
    // Told instead of what `nature` says, where more is known.
    std::string what = {};
    std::string hint = {};
};

// From the remote's code (compared without case), where it has none of its own from what sayings.h
// knows, and only then from the HTTP status, which moved between revisions of the protocol.
Nature nature_of(std::string_view code, std::string_view description, int status);

// For a read: Remote = later, Forbidden = a person must act, Malformed = not what it claims to be.
Error read_error(const Trouble& trouble, std::string_view remote);
// Nothing that the portal's REST said: what is behind it can't be told (G63).
bool is_transport(Nature nature);
// "HTTP 503", "no connection: …", "no whole answer"
std::string transport_words(const Trouble& trouble);
// The method is not there, or not for this caller, whatever it is asked (G55).
bool refused_for_good(const Trouble& trouble);
// The plan does not include it: no right would allow it.
bool is_by_plan(std::string_view code);
// For a write: did it run?
domain::Outcome outcome_of(const Trouble& trouble);
domain::WriteResult write_result(const Trouble& trouble, std::string_view remote);

// The scope that a method of ours needs ("crm"), or "".
std::string_view scope_of(std::string_view method);
// How a scope is called in the portal's settings.
std::string_view scope_title(std::string_view scope);

// What a remote said, fit for a person's eyes: one line, no tags, no `secret`, at most 200
// characters.
std::string clean_text(std::string_view text, std::string_view secret);
std::string clean_text(std::string_view text, const std::vector<std::string_view>& secrets);

} // namespace hb::connector::bitrix24
