#include "web/address.h"

#include <arpa/inet.h>

namespace hb::web {

namespace {

bool is_ip(const std::string& text) {
    unsigned char buffer[sizeof(in6_addr)];
    return inet_pton(AF_INET, text.c_str(), buffer) == 1 ||
           inet_pton(AF_INET6, text.c_str(), buffer) == 1;
}

} // namespace

bool is_loopback(std::string_view address) {
    return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

std::string client_address(std::string_view peer, std::string_view x_real_ip) {
    const std::string claimed(x_real_ip);
    if ((peer.empty() || is_loopback(peer)) && is_ip(claimed)) return claimed;
    return peer.empty() ? "unix" : std::string(peer);
}

} // namespace hb::web
