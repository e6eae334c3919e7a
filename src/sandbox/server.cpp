#include "sandbox/server.h"

#include <httplib.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace hb::sandbox {

namespace {

using Delivery = HttpAnswer::Delivery;

// One connection. Collects what the library writes, so that an answer can be dropped or cut, and
// goes out in one piece otherwise.
class Connection final : public httplib::Stream {
public:
    Connection(socket_t socket, const std::atomic<bool>& stopping)
        : socket_(socket), stopping_(stopping) {}

    bool is_readable() const override { return wait(POLLIN, 5000); }
    bool is_writable() const override { return wait(POLLOUT, 5000); }

    ssize_t read(char* to, size_t size) override {
        if (at_ == in_.size()) {
            // "100 Continue" must leave before the client sends its body.
            if (!out_.empty() && !send_all()) return -1;
            if (!is_readable()) return -1;
            in_.resize(16384);
            const ssize_t got = ::recv(socket_, in_.data(), in_.size(), 0);
            in_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
            at_ = 0;
            if (got <= 0) return got;
        }
        const std::size_t part = std::min(size, in_.size() - at_);
        std::memcpy(to, in_.data() + at_, part);
        at_ += part;
        return static_cast<ssize_t>(part);
    }

    ssize_t write(const char* data, size_t size) override {
        out_.append(data, size);
        return static_cast<ssize_t>(size);
    }

    void get_remote_ip_and_port(std::string& ip, int& port) const override {
        ip = "127.0.0.1";
        port = 0;
    }
    void get_local_ip_and_port(std::string& ip, int& port) const override {
        get_remote_ip_and_port(ip, port);
    }
    socket_t socket() const override { return socket_; }

    bool has_next_request() const { return at_ < in_.size() || wait(POLLIN, 30'000); }

    // Sends the collected answer as `delivery` says; false when the connection is over.
    bool flush(Delivery delivery) {
        if (delivery == Delivery::Drop) return false;
        if (delivery == Delivery::Truncate) {
            const std::size_t body = out_.find("\r\n\r\n");
            const std::size_t head = body == std::string::npos ? 0 : body + 4;
            out_.resize(head + (out_.size() - head) / 2);
        }
        return send_all() && delivery == Delivery::Whole;
    }

private:
    bool send_all() {
        std::size_t sent = 0;
        while (sent < out_.size()) {
            const ssize_t part =
                ::send(socket_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
            if (part <= 0) return false;
            sent += static_cast<std::size_t>(part);
        }
        out_.clear();
        return true;
    }

    // Waits in short steps, so that stop() is not held up by an idle client.
    bool wait(short what, int timeout_ms) const {
        for (int waited = 0; waited < timeout_ms && !stopping_; waited += 50) {
            pollfd one{socket_, what, 0};
            const int ready = ::poll(&one, 1, 50);
            if (ready > 0) return true;
            if (ready < 0 && errno != EINTR) return false;
        }
        return false;
    }

    socket_t socket_;
    const std::atomic<bool>& stopping_;
    std::string in_;
    std::size_t at_ = 0;
    std::string out_;
};

} // namespace

struct Server::Impl final : httplib::Server {
    Impl(Portal* portal_, sandbox::Server::HeaderHandler handler_)
        : portal(portal_), ask(std::move(handler_)) {}

    Portal* portal; // nullptr: another system
    sandbox::Server::HeaderHandler ask;
    std::thread thread;
    int port = 0;
    std::atomic<bool> stopping{false};
    std::mutex pause;
    std::condition_variable paused;
    std::thread postman;

    void answer(const httplib::Request& request, httplib::Response& response);
    void wait(std::int64_t delay_ms);
    void carry_events();
    bool process_and_close_socket(socket_t socket) override;
};

namespace {

// The library parses forms and multipart bodies itself, with its own limits and without order; the
// portal wants the bytes. So the type travels under another name.
constexpr const char* kTypeHeader = "X-Sandbox-Content-Type";
thread_local Delivery delivery_of_request = Delivery::Whole;

constexpr std::int64_t kEventPauseMs = 25; // how long a new event waits for the postman
constexpr int kEventSeconds = 5;           // a slower handler never gets it

// Whether the handler took it.
bool post_event(const PortalEvent& event) {
    const std::size_t scheme = event.url.find("://");
    if (!event.url.starts_with("http://")) return false;
    const std::size_t path = event.url.find('/', scheme + 3);
    httplib::Client client{event.url.substr(0, path)};
    client.set_connection_timeout(kEventSeconds);
    client.set_read_timeout(kEventSeconds);
    const auto answer = client.Post(path == std::string::npos ? "/" : event.url.substr(path),
                                    event.body, "application/x-www-form-urlencoded");
    return answer && answer->status < 400;
}

void adjust_headers(httplib::Request& request, bool gzip) {
    const std::string type = request.get_header_value("Content-Type");
    request.headers.erase("Content-Type");
    request.headers.emplace(kTypeHeader, type);
    // Left alone, the library packs with the slowest Brotli it has.
    const std::string accepted = request.get_header_value("Accept-Encoding");
    request.headers.erase("Accept-Encoding");
    if (gzip && accepted.find("gzip") != std::string::npos)
        request.headers.emplace("Accept-Encoding", "gzip");
}

} // namespace

bool Server::Impl::process_and_close_socket(socket_t socket) {
    Connection connection{socket, stopping};
    bool open = true;
    while (open && !stopping && connection.has_next_request()) {
        bool closed = false;
        delivery_of_request = Delivery::Whole;
        const bool gzip = portal != nullptr && portal->gzip();
        const auto adjust = [gzip](httplib::Request& request) { adjust_headers(request, gzip); };
        open = process_request(connection, false, closed, adjust) && !closed;
        open = connection.flush(delivery_of_request) && open;
    }
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return true;
}

void Server::Impl::wait(std::int64_t delay_ms) {
    std::unique_lock lock{pause};
    paused.wait_for(lock, std::chrono::milliseconds{delay_ms}, [&] { return stopping.load(); });
}

// One try each, as on a portal: an event that does not arrive is lost.
void Server::Impl::carry_events() {
    while (!stopping && portal != nullptr) {
        for (const auto& event : portal->take_events()) portal->note_delivery(post_event(event));
        wait(kEventPauseMs);
    }
}

void Server::Impl::answer(const httplib::Request& request, httplib::Response& response) {
    HttpRequest sent;
    sent.method = request.method;
    sent.path = request.path;
    const std::size_t mark = request.target.find('?');
    if (mark != std::string::npos) sent.query = request.target.substr(mark + 1);
    sent.content_type = request.get_header_value(kTypeHeader);
    sent.body = request.body;
    sent.host = request.get_header_value("Host");
    sent.authorization = request.get_header_value("Authorization");
    const HttpAnswer answer = ask(sent, {request.headers.begin(), request.headers.end()});
    if (answer.delay_ms > 0) wait(answer.delay_ms);
    delivery_of_request = answer.delivery;
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.set_header(name, value);
    response.set_content(answer.body, answer.content_type);
}

Server::Server(Portal& portal)
    : Server(&portal, [&portal](const HttpRequest& request, const Headers&) {
          return portal.handle(request);
      }) {}

Server::Server(Handler handler)
    : Server(nullptr, [handler = std::move(handler)](const HttpRequest& request, const Headers&) {
          return handler(request);
      }) {}

Server::Server(HeaderHandler handler) : Server(nullptr, std::move(handler)) {}

Server::Server(Portal* portal, HeaderHandler handler)
    : impl_(std::make_unique<Impl>(portal, std::move(handler))) {
    const auto route = [this](const httplib::Request& request, httplib::Response& response) {
        impl_->answer(request, response);
    };
    impl_->Get(".*", route);
    impl_->Post(".*", httplib::Server::Handler{route});
    impl_->Put(".*", httplib::Server::Handler{route});
    impl_->Patch(".*", httplib::Server::Handler{route});
    impl_->Delete(".*", httplib::Server::Handler{route});
    impl_->new_task_queue = [] { return new httplib::ThreadPool(16); };
    impl_->set_tcp_nodelay(true);
    impl_->set_keep_alive_timeout(30);
    impl_->set_keep_alive_max_count(1'000'000);
    impl_->set_payload_max_length(64u << 20);
    // The library's default is SO_REUSEPORT: two portals could share a port and each get half of
    // the requests.
    impl_->set_socket_options([](socket_t socket) {
        const int on = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
}

Server::~Server() {
    stop();
}

Result<int> Server::start(int port) {
    const int bound = port == 0 ? impl_->bind_to_any_port("127.0.0.1")
                                : (impl_->bind_to_port("127.0.0.1", port) ? port : -1);
    if (bound <= 0)
        return Error{Code::Machine, "The sandbox can't listen on port " + std::to_string(port),
                     "bind failed on 127.0.0.1", "Choose another port, or 0 for any"};
    impl_->port = bound;
    impl_->thread = std::thread{[this] { impl_->listen_after_bind(); }};
    impl_->postman = std::thread{[this] { impl_->carry_events(); }};
    while (!impl_->is_running()) std::this_thread::yield();
    return bound;
}

void Server::stop() {
    if (!impl_->thread.joinable()) return;
    {
        const std::lock_guard lock{impl_->pause};
        impl_->stopping = true;
    }
    impl_->paused.notify_all();
    impl_->stop();
    impl_->thread.join();
    impl_->postman.join();
}

int Server::port() const {
    return impl_->port;
}

std::string Server::url() const {
    return "http://127.0.0.1:" + std::to_string(impl_->port);
}

std::string Server::webhook(const std::string& token, std::int64_t user) const {
    return url() + "/rest/" + std::to_string(user) + "/" + token + "/";
}

} // namespace hb::sandbox
