#include "net/addresses.h"

#include <array>
#include <cstdint>
#include <cstring>

#include <netinet/in.h>

namespace hb::net {
namespace {

struct Block {
    std::uint32_t first;
    int bits;
};

// RFC 6890 and the metadata services inside 169.254/16.
constexpr std::array<Block, 15> kClosed{{
    {0x00000000, 8},  // this network
    {0x0A000000, 8},  // private
    {0x64400000, 10}, // shared, carriers
    {0x7F000000, 8},  // loopback
    {0xA9FE0000, 16}, // link-local
    {0xAC100000, 12}, // private
    {0xC0000000, 24}, // protocol assignments
    {0xC0000200, 24}, // documentation
    {0xC0586300, 24}, // 6to4 relays
    {0xC0A80000, 16}, // private
    {0xC6120000, 15}, // benchmarks
    {0xC6336400, 24}, // documentation
    {0xCB007100, 24}, // documentation
    {0xE0000000, 4},  // multicast
    {0xF0000000, 4},  // reserved
}};

bool is_public_v4(std::uint32_t address) {
    for (const Block& block : kClosed)
        if ((address ^ block.first) >> (32 - block.bits) == 0) return false;
    return true;
}

std::uint32_t word(const std::uint8_t* bytes) {
    return (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) |
           (std::uint32_t{bytes[2]} << 8U) | std::uint32_t{bytes[3]};
}

bool all_zero(const std::uint8_t* bytes, int count) {
    for (int i = 0; i < count; ++i)
        if (bytes[i] != 0) return false;
    return true;
}

bool is_public_v6(const std::uint8_t* bytes) {
    // Global unicast is 2000::/3; all else is local, multicast or a way to write an IPv4 address.
    const bool mapped = all_zero(bytes, 10) && bytes[10] == 0xFF && bytes[11] == 0xFF;
    if (mapped) return is_public_v4(word(bytes + 12));
    const bool nat64 = word(bytes) == 0x0064FF9B && all_zero(bytes + 4, 8);
    if (nat64) return is_public_v4(word(bytes + 12));
    if ((bytes[0] & 0xE0U) != 0x20U) return false;
    if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public_v4(word(bytes + 2)); // 6to4
    if (word(bytes) == 0x20010000) return false;                                    // Teredo
    return word(bytes) != 0x20010DB8;                                               // documentation
}

} // namespace

bool is_loopback(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address, sizeof v6);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
    }
    return false;
}

bool is_public(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return is_public_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) return false;
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    return is_public_v6(v6.sin6_addr.s6_addr);
}

} // namespace hb::net
