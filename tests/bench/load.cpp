#include "bench/load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <stdexcept>

#include "base/text.h"
#include "bench/measure.h"

namespace hb::bench {
namespace {

int connect_to(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("the load can't connect");
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

// The length of the first whole answer in `text`; 0 while it is not whole.
std::size_t answer_length(const std::string& text) {
    const auto head = text.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    const auto field = fold_case(text.substr(0, head)).find("content-length:");
    if (field == std::string::npos) return head + 4;
    const auto end = text.find("\r\n", field);
    const auto length = parse_integer(trim(text.substr(field + 15, end - field - 15)));
    const auto whole = head + 4 + static_cast<std::size_t>(length.value_or(0));
    return text.size() < whole ? 0 : whole;
}

class Client {
public:
    Client(int port, const std::function<std::string()>& request)
        : port_(port), request_(request), fd_(connect_to(port)) {}
    ~Client() { ::close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    pollfd wish() const { return {fd_, static_cast<short>(unsent_.empty() ? POLLIN : POLLOUT), 0}; }

    void ask() {
        unsent_ = request_();
        began_ = seconds_now();
        write_some();
    }
    // Something may be read or written.
    void step(Load& load, std::int64_t& mine) {
        if (!unsent_.empty()) return write_some();
        char bytes[8192];
        const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (got <= 0) {
            ++load.broken;
            return again();
        }
        read_.append(bytes, static_cast<std::size_t>(got));
        const auto length = answer_length(read_);
        if (length == 0) return;
        const bool good = read_.compare(9, 3, "200") == 0;
        ++(good ? load.answered : load.refused);
        ++mine;
        load.times.push_back((seconds_now() - began_) * 1e3);
        const bool closes = read_.substr(0, length).find("Connection: close") != std::string::npos;
        read_.erase(0, length);
        if (closes) return again();
        ask();
    }

private:
    void again() {
        ::close(fd_);
        read_.clear();
        fd_ = connect_to(port_);
        ask();
    }
    void write_some() {
        const auto sent = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
        // A connection that broke shows when it is read.
        if (sent < 0 && errno != EAGAIN && errno != EINTR) unsent_.clear();
    }

    int port_;
    const std::function<std::string()>& request_;
    int fd_;
    std::string unsent_, read_;
    double began_ = 0;
};

} // namespace

Load put_load(int port, int connections, double seconds,
              const std::function<std::string()>& request) {
    Load load;
    load.each.resize(static_cast<std::size_t>(connections));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < connections; ++i)
        clients.push_back(std::make_unique<Client>(port, request));
    const double began = seconds_now();
    for (auto& client : clients) client->ask();
    while (seconds_now() - began < seconds) {
        std::vector<pollfd> wishes;
        for (const auto& client : clients) wishes.push_back(client->wish());
        ::poll(wishes.data(), wishes.size(), 100);
        for (std::size_t i = 0; i < clients.size(); ++i)
            if (wishes[i].revents != 0) clients[i]->step(load, load.each[i]);
    }
    load.seconds = seconds_now() - began;
    return load;
}

} // namespace hb::bench
