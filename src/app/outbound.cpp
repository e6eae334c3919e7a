#include "app/outbound.h"

#include "app/planner_options.h"

namespace hb::app {

net::Outbound outbound_of(const RemoteConfig& remote) {
    net::Outbound out(remote.name);
    if (remote.planner) {
        for (const auto& site : connector::sites_of(remote.planner->plan, planner_options(remote)))
            out.named(site, remote.may_be_private);
        return out;
    }
    if (!remote.oauth) return out.named(remote.webhook_url.reveal(), remote.may_be_private);
    const std::string& portal = remote.oauth->portal;
    const bool whole = portal.find("://") != std::string::npos;
    return out.named(whole ? portal : "https://" + portal, remote.may_be_private)
        .named(remote.oauth->oauth_url, remote.may_be_private);
}

net::Outbound outbound_of(const TelegramPlace& place) {
    return net::Outbound("telegram").named(place.api_url, place.may_be_private);
}

net::Outbound outbound_of(const WebhookPlace& place) {
    return net::Outbound("webhook").named(place.url.reveal(), place.may_be_private);
}

} // namespace hb::app
