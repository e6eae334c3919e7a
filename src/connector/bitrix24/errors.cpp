#include "connector/bitrix24/errors.h"

#include <array>

#include "base/text.h"
#include "connector/bitrix24/sayings.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::Outcome;

struct Row {
    std::string_view code; // lower case
    Nature nature;
};

// Protocol section 1.6. ACCESS_DENIED has two meanings (sayings.cpp).
constexpr std::array kCodes = {
    Row{"query_limit_exceeded", Nature::TooFast},
    Row{"operation_time_limit", Nature::MethodBusy},
    Row{"overload_limit", Nature::Blocked},
    Row{"internal_server_error", Nature::Server},
    Row{"error_unexpected_answer", Nature::Server},
    Row{"error_batch_method_not_allowed", Nature::Failed},
    Row{"error_batch_length_exceeded", Nature::Failed},
    Row{"no_auth_found", Nature::Credentials},
    Row{"invalid_credentials", Nature::Credentials},
    Row{"expired_token", Nature::Credentials},
    Row{"invalid_token", Nature::Credentials},
    Row{"user_access_error", Nature::Credentials},
    Row{"portal_deleted", Nature::Credentials},
    Row{"invalid_request", Nature::Credentials},
    Row{"allowed_only_intranet_user", Nature::Credentials},
    Row{"wrong_license", Nature::Denied},
    Row{"wrong_auth_type", Nature::Denied},
    Row{"method_confirm_waiting", Nature::Denied},
    Row{"method_confirm_denied", Nature::Denied},
    Row{"insufficient_scope", Nature::Scope},
    Row{"error_method_not_found", Nature::NoMethod},
    Row{"error_manifest_is_not_available", Nature::NoMethod},
    Row{"access_denied", Nature::Denied},
    Row{"access_denied_move", Nature::Denied},
    Row{"0x100002", Nature::Denied}, // the tasks' own table: access denied
    Row{"docgen_access_error", Nature::Denied},
    Row{"docgen_limit_error", Nature::Denied},
    Row{"-", Nature::Denied}, // crm.item.*: no right to change the stage
};

std::string said(const Trouble& trouble) {
    std::string out;
    if (trouble.status != 0) out = "HTTP " + std::to_string(trouble.status);
    if (trouble.in_batch) out = "in a batch";
    if (!trouble.code.empty()) out += (out.empty() ? "" : ", ") + trouble.code;
    if (!trouble.text.empty()) out += (out.empty() ? "" : ": ") + trouble.text;
    return out;
}

std::string caller(const Trouble& trouble) {
    return trouble.application ? "application" : "webhook";
}

std::string what_happened(const Trouble& trouble) {
    if (!trouble.what.empty()) return trouble.what;
    switch (trouble.nature) {
    case Nature::NotYet:
        return "must wait: the portal's request limit";
    case Nature::NotSent:
    case Nature::Lost:
    case Nature::Server:
        return "is not available";
    case Nature::Garbage:
        return "answered something that is no REST answer";
    case Nature::TooFast:
        return "asks for a pause: too many requests";
    case Nature::MethodBusy:
        return "asks for a pause: this method used up its run time";
    case Nature::Blocked:
        return "has blocked REST calls by hand";
    case Nature::Moved:
        return "has moved to another address";
    case Nature::Credentials:
        return "does not accept the " + caller(trouble);
    case Nature::Scope:
        return "refuses: the " + caller(trouble) + " lacks a scope";
    case Nature::NoMethod:
        return "does not know the method, or the " + caller(trouble) + " lacks its scope";
    case Nature::Denied:
        return "refuses: the " + caller(trouble) + "'s owner lacks a right";
    case Nature::Failed:
        return "refused the call";
    }
    return "failed";
}

std::string scope_hint(const Trouble& trouble) {
    const std::string_view scope = scope_of(trouble.method);
    const std::string open = "open the " + caller(trouble) + " in Bitrix24";
    const std::string after =
        trouble.application ? "; then install it again" : "; the URL changes when it is saved anew";
    if (scope.empty()) return open + " and tick the scope that it needs";
    return open + " under Developer resources and tick \"" + std::string(scope_title(scope)) +
           "\" (scope " + std::string(scope) + ")" + after;
}

std::string hint_for(const Trouble& trouble) {
    if (!trouble.hint.empty()) return trouble.hint;
    const char* setting = trouble.application ? "oauth.portal" : "webhook_url";
    switch (trouble.nature) {
    case Nature::Credentials:
        if (trouble.application) return std::string(kInstallAgain);
        return "make a new inbound webhook in Bitrix24 (Developer resources) and put its URL into "
               "webhook_url; a plan without REST has none";
    case Nature::Scope:
    case Nature::NoMethod:
        return scope_hint(trouble);
    case Nature::Denied:
        if (is_by_plan(trouble.code))
            return "the portal's plan does not include this; hours and deals work without it";
        return "the " + caller(trouble) +
               " must belong to a user who may do this; an administrator's is best";
    case Nature::Moved:
        return std::string("was the portal renamed? put the new address into ") + setting;
    case Nature::Blocked:
        return "ask Bitrix24's support why REST is blocked";
    case Nature::NotSent:
        return "check the network, the host name and its certificate";
    case Nature::Garbage:
        return std::string("does ") + setting + " name a Bitrix24 portal?";
    default:
        return "";
    }
}

} // namespace

bool is_by_plan(std::string_view code) {
    const std::string folded = fold_case(code);
    const std::string_view end = "_restricted"; // CREATE_DYNAMIC_ITEM_RESTRICTED and its kin
    return folded == "docgen_limit_error" || folded == "wrong_license" ||
           (folded.size() > end.size() && folded.substr(folded.size() - end.size()) == end);
}

Nature nature_of(std::string_view code, std::string_view description, int status) {
    const std::string folded = fold_case(code);
    const Saying saying = saying_of(code, description);
    // A plan without REST concerns every call; other denials concern one.
    if (saying == Saying::PlanNoRest || (folded == "access_denied" && status == 401))
        return Nature::Credentials;
    for (const auto& row : kCodes)
        if (folded == row.code) return row.nature;
    if (is_by_plan(code)) return Nature::Denied;
    if (saying == Saying::NoRight) return Nature::Denied;
    if (saying == Saying::NoScope) return Nature::Scope;
    if (status >= 500 || status == 408) return Nature::Server;
    if (status == 401) return Nature::Credentials;
    return Nature::Failed;
}

Error read_error(const Trouble& trouble, std::string_view remote) {
    Error error;
    switch (trouble.nature) {
    case Nature::Blocked:
    case Nature::Credentials:
    case Nature::Scope:
    case Nature::NoMethod:
    case Nature::Denied:
        error.code = Code::Forbidden;
        break;
    case Nature::Garbage:
        error.code = Code::Malformed;
        break;
    default:
        error.code = Code::Remote;
        break;
    }
    const bool away = trouble.nature == Nature::NotSent || trouble.nature == Nature::Lost;
    const bool no_method = trouble.what.empty() && (away || trouble.nature == Nature::Server);
    error.message = std::string(remote) + " " + what_happened(trouble) +
                    (no_method ? "" : " (" + trouble.method + ")");
    error.detail = away ? transport_words(trouble) : said(trouble);
    error.hint = hint_for(trouble);
    return error;
}

bool is_transport(Nature nature) {
    return nature == Nature::NotSent || nature == Nature::Lost || nature == Nature::Server ||
           nature == Nature::Garbage;
}

std::string transport_words(const Trouble& trouble) {
    const std::string said = trouble.text.empty() ? "" : ": " + trouble.text;
    if (trouble.nature == Nature::NotSent) return "no connection" + said;
    if (trouble.nature == Nature::Lost) return "no whole answer" + said;
    return trouble.status == 0 ? "no answer" + said : "HTTP " + std::to_string(trouble.status);
}

bool refused_for_good(const Trouble& trouble) {
    return trouble.nature == Nature::NoMethod || trouble.nature == Nature::Scope ||
           trouble.nature == Nature::Denied ||
           fold_case(trouble.code) == "error_batch_method_not_allowed";
}

Outcome outcome_of(const Trouble& trouble) {
    switch (trouble.nature) {
    case Nature::NotYet:
    case Nature::NotSent:
    case Nature::TooFast:
    case Nature::MethodBusy:
    case Nature::Blocked:
    case Nature::Moved:
        return Outcome::Refused;
    case Nature::Lost:
    case Nature::Server:
    case Nature::Garbage:
        return Outcome::Unknown;
    // An application that is installed anew, or a webhook that is made anew, goes on where it
    // stood.
    case Nature::Credentials:
        return Outcome::Refused;
    case Nature::Scope:
    case Nature::NoMethod:
    case Nature::Denied:
        return Outcome::Rejected;
    // An error in a 2xx answer that no table knows: it is not certain that nothing was done.
    case Nature::Failed:
        return trouble.status >= 400 ? Outcome::Rejected : Outcome::Unknown;
    }
    return Outcome::Unknown;
}

domain::WriteResult write_result(const Trouble& trouble, std::string_view remote) {
    domain::WriteResult result;
    result.outcome = outcome_of(trouble);
    result.error = read_error(trouble, remote);
    if (result.outcome == Outcome::Refused) result.due = trouble.due;
    return result;
}

std::string_view scope_of(std::string_view method) {
    if (method.substr(0, 4) == "crm.") return "crm";
    if (method.substr(0, 5) == "task." || method.substr(0, 6) == "tasks.") return "task";
    if (method.substr(0, 5) == "user.") return "user";
    if (method.substr(0, 12) == "sonet_group.") return "sonet_group";
    if (method.substr(0, 16) == "userfieldconfig.") return "userfieldconfig";
    if (method.substr(0, 3) == "im.") return "im";
    if (method.substr(0, 5) == "sale.") return "sale";
    return "";
}

std::string_view scope_title(std::string_view scope) {
    if (scope == "crm") return "CRM";
    if (scope == "task") return "Tasks";
    if (scope == "user") return "Users";
    if (scope == "sonet_group") return "Workgroups";
    if (scope == "userfieldconfig") return "Custom fields";
    if (scope == "im") return "Chat and notifications";
    if (scope == "sale") return "Online store";
    return scope;
}

std::string clean_text(std::string_view text, std::string_view secret) {
    return clean_text(text, std::vector<std::string_view>{secret});
}

std::string clean_text(std::string_view text, const std::vector<std::string_view>& secrets) {
    std::string out;
    bool tag = false;
    for (const char c : to_utf8(text)) {
        if (c == '<') tag = true;
        if (!tag) out += (c == '\n' || c == '\r' || c == '\t') ? ' ' : c;
        if (c == '>') tag = false;
    }
    for (const auto secret : secrets) {
        if (secret.empty()) continue;
        for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret))
            out.replace(at, secret.size(), "***");
    }
    return shorten(trim(out), 200);
}

} // namespace hb::connector::bitrix24
