#include "wire.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

namespace hb::web::test {

namespace {

std::string exchange(int fd, std::string_view bytes, int seconds) {
    const timeval patience{seconds, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    // A server that refuses early may have hung up before everything was sent.
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t n = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
    }
    std::string answer;
    char buffer[4096];
    for (;;) {
        const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) answer += "[still open]";
        if (n <= 0) break;
        answer.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(fd);
    return answer;
}

// No assertion here: clients also run in threads, and Catch2's belong to one.
bool connected(int fd, const sockaddr* address, socklen_t size) {
    if (::connect(fd, address, size) == 0) return true;
    ::close(fd);
    return false;
}

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

Line::Line(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = loopback(port);
    const timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (!connected(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address)) fd_ = -1;
}

Line::~Line() {
    if (fd_ >= 0) ::close(fd_);
}

std::string Line::ask(std::string_view request) {
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
    std::string answer;
    char buffer[4096];
    for (;;) {
        const auto length = parse_integer(header_of(answer, "Content-Length"));
        const bool head = answer.find("\r\n\r\n") != std::string::npos;
        if (head && length && body_of(answer).size() >= static_cast<std::size_t>(*length))
            return answer;
        const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
        if (n <= 0) return answer;
        answer.append(buffer, static_cast<std::size_t>(n));
    }
}

std::string talk(int port, std::string_view bytes, int seconds) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    return connected(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address)
               ? exchange(fd, bytes, seconds)
               : "";
}

std::string talk_unix(const std::string& path, std::string_view bytes) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return connected(fd, reinterpret_cast<sockaddr*>(&address), sizeof address)
               ? exchange(fd, bytes, 5)
               : "";
}

std::string get(int port, const std::string& path, const std::string& headers) {
    return talk(port,
                "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n");
}

int status_of(const std::string& answer) {
    if (answer.size() < 12 || answer.substr(0, 9) != "HTTP/1.1 ") return 0;
    return static_cast<int>(parse_integer(answer.substr(9, 3)).value_or(0));
}

std::string body_of(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "" : answer.substr(end + 4);
}

std::string header_of(const std::string& answer, std::string_view name) {
    std::string value;
    int times = 0;
    const std::string_view head = std::string_view(answer).substr(0, answer.find("\r\n\r\n"));
    for (const std::string_view line : split(head, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || fold_case(line.substr(0, colon)) != fold_case(name))
            continue;
        value = std::string(trim(line.substr(colon + 1)));
        ++times;
    }
    return times > 1 ? "[" + std::to_string(times) + " times]" : value;
}

} // namespace hb::web::test
