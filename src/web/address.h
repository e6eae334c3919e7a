#pragma once

#include <string>
#include <string_view>

namespace hb::web {

// Whom an answer goes to. `peer` is the other end of the connection ("" for a unix socket). Only a
// proxy on this machine is believed when it says who asks (X-Real-IP, which the shipped nginx site
// writes over); whatever else a request claims about its origin is not.
std::string client_address(std::string_view peer, std::string_view x_real_ip);
// Whose address it is, as far as limits go: of IPv6 the first 64 bits, which one subscriber has;
// else the address itself.
std::string network_of(const std::string& address);
bool is_loopback(std::string_view address);

} // namespace hb::web
