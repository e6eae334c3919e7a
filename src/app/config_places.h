#pragma once

#include <optional>
#include <string>
#include <string_view>

// Addresses in a configuration, taken apart far enough to judge them.
namespace hb::app {

struct UrlParts {
    std::string scheme; // lower case
    std::string host;   // lower case, "[::1]" with its brackets
    std::string port;   // digits, "" none
    std::string path;   // with the leading '/', "" none
};
// SCHEME://HOST[:PORT][/PATH]; nullopt for all else, also for user names, queries and fragments.
std::optional<UrlParts> split_url(std::string_view url);

bool is_loopback(std::string_view host); // localhost, 127.x.y.z, [::1]
// A portal in the vendor's cloud: NAME.bitrix24.COUNTRY.
bool is_cloud(std::string_view host);

// What is wrong with a webhook's URL ("must use https…"), "" when nothing. Never quotes it.
std::string wrong_webhook(std::string_view url);

// What is wrong with "listen"; `direct` tells that other machines reach it.
struct ListenCheck {
    std::string wrong;
    bool direct = false;
};
ListenCheck check_listen(std::string_view listen);

bool is_clock_time(std::string_view text); // "03:30"

} // namespace hb::app
