#include "app/addresses.h"

#include "app/config_places.h"
#include "base/text.h"

namespace hb::app {
namespace {

const RemoteConfig* find(const Config& config, std::string_view remote) {
    for (const auto& each : config.remotes)
        if (each.name == remote) return &each;
    return nullptr;
}

// A portal on this machine, for trying things out.
bool is_local(const RemoteConfig& remote) {
    const auto url = split_url(remote.oauth ? remote.oauth->portal : remote.webhook_url.reveal());
    return url && is_loopback(url->host);
}

// Other portals call https only (protocol section 20.4).
bool reachable(const Config& config, const RemoteConfig* remote) {
    if (remote == nullptr || config.public_url.empty()) return false;
    return config.public_url.rfind("https://", 0) == 0 || is_local(*remote);
}

} // namespace

std::string hook_address(const Config& config, std::string_view remote) {
    const RemoteConfig* found = find(config, remote);
    if (!reachable(config, found)) return "";
    std::string address = config.public_url + "/hook/" + percent_encode(remote);
    if (!found->hook_secret.empty()) address += "/" + percent_encode(found->hook_secret.reveal());
    return address;
}

std::string install_address(const Config& config, std::string_view remote, std::string_view code) {
    if (!reachable(config, find(config, remote))) return "";
    return config.public_url + "/install/" + percent_encode(remote) + "/" + std::string(code);
}

} // namespace hb::app
