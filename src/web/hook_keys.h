#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/secret.h"

namespace hb::web {

// What proves that an event comes from a remote, as configured (G33).
struct HookKeys {
    std::vector<Secret> application_tokens; // any of them; those of an installation come on top
    Secret hook_secret;                     // at the end of the path; empty: there is none
};
using HookKeysOf = std::map<std::string, HookKeys, std::less<>>; // by the name of the remote

} // namespace hb::web
