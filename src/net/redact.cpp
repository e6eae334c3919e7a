#include <algorithm>

#include "base/text.h"
#include "net/http.h"

namespace hb::net {
namespace {

// A method name ("crm.deal.add") and not something that could be a token.
bool looks_like_method(std::string_view segment) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
    };
    if (segment == "batch" || segment == "profile" || segment == "scope") return true;
    return segment.size() <= 64 && segment.find('.') != std::string_view::npos &&
           std::all_of(segment.begin(), segment.end(), letter);
}

} // namespace

std::string redact_url(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return "…";
    const std::string_view scheme = url.substr(0, scheme_end);
    std::string_view rest = url.substr(scheme_end + 3);
    rest = rest.substr(0, rest.find_first_of("?#"));
    const auto slash = rest.find('/');
    std::string_view host = rest.substr(0, slash);
    // The last '@' ends a user name and password, whatever stands before it.
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host = host.substr(at + 1);
    std::string out = std::string(scheme) + "://" + std::string(host);
    if (slash == std::string_view::npos) return out;
    const auto segments = split(rest.substr(slash + 1), '/');
    // /rest/UID/TOKEN without a method: the last segment is the secret itself.
    const bool webhook = segments.front() == "rest" && segments.size() < 4;
    out += "/…/";
    if (!webhook && looks_like_method(segments.back())) out += segments.back();
    return out;
}

} // namespace hb::net
