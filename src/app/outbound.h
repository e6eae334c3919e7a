#pragma once

#include "app/config.h"
#include "net/outbound.h"

// Which client may call what (S4): every client of the network that the program makes
// gets its policy here, from the configuration.
namespace hb::app {

net::Outbound outbound_of(const RemoteConfig& remote);
net::Outbound outbound_of(const TelegramPlace& place);
net::Outbound outbound_of(const WebhookPlace& place);

} // namespace hb::app
