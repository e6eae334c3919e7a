#include "web/listen.h"

#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "web/address.h"

namespace hb::web {

namespace {

constexpr int kBacklog = 511;

// sockaddr_un has room for 108 bytes, the last of them zero.
constexpr std::size_t kPathMax = 107;

Error not_an_address(std::string_view text) {
    return {Code::Usage, "\"" + std::string(text) + "\" is not an address to listen on", "",
            "write \"127.0.0.1:8480\", \"[::1]:8480\" or \"unix:/run/hourbridge/http.sock\""};
}

bool somebody_answers(const sockaddr_un& address) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return true;
    const bool answered =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    return answered;
}

// A socket file outlives its process; it goes when it is a socket and nobody listens behind it.
void remove_stale_socket(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (!somebody_answers(address)) ::unlink(path.c_str());
}

Error taken(const std::string& shown) {
    return {Code::Machine, "cannot listen on " + shown, "",
            "another program, or a second hourbridge, may be using it; choose another \"listen\""};
}

// Binds and listens; false and closed when the system refuses.
bool begin(int socket, const sockaddr* address, socklen_t size) {
    // SO_REUSEADDR alone: with SO_REUSEPORT a second instance would start on the same port, and
    // the kernel would share the clients out between both.
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(socket, address, size) == 0 && ::listen(socket, kBacklog) == 0) return true;
    ::close(socket);
    return false;
}

constexpr int kKind = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

Result<Listener> open_unix(const std::string& path, const std::string& shown) {
    remove_stale_socket(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int socket = ::socket(AF_UNIX, kKind, 0);
    if (socket < 0 || !begin(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address))
        return taken(shown);
    // The proxy comes in by its group.
    if (::chmod(path.c_str(), 0660) != 0) {
        ::close(socket);
        return taken(shown);
    }
    return Listener{socket, 0};
}

int port_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.ss_family == AF_INET6
                     ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                     : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

} // namespace

Result<Listener> open_listener(const Listen& at, const std::string& shown) {
    if (!at.path.empty()) return open_unix(at.path, shown);
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (::getaddrinfo(at.host.c_str(), std::to_string(at.port).c_str(), &wanted, &found) != 0)
        return taken(shown);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        const int socket = ::socket(each->ai_family, kKind, each->ai_protocol);
        if (socket >= 0 && begin(socket, each->ai_addr, each->ai_addrlen))
            return Listener{socket, port_of(socket)};
    }
    return taken(shown);
}

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
