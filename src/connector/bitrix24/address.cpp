#include "connector/bitrix24/address.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "net/sites.h"

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
bool token_letter(char c) {
    return word(c) || c == '_' || c == '-';
}

// Behind ".bitrix24." of a cloud portal, as the vendor's help lists the zones
// (helpdesk.bitrix24.de/open/10252860, read 2026-11-30; ".uk" is newer).
constexpr std::array<std::string_view, 19> kZones{"by", "cn", "com", "com.br", "com.tr", "de", "es",
                                                  "eu", "fr", "id",  "in",     "it",     "jp", "kz",
                                                  "pl", "ru", "ua",  "uk",     "vn"};
// Where the vendor's documents have tokens renewed (protocol section 2.2).
constexpr std::array<std::string_view, 2> kTokenHosts{"oauth.bitrix.info", "oauth.bitrix24.tech"};

std::optional<net::Site> site_at(std::string_view site) {
    return net::site_of_url(site);
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
    // What else reads this address sees its host end at a '?' or '#'.
    if (host.find_first_of("?#") != std::string::npos || !net::site_of_url("https://" + host))
        return wrong("has no good host name");
    if (site_of(url).empty()) return wrong("must use https; plain http is for this machine only");
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
    const auto site = net::site_of_url(url);
    return site ? site->origin() : "";
}

bool is_cloud_name(std::string_view host) {
    constexpr std::string_view kBrand = ".bitrix24.";
    const auto at = host.find(kBrand);
    if (at == std::string_view::npos || at == 0) return false;
    const std::string_view zone = host.substr(at + kBrand.size());
    return host.substr(0, at).find('.') == std::string_view::npos &&
           std::find(kZones.begin(), kZones.end(), zone) != kZones.end();
}

bool may_renew_at(std::string_view server, std::string_view portal, std::string_view oauth_url) {
    const auto site = site_at(server);
    if (!site) return false;
    for (const std::string_view known : {portal, oauth_url})
        if (const auto other = site_at(known); other && other->origin() == site->origin())
            return true;
    return site->scheme == "https" && site->port.empty() &&
           std::find(kTokenHosts.begin(), kTokenHosts.end(), site->host) != kTokenHosts.end();
}

bool may_move(std::string_view from, std::string_view to) {
    const auto old_site = site_at(from), new_site = site_at(to);
    if (!old_site || !new_site || old_site->scheme != new_site->scheme) return false;
    if (old_site->loopback || new_site->loopback) return old_site->loopback && new_site->loopback;
    return is_cloud_name(old_site->host) && is_cloud_name(new_site->host) &&
           old_site->port.empty() && new_site->port.empty();
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
    const std::string site = site_of(location);
    if (site.empty() || site == from.site || !may_move(from.site, site)) return "";
    const std::string_view text = trim(location);
    const auto host = text.find("://") + 3;
    const auto path_begin = std::min(text.find('/', host), text.size());
    const std::string_view path = text.substr(path_begin);
    const bool rest = path.empty() || path == "/" || path.substr(0, 6) == "/rest/";
    return rest ? site : "";
}

} // namespace hb::connector::bitrix24
