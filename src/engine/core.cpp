#include "engine/core.h"

namespace hb::engine {

RemoteRuntime* Core::find_remote(std::string_view name) {
    for (auto& remote : remotes)
        if (remote->row.name == name) return remote.get();
    return nullptr;
}

RemoteRuntime* Core::crm() {
    return settings.crm_remote.empty() ? nullptr : find_remote(settings.crm_remote);
}

const std::string& Core::remote_name(std::int64_t id) const {
    static const std::string unknown = "?";
    for (const auto& remote : remotes)
        if (remote->row.id == id) return remote->row.name;
    for (const auto& sender : senders)
        if (sender->row.id == id) return sender->row.name;
    return unknown;
}

} // namespace hb::engine
