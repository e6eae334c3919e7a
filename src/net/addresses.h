#pragma once

#include <sys/socket.h>

// What kind of network address a name has come to stand for.
namespace hb::net {

bool is_loopback(const sockaddr* address);
// Neither this machine, nor a private, link-local, shared, test, multicast or reserved network, nor
// an IPv6 address that carries such an IPv4 one.
bool is_public(const sockaddr* address);

} // namespace hb::net
