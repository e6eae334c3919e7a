#include "app/config_places.h"

#include <algorithm>

#include "base/text.h"

namespace hb::app {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool all_of_kind(std::string_view text, bool (*kind)(char)) {
    return !text.empty() && std::all_of(text.begin(), text.end(), kind);
}

bool is_port(std::string_view text) {
    const auto number = parse_integer(text);
    return all_of_kind(text, is_digit) && number && *number <= 65535;
}

struct HostPort {
    std::string host;
    std::string port;
};
// HOST, HOST:PORT, [::1]:PORT
std::optional<HostPort> split_host(std::string_view text) {
    const std::size_t bracket = text.find(']');
    const std::size_t from =
        text.substr(0, 1) == "[" && bracket != std::string_view::npos ? bracket : 0;
    const std::size_t colon = text.find(':', from);
    HostPort out{fold_case(text.substr(0, colon)), ""};
    if (colon != std::string_view::npos) {
        out.port = text.substr(colon + 1);
        if (!is_port(out.port)) return std::nullopt;
    }
    const auto host_letter = [](char c) {
        return is_word(c) || c == '.' || c == '-' || c == '_' || c == '[' || c == ']' || c == ':';
    };
    if (!all_of_kind(out.host, host_letter)) return std::nullopt;
    return out;
}

} // namespace

std::optional<UrlParts> split_url(std::string_view url) {
    const std::size_t end = url.find("://");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = url.substr(end + 3);
    const std::size_t slash = rest.find('/');
    const auto host = split_host(rest.substr(0, slash));
    if (!host) return std::nullopt;
    UrlParts parts{fold_case(url.substr(0, end)), host->host, host->port, ""};
    if (slash != std::string_view::npos) parts.path = rest.substr(slash);
    const bool plain = std::all_of(parts.path.begin(), parts.path.end(), [](char c) {
        return static_cast<unsigned char>(c) > ' ' && c != '?' && c != '#' && c != '\x7f';
    });
    return plain ? std::optional(parts) : std::nullopt;
}

bool is_loopback(std::string_view host) {
    const auto parts = split(host, '.');
    const bool v4 = parts.size() == 4 && parts[0] == "127" &&
                    std::all_of(parts.begin(), parts.end(),
                                [](std::string_view part) { return all_of_kind(part, is_digit); });
    return host == "localhost" || host == "[::1]" || v4;
}

bool is_cloud(std::string_view host) {
    const auto parts = split(host, '.');
    const auto brand = std::find(parts.begin(), parts.end(), "bitrix24");
    return brand != parts.end() && brand != parts.begin() && parts.end() - brand <= 3;
}

std::string wrong_webhook(std::string_view url) {
    const auto parts = split_url(trim(url));
    if (!parts) return "is not a URL";
    if (parts->scheme != "https" && parts->scheme != "http") return "must begin with https://";
    if (parts->scheme == "http" && !is_loopback(parts->host))
        return "must use https; plain http is for this machine only";
    auto steps = split(parts->path, '/');
    if (steps.size() > 1 && steps.back().empty()) steps.pop_back();
    const auto token_letter = [](char c) { return is_word(c) || c == '_' || c == '-'; };
    if (steps.size() != 4 || steps[1] != "rest" || !all_of_kind(steps[2], is_digit) ||
        !all_of_kind(steps[3], token_letter))
        return "must end after the token, as in /rest/USER/TOKEN/";
    return "";
}

ListenCheck check_listen(std::string_view listen) {
    if (listen.substr(0, 5) == "unix:")
        return {listen.size() > 5 ? "" : "the path of the socket is missing", false};
    const auto place = split_host(listen);
    if (!place || place->port.empty()) return {"this is not ADDRESS:PORT", false};
    return {"", !is_loopback(place->host)};
}

bool is_clock_time(std::string_view text) {
    const auto hours = parse_integer(text.substr(0, 2));
    const auto minutes = text.size() == 5 ? parse_integer(text.substr(3)) : std::nullopt;
    return text.size() == 5 && text[2] == ':' && is_digit(text[0]) && is_digit(text[3]) && hours &&
           *hours < 24 && minutes && *minutes < 60;
}

} // namespace hb::app
