#include "app/proven.h"

namespace hb::app {

std::set<std::string> proven_remotes(const Config& config) {
    std::set<std::string> out;
    for (const auto& remote : config.remotes)
        if (!remote.application_tokens.empty() || remote.oauth ||
            (remote.planner && !remote.hook_secret.empty()))
            out.insert(remote.name);
    return out;
}

} // namespace hb::app
