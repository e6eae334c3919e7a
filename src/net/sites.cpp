#include "net/sites.h"

#include <algorithm>

#include "base/text.h"

namespace hb::net {
namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Visible ASCII without what one program reads as the end of a host and another does not.
bool plain(std::string_view url) {
    return std::all_of(url.begin(), url.end(), [](char c) {
        return c > ' ' && c < 0x7F && c != '\\' && c != '"' && c != '<' && c != '>' && c != '^' &&
               c != '`' && c != '{' && c != '|' && c != '}';
    });
}

bool good_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(),
                       [](char c) { return digit(c) || letter(c) || c == '-' || c == '_'; });
}

// 127.0.0.1, with four parts of plain decimal digits; no 017, 0x7f or 2130706433.
bool dotted_address(const std::vector<std::string_view>& labels) {
    return labels.size() == 4 &&
           std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
               const auto number = parse_integer(label);
               return number && *number >= 0 && *number <= 255 && std::to_string(*number) == label;
           });
}

bool good_host(std::string_view host) {
    if (host == "[::1]") return true;
    const auto labels = split(host, '.');
    if (host.size() > 253 || !std::all_of(labels.begin(), labels.end(), good_label)) return false;
    // A last label that begins with a digit makes resolvers read the whole as a number.
    if (digit(labels.back().front())) return dotted_address(labels);
    return true;
}

bool is_loopback(std::string_view host) {
    if (host == "[::1]" || host == "localhost") return true;
    const auto labels = split(host, '.');
    return dotted_address(labels) && labels.front() == "127";
}

bool good_port(std::string_view port) {
    const auto number = parse_integer(port);
    return number && *number > 0 && *number <= 65535 && std::to_string(*number) == port;
}

struct Cut {
    Site site;
    std::string_view rest; // from the '/', '?' or '#' behind the host on
};

std::optional<Cut> cut_origin(std::string_view url) {
    if (!plain(url)) return std::nullopt;
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    Cut out;
    out.site.scheme = fold_case(url.substr(0, colon));
    std::string_view rest = url.substr(colon + 3);
    const auto end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    out.rest = rest.substr(end);
    if (authority.find('@') != std::string_view::npos) return std::nullopt;
    const auto bracket = authority.find(']');
    const auto port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    out.site.host = fold_case(authority.substr(0, port));
    if (port != std::string_view::npos) {
        out.site.port = authority.substr(port + 1);
        if (!good_port(out.site.port)) return std::nullopt;
    }
    if (!good_host(out.site.host)) return std::nullopt;
    out.site.loopback = is_loopback(out.site.host);
    if (out.site.scheme == "https" ? out.site.port == "443" : out.site.port == "80")
        out.site.port.clear();
    if (out.site.scheme == "https") return out;
    if (out.site.scheme == "http" && out.site.loopback) return out;
    return std::nullopt;
}

} // namespace

std::string Site::origin() const {
    return scheme + "://" + host + (port.empty() ? "" : ":" + port);
}

std::optional<Site> parse_site(std::string_view url) {
    auto cut = cut_origin(trim(url));
    if (!cut) return std::nullopt;
    if (cut->rest.find_first_of("?#%") != std::string_view::npos) return std::nullopt;
    std::string_view path = cut->rest;
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    if (path.find("//") != std::string_view::npos || path.find("/..") != std::string_view::npos ||
        path.find("/./") != std::string_view::npos)
        return std::nullopt;
    cut->site.path = path;
    return std::move(cut->site);
}

std::optional<Site> site_of_url(std::string_view url) {
    auto cut = cut_origin(trim(url));
    if (!cut) return std::nullopt;
    return std::move(cut->site);
}

std::string same_site(std::string_view url, const std::vector<Site>& sites) {
    const auto cut = cut_origin(url);
    if (!cut || cut->rest.find('#') != std::string_view::npos) return "";
    for (const Site& site : sites)
        if (site.origin() == cut->site.origin())
            return site.origin() + (cut->rest.empty() ? "/" : std::string(cut->rest));
    return "";
}

} // namespace hb::net
