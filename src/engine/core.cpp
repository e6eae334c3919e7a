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

void Core::show_settings() {
    auto fresh = std::make_shared<Shown>();
    fresh->settings = settings;
    for (const auto& remote : remotes) fresh->remotes.push_back(remote->row);
    for (const auto& sender : senders) fresh->remotes.push_back(sender->row);
    const std::lock_guard guard(shown_mutex_);
    shown_ = std::move(fresh);
}

std::shared_ptr<const Core::Shown> Core::shown() const {
    const std::lock_guard guard(shown_mutex_);
    return shown_;
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
