#include "connector/bitrix24/address.h"

#include <algorithm>

#include "base/text.h"

namespace hb::connector::bitrix24 {
namespace {

Error wrong(const char* what) {
    return Error{
        Code::Usage, std::string("webhook_url ") + what, "",
        "copy it from Bitrix24: Developer resources, Other, Inbound webhook; it looks like "
        "https://PORTAL/rest/USER/TOKEN/"};
}

bool all_of_kind(std::string_view text, bool (*kind)(char)) {
    return !text.empty() && std::all_of(text.begin(), text.end(), kind);
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool word(char c) {
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool host_letter(char c) {
    return word(c) || c == '.' || c == '-';
}
bool token_letter(char c) {
    return word(c) || c == '_' || c == '-';
}

bool good_host(std::string_view host) {
    if (host == "[::1]") return true;
    const auto colon = host.find(':');
    if (colon != std::string_view::npos && !all_of_kind(host.substr(colon + 1), digit))
        return false;
    return all_of_kind(host.substr(0, colon), host_letter);
}

bool loopback(std::string_view host) {
    if (host.substr(0, 5) == "[::1]") return true;
    const std::string_view name = host.substr(0, host.find(':'));
    const auto parts = split(name, '.');
    const bool v4 = parts.size() == 4 && parts[0] == "127" &&
                    std::all_of(parts.begin(), parts.end(),
                                [](std::string_view part) { return all_of_kind(part, digit); });
    return name == "localhost" || v4;
}

} // namespace

Result<Address> parse_address(const Secret& webhook_url) {
    const std::string url(trim(webhook_url.reveal()));
    if (url.empty()) return wrong("is empty");
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string::npos) return wrong("is not a URL");
    const std::string scheme = url.substr(0, scheme_end);
    if (scheme != "https" && scheme != "http") return wrong("must begin with https://");
    const auto slash = url.find('/', scheme_end + 3);
    if (slash == std::string::npos) return wrong("has no path");
    const std::string host = fold_case(url.substr(scheme_end + 3, slash - scheme_end - 3));
    if (!good_host(host)) return wrong("has no good host name");
    if (scheme == "http" && !loopback(host))
        return wrong("must use https; plain http is for this machine only");
    auto parts = split(std::string_view(url).substr(slash + 1), '/');
    if (parts.back().empty()) parts.pop_back();
    if (parts.size() != 3 || parts[0] != "rest" || !all_of_kind(parts[1], digit) ||
        !all_of_kind(parts[2], token_letter))
        return wrong("must end after the token, as in /rest/USER/TOKEN/");
    Address address;
    address.site = scheme + "://" + host;
    address.account = host;
    address.user = std::string(parts[1]);
    address.token = Secret(std::string(parts[2]));
    address.base =
        Secret(address.site + "/rest/" + address.user + "/" + address.token.reveal() + "/");
    return address;
}

} // namespace hb::connector::bitrix24
