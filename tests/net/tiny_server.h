#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

// A server on loopback that hands each connection to `serve`, in a thread of its own; what happens
// between two bytes is the test's choice.
class TinyServer {
public:
    using Serve = std::function<void(TinyServer&, int connection)>;

    explicit TinyServer(Serve serve) : serve_(std::move(serve)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* any = reinterpret_cast<sockaddr*>(&address);
        socklen_t length = sizeof address;
        if (::bind(listener_, any, length) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, any, &length) != 0)
            std::abort();
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~TinyServer() {
        stop_listening();
        thread_.join();
        for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
        for (auto& worker : workers_) worker.join();
        for (const int connection : open_) ::close(connection);
        ::close(listener_);
    }

    std::string url(const std::string& path = "/rest/1/token/crm.item.add") const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    int requests() const { return requests_; }
    int connections() const { return connections_; }
    std::vector<std::string> heads() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return heads_;
    }
    void stop_listening() { ::shutdown(listener_, SHUT_RDWR); }

    // Reads one request whole (Content-Length only); false at the end of the connection.
    bool read_request(int connection) {
        std::string text;
        while (true) {
            const auto head = text.find("\r\n\r\n");
            if (head != std::string::npos && text.size() >= head + 4 + body_length(text)) {
                const std::lock_guard<std::mutex> lock(mutex_);
                heads_.push_back(text.substr(0, head));
                ++requests_;
                return true;
            }
            char buffer[4096];
            const auto got = ::recv(connection, buffer, sizeof buffer, 0);
            if (got <= 0) return false;
            text.append(buffer, static_cast<std::size_t>(got));
        }
    }
    static void write(int connection, const std::string& bytes) {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const auto done =
                ::send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (done <= 0) return;
            sent += static_cast<std::size_t>(done);
        }
    }
    static void answer(int connection, const std::string& body, const std::string& extra = "") {
        write(connection, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n" + extra + "\r\n" + body);
    }

private:
    static std::size_t body_length(const std::string& text) {
        const auto at = text.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
    }
    void run() {
        while (true) {
            const int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            ++connections_;
            const std::lock_guard<std::mutex> lock(mutex_);
            open_.push_back(connection);
            workers_.emplace_back([this, connection] {
                serve_(*this, connection);
                // Closed by the destructor; the client sees the end now.
                ::shutdown(connection, SHUT_RDWR);
            });
        }
    }

    Serve serve_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> requests_{0};
    std::atomic<int> connections_{0};
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    std::vector<int> open_;
    std::vector<std::thread> workers_;
    std::thread thread_;
};
