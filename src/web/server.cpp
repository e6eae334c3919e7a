#include "web/server.h"

#include <httplib.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <thread>

#include "base/limits.h"
#include "base/text.h"
#include "web/address.h"
#include "web/headers.h"
#include "web/hooks.h"
#include "web/listen.h"
#include "web/miss_limiter.h"
#include "web/router.h"

// The only file that knows cpp-httplib 0.11.4. What that library leaves open (RELIABILITY B2) is
// closed here: see refuse(), trouble_with() and listen_wider().
namespace hb::web {

namespace {

constexpr std::size_t kThreads = 32; // each slow sender holds one
constexpr int kBacklog = 128;        // the library's own is 5: a burst would wait for seconds
constexpr std::size_t kAnswersPerConnection = 100;
constexpr time_t kIdleSeconds = 5;
constexpr time_t kReadSeconds = 5;
constexpr time_t kWriteSeconds = 10;

// The library keeps a connection open whatever a handler says, and would read what is left of a
// refused request as the next one. A body whose provider ends with "false" makes it hang up.
void refuse(httplib::Response& res, int status, const std::string& text) {
    res.status = status;
    res.set_header("Connection", "close");
    res.set_content_provider(
        text.size(), "text/plain; charset=utf-8",
        [text](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
            sink.write(text.data() + offset, length);
            return false;
        });
}

constexpr const char* kBadRequest = "Bad request.\n";

struct Refusal {
    int status = 0; // 0: none
    const char* text = "";
};

Refusal trouble_with_body(const httplib::Request& req) {
    if (req.has_header("Content-Encoding")) return {415, "Send the body uncompressed.\n"};
    if (req.is_multipart_form_data())
        return {415, "Send the form as application/x-www-form-urlencoded.\n"};
    if (req.get_header_value_count("Content-Length") != 1)
        return {411, "Send the body with its length.\n"};
    const auto length = parse_integer(req.get_header_value("Content-Length"));
    if (!length || *length < 0) return {400, kBadRequest};
    if (static_cast<std::uint64_t>(*length) > kWebhookBytesMax)
        return {413, "The body is too large.\n"};
    return {};
}

// Bodies come whole, with one length, uncompressed and small; the library would read others without
// end. A GET has none: the library would leave it on the connection.
Refusal trouble_with(const httplib::Request& req) {
    if (req.has_header("Transfer-Encoding")) return {411, "Send the body with its length.\n"};
    if (req.method == "POST") return trouble_with_body(req);
    if (req.method != "GET" && req.method != "HEAD")
        return {405, "This address does not do that.\n"};
    if (req.has_header("Content-Length") && req.get_header_value("Content-Length") != "0")
        return {400, kBadRequest};
    return {};
}

std::string reason_text(int status) {
    return status >= 500 ? "Something went wrong on our side. Please try again later.\n"
                         : kBadRequest;
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

} // namespace

struct WebServer::Impl {
    Impl(engine::Core& core_, engine::Books& books_, WebOptions options_)
        : core(core_), books(books_), options(std::move(options_)), hooks(core_, options.hooks, options.commits) {}

    engine::Core& core;
    engine::Books& books;
    WebOptions options;
    MissLimiter misses;
    Hooks hooks;
    httplib::Server server;
    std::thread thread;
    std::atomic<bool> ended{false};
    int socket = -1; // the listening one
    int port = 0;
    std::string socket_file;
    std::string life; // of this start; first part of every request id
    std::atomic<std::uint64_t> requests{0};

    std::string next_request_id() { return life + "-" + std::to_string(++requests); }
    // By the route's pattern: paths hold secrets, and strangers would make up any number of them.
    void count(std::string_view route, int status) {
        core.meters.add(engine::meter::kAnswers,
                        {{"route", route}, {"status", std::to_string(status)}});
    }
    void configure();
    void give(const httplib::Request& req, httplib::Response& res, std::string body);
    Status bind(const Listen& listen);
    void run();
};

void WebServer::Impl::give(const httplib::Request& req, httplib::Response& res, std::string body) {
    // Range requests are off: every page is made for its request.
    const_cast<httplib::Request&>(req).ranges.clear();
    Asked asked;
    asked.method = req.method == "HEAD" ? "GET" : req.method;
    asked.path = req.path;
    asked.body = std::move(body);
    // Not the header REMOTE_ADDR: the library puts the address there, beside what the client sent.
    const bool one = req.get_header_value_count("X-Real-IP") == 1;
    asked.address = client_address(req.remote_addr, one ? req.get_header_value("X-Real-IP") : "");
    asked.request_id = next_request_id();
    if (req.method == "POST" && asked.path.rfind("/hook/", 0) == 0)
        asked.headers.assign(req.headers.begin(), req.headers.end());
    const std::string id = asked.request_id;
    std::string_view route = "-";
    const Answer told = answer({core, books, misses, hooks, options.watch, options.version},
                               std::move(asked), route);
    count(route, told.status);
    res.status = told.status;
    res.set_header("X-Request-Id", id);
    res.set_header("Accept-Ranges", "none");
    for (const auto& [name, value] : told.headers) res.set_header(name, value);
    if (!told.body.empty()) res.set_content(told.body, told.type);
    spdlog::debug("web method={} route={} status={} request_id={}", req.method, route, told.status,
                  id);
}

void WebServer::Impl::configure() {
    using Response = httplib::Server::HandlerResponse;
    httplib::Headers every;
    for (const auto& [name, value] : kEveryAnswer)
        every.emplace(std::string(name), std::string(value));
    server.set_default_headers(every);
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server.set_keep_alive_max_count(kAnswersPerConnection);
    server.set_keep_alive_timeout(kIdleSeconds);
    server.set_read_timeout(kReadSeconds);
    server.set_write_timeout(kWriteSeconds);
    server.set_payload_max_length(kWebhookBytesMax);
    server.set_tcp_nodelay(true);
    // SO_REUSEADDR alone: with the library's SO_REUSEPORT a second instance would start on the same
    // port, and the kernel would share the clients out between both.
    server.set_socket_options([this](int fd) {
        const int yes = 1;
        ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        socket = fd;
    });
    server.set_pre_routing_handler([this](const httplib::Request& req, httplib::Response& res) {
        const Refusal refusal = trouble_with(req);
        if (refusal.status != 0) {
            res.set_header("X-Request-Id", next_request_id());
            count("-", refusal.status);
            refuse(res, refusal.status, refusal.text);
            return Response::Handled;
        }
        if (req.method == "POST") return Response::Unhandled; // its body is read first, below
        give(req, res, "");
        return Response::Handled;
    });
    server.Post("[\\s\\S]*", [this](const httplib::Request& req, httplib::Response& res,
                                    const httplib::ContentReader& read) {
        std::string body;
        const bool whole = read([&](const char* data, std::size_t size) {
            if (body.size() + size > kWebhookBytesMax) return false;
            body.append(data, size);
            return true;
        });
        if (!whole) return refuse(res, 400, reason_text(400));
        give(req, res, std::move(body));
    });
    // What the library itself refuses: an address of over 8 KB, a head that is no HTTP, …
    server.set_error_handler([this](const httplib::Request&, httplib::Response& res) {
        if (!res.body.empty() || res.content_provider_) return;
        if (!res.has_header("X-Request-Id")) res.set_header("X-Request-Id", next_request_id());
        refuse(res, res.status, reason_text(res.status));
    });
    server.set_exception_handler(
        [](const httplib::Request&, httplib::Response& res, std::exception_ptr trouble) {
            try {
                std::rethrow_exception(trouble);
            } catch (const std::exception& known) {
                spdlog::error("web error=\"{}\"", known.what());
            } catch (...) {
                spdlog::error("web error=\"of unknown kind\"");
            }
            res.status = 500; // its text comes from the error handler
        });
    server.set_post_routing_handler([](const httplib::Request&, httplib::Response& res) {
        res.headers.erase("Keep-Alive"); // our time-outs are no stranger's business
        // A client that asked to hang up gets the library's "close" beside that of refuse().
        if (res.get_header_value_count("Connection") > 1) {
            res.headers.erase("Connection");
            res.set_header("Connection", "close");
        }
    });
}

Status WebServer::Impl::bind(const Listen& listen) {
    bool bound = false;
    if (!listen.path.empty()) {
        remove_stale_socket(listen.path);
        server.set_address_family(AF_UNIX);
        bound = server.bind_to_port(listen.path, 80); // the library wants a port; it is not used
        // The proxy comes in by its group.
        if (bound) bound = ::chmod(listen.path.c_str(), 0660) == 0;
        if (bound) socket_file = listen.path;
    } else if (listen.port == 0) {
        port = server.bind_to_any_port(listen.host);
        bound = port > 0;
    } else {
        bound = server.bind_to_port(listen.host, listen.port);
        port = listen.port;
    }
    if (!bound)
        return Error{Code::Machine, "cannot listen on " + options.listen, "",
                     "another program, or a second hourbridge, may be using it; choose another "
                     "\"listen\""};
    // The library calls listen() with a backlog of 5; a second call only widens it.
    ::listen(socket, kBacklog);
    return {};
}

void WebServer::Impl::run() {
    thread = std::thread([this] {
        if (!server.listen_after_bind()) spdlog::error("web error=\"listening has ended\"");
        ended = true;
    });
    // stop() does nothing to a server that has not begun; it begins within the thread's first
    // steps.
    while (!server.is_running() && !ended) std::this_thread::yield();
}

WebServer::WebServer(engine::Core& core, engine::Books& books, WebOptions options)
    : impl_(std::make_unique<Impl>(core, books, std::move(options))) {}

WebServer::~WebServer() {
    stop();
}

Status WebServer::start() {
    const Result<Listen> listen = parse_listen(impl_->options.listen, impl_->options.allow_direct);
    if (!listen) return listen.error();
    impl_->life = impl_->core.ids.id128().substr(0, 12);
    impl_->configure();
    if (const Status bound = impl_->bind(*listen); !bound) return bound;
    impl_->run();
    return {};
}

void WebServer::use_hook_keys(HookKeysOf keys) {
    impl_->hooks.use(std::move(keys));
}

int WebServer::port() const {
    return impl_->port;
}

void WebServer::stop() {
    if (!impl_->thread.joinable()) return;
    impl_->server.stop();
    impl_->thread.join();
    if (!impl_->socket_file.empty()) ::unlink(impl_->socket_file.c_str());
}

} // namespace hb::web
