#include "web/listen.h"

#include "base/text.h"
#include "web/address.h"

namespace hb::web {

namespace {

// sockaddr_un has room for 108 bytes, the last of them zero.
constexpr std::size_t kPathMax = 107;

Error not_an_address(std::string_view text) {
    return {Code::Usage, "\"" + std::string(text) + "\" is not an address to listen on", "",
            "write \"127.0.0.1:8480\", \"[::1]:8480\" or \"unix:/run/hourbridge/http.sock\""};
}

} // namespace

Result<Listen> parse_listen(std::string_view text, bool allow_direct) {
    Listen listen;
    if (text.starts_with("unix:")) {
        listen.path = std::string(text.substr(5));
        if (listen.path.empty() || listen.path.size() > kPathMax) return not_an_address(text);
        return listen;
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return not_an_address(text);
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto port = parse_integer(text.substr(colon + 1));
    if (host.empty() || !port || *port < 0 || *port > 65535) return not_an_address(text);
    if (!is_loopback(host) && host != "localhost" && !allow_direct)
        return Error{Code::Usage,
                     "\"listen\": \"" + std::string(text) +
                         "\" would be reachable from other machines without TLS",
                     "",
                     "listen on 127.0.0.1 behind nginx (config/nginx-hourbridge.conf), or set "
                     "\"allow_direct\": true"};
    listen.host = std::string(host);
    listen.port = static_cast<int>(*port);
    return listen;
}

} // namespace hb::web
