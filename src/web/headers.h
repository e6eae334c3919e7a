#pragma once

#include <string_view>
#include <utility>

// On every answer, whatever made it (rules.md, security: pages). HSTS belongs to what speaks
// TLS: the proxy.
namespace hb::web {

inline constexpr std::pair<std::string_view, std::string_view> kEveryAnswer[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; img-src 'self'; object-src 'none'; "
     "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"}, // the path of a report is its secret
    {"Cache-Control", "no-store"},
    {"X-Robots-Tag", "noindex, nofollow"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

} // namespace hb::web
