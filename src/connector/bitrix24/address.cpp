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
    address.account = host;
    address.user = std::string(parts[1]);
    address.token = Secret(std::string(parts[2]));
    return at_site(address, scheme + "://" + host);
}

Result<Address> parse_portal(std::string_view portal) {
    std::string url(trim(portal));
    if (url.find("://") == std::string::npos) url = "https://" + url;
    const std::string site = site_of(url);
    const std::string rest = site.empty() ? "" : url.substr(site.size());
    if (site.empty() || (!rest.empty() && rest != "/" && rest != "/rest" && rest != "/rest/"))
        return Error{Code::Usage, "oauth.portal is not the address of a portal", "",
                     "write its host, for example \"acme.bitrix24.com\"; https only, http for this "
                     "machine"};
    Address address;
    address.account = host_of_site(site);
    return at_site(address, site);
}

std::string site_of(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return "";
    const std::string scheme = fold_case(url.substr(0, scheme_end));
    const std::string_view rest = url.substr(scheme_end + 3);
    const std::string host = fold_case(rest.substr(0, rest.find_first_of("/?#\\")));
    if (!good_host(host)) return "";
    if (scheme == "https" || (scheme == "http" && loopback(host))) return scheme + "://" + host;
    return "";
}

std::string host_of_site(std::string_view site) {
    const auto scheme_end = site.find("://");
    return std::string(scheme_end == std::string_view::npos ? site : site.substr(scheme_end + 3));
}

Address at_site(const Address& address, std::string site) {
    Address moved = address;
    std::string base = site + "/rest/";
    if (!address.token.empty()) base += address.user + "/" + address.token.reveal() + "/";
    moved.site = std::move(site);
    moved.base = Secret(std::move(base));
    return moved;
}

std::string redirect_site(const Address& from, std::string_view location) {
    const std::string site = site_of(trim(location));
    if (site.empty() || site == from.site) return "";
    const auto scheme = [](std::string_view text) { return text.substr(0, text.find(':')); };
    if (scheme(site) != scheme(from.site)) return "";
    if (loopback(host_of_site(site)) && !loopback(host_of_site(from.site))) return "";
    const std::string_view path = trim(location).substr(site.size());
    const bool rest = path.empty() || path == "/" || path.substr(0, 6) == "/rest/";
    return rest ? site : "";
}

} // namespace hb::connector::bitrix24
