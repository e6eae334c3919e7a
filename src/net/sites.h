#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Addresses as they may be configured and as answers name them: one strict reader for all remotes,
// so that no two programs read two hosts in one text (S4).
namespace hb::net {

struct Site {
    std::string scheme;
    std::string host; // lower case
    std::string port; // "" the scheme's own
    std::string path; // "" or with its leading '/', without one at the end
    bool loopback = false;

    std::string origin() const; // "https://host:port"
    bool operator==(const Site&) const = default;
};

// What may be configured: https with a plain host name or a dotted address, http for this machine
// only. No user, query, fragment, backslash, escape or letter outside ASCII; numbers as hosts in no
// other way of writing. nullopt for all else.
std::optional<Site> parse_site(std::string_view url);
// The same of any URL: whatever stands behind the host is not judged and not kept.
std::optional<Site> site_of_url(std::string_view url);

// An absolute URL that an answer named, when it leads to one of `sites`: scheme, host and port must
// be equal. "" when it must not be followed.
std::string same_site(std::string_view url, const std::vector<Site>& sites);

} // namespace hb::net
