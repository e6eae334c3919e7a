#include "web/address.h"

#include <algorithm>

#include <arpa/inet.h>

namespace hb::web {

namespace {

bool is_ip(const std::string& text) {
    unsigned char buffer[sizeof(in6_addr)];
    return inet_pton(AF_INET, text.c_str(), buffer) == 1 ||
           inet_pton(AF_INET6, text.c_str(), buffer) == 1;
}

} // namespace

std::string network_of(const std::string& address) {
    in6_addr six{};
    if (inet_pton(AF_INET6, address.c_str(), &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six))
        return address;
    std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), std::uint8_t{0});
    char text[INET6_ADDRSTRLEN];
    return std::string(inet_ntop(AF_INET6, &six, text, sizeof(text))) + "/64";
}

bool is_loopback(std::string_view address) {
    return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

std::string client_address(std::string_view peer, std::string_view x_real_ip) {
    const std::string claimed(x_real_ip);
    if ((peer.empty() || is_loopback(peer)) && is_ip(claimed)) return claimed;
    return peer.empty() ? "unix" : std::string(peer);
}

} // namespace hb::web
