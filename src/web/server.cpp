#include "web/server.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include <httplib.h>
#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/limits.h"
#include "base/text.h"
#include "web/address.h"
#include "web/api/problem.h"
#include "web/api/staff.h"
#include "web/front.h"
#include "web/headers.h"
#include "web/hooks.h"
#include "web/listen.h"
#include "web/look.h"
#include "web/miss_limiter.h"
#include "web/router.h"

// The only file that knows cpp-httplib 0.11.4, which parses requests, routes and writes answers;
// its sockets and threads are not used (see Front). What it leaves open besides (S2) is
// closed here: see refuse() and trouble_with().
namespace hb::web {

namespace {

// A client that is refused is hung up on: what is left of the request would be read as the next
// one.
void refuse(httplib::Response& res, int status, const std::string& text) {
    res.status = status;
    res.set_header("Connection", "close");
    res.set_content(text, "text/plain; charset=utf-8");
}

bool says_close(std::string_view answer) {
    return answer.substr(0, answer.find("\r\n\r\n")).find("\r\nConnection: close") !=
           std::string_view::npos;
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

bool takes_body(const std::string& method) {
    return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

bool is_api(const httplib::Request& req) {
    return req.path.starts_with("/api/");
}

// What the API's clients read instead of a sentence.
void refuse_as_problem(httplib::Response& res, int status, const std::string& id) {
    const char* const code = status == 413   ? "too_large"
                             : status == 415 ? "content_type"
                             : status == 503 ? "busy"
                                             : "invalid";
    refuse(res, status, "");
    res.set_content(api::problem_json({status, code, "the request can't be read"}, id),
                    "application/problem+json");
}

// Bodies come whole, with one length, uncompressed and small; the library would read others without
// end. A GET has none: the library would leave it on the connection.
Refusal trouble_with(const httplib::Request& req) {
    if (req.has_header("Transfer-Encoding")) return {411, "Send the body with its length.\n"};
    if (req.method == "POST") return trouble_with_body(req);
    if (is_api(req) && req.method == "DELETE" && !req.has_header("Content-Length")) return {};
    if (is_api(req) && takes_body(req.method)) return trouble_with_body(req);
    if (req.method != "GET" && req.method != "HEAD") return {405, "Method not allowed.\n"};
    if (req.has_header("Content-Length") && req.get_header_value("Content-Length") != "0")
        return {400, kBadRequest};
    return {};
}

std::string reason_text(int status) {
    switch (status) {
    case 503:
        return "Too much is going on just now. Please try again in a few seconds.\n";
    case 408:
        return "That took too long. Please send it again.\n";
    case 431:
        return "The head of the request is too large.\n";
    default:
        return status >= 500 ? "Something went wrong on our side. Please try again later.\n"
                             : kBadRequest;
    }
}

// What the client takes: every line of the header counts as one list.
bool takes_gzip(const httplib::Request& req) {
    std::string all;
    const auto [begin, end] = req.headers.equal_range("Accept-Encoding");
    for (auto each = begin; each != end; ++each) all += (all.empty() ? "" : ",") + each->second;
    return accepts_gzip(all);
}

bool is_get_of(std::string_view request, std::string_view path) {
    if (request.starts_with("HEAD ")) request.remove_prefix(1);
    return request.substr(4).starts_with(path) &&
           (request.starts_with("GET ") || request.starts_with("EAD "));
}

// By the first line as it was sent: a path written in another way is only answered later. Health
// asks nothing of the books, so it is answered while all workers are busy.
Work work_of(const WholeRequest& request) {
    const std::string_view text = request.bytes;
    if (is_get_of(text, "/healthz ")) return Work::AtOnce;
    const auto is_of = [text](std::string_view path) {
        return is_get_of(text, path) ||
               (text.starts_with("POST ") && text.substr(5).starts_with(path));
    };
    const bool report = is_of("/r/") || is_of("/a/") || is_of("/d/");
    const bool staff = is_of("/api/") || text.starts_with("PUT /api/");
    return report || staff ? Work::Heavy : Work::Light;
}

// Of the address of metrics_listen: a monitor comes every few seconds, and alone.
FrontLimits few() {
    FrontLimits limits;
    limits.workers = limits.light_workers = 2;
    limits.connections = 16;
    limits.held_bytes = 1u << 20;
    return limits;
}

// The library, told whole requests from memory.
struct Library : httplib::Server {
    using httplib::Server::process_request;
};

class MemoryStream final : public httplib::Stream {
public:
    explicit MemoryStream(const WholeRequest& request) : request_(request) {}
    bool is_readable() const override { return at_ < request_.bytes.size(); }
    bool is_writable() const override { return true; }
    ssize_t read(char* into, std::size_t size) override {
        const std::size_t got = std::min(size, request_.bytes.size() - at_);
        std::memcpy(into, request_.bytes.data() + at_, got);
        at_ += got;
        return static_cast<ssize_t>(got);
    }
    ssize_t write(const char* data, std::size_t size) override {
        // Said already, before the body came.
        const bool interim =
            written.empty() && std::string_view(data, size).starts_with("HTTP/1.1 100");
        if (!interim) written.append(data, size);
        return static_cast<ssize_t>(size);
    }
    void get_remote_ip_and_port(std::string& ip, int& port) const override {
        ip = request_.address;
        port = 0;
    }
    void get_local_ip_and_port(std::string& ip, int& port) const override {
        ip.clear();
        port = 0;
    }
    socket_t socket() const override { return -1; }

    std::string written;

private:
    const WholeRequest& request_;
    std::size_t at_ = 0;
};

} // namespace

struct WebServer::Impl {
    Impl(books::Books& books_, WebOptions options_)
        : books(books_), options(std::move(options_)),
          hooks(books_, options.hooks, options.commits),
          front([this](const WholeRequest& request) { return process(request, false); },
                [this](int status) { return refusal(status); }, work_of),
          metrics([this](const WholeRequest& request) { return process(request, true); },
                  [this](int status) { return refusal(status); },
                  [](const WholeRequest&) { return Work::Light; }, few()) {}

    books::Books& books;
    WebOptions options;
    MissLimiter misses;
    Hooks hooks;
    PageCache pages;
    std::unique_ptr<api::Staff> staff; // none: no place for staff
    bool staff_url_known = false;
    Library server;
    Front front;
    Front metrics;    // listens where metrics_listen says so
    std::string life; // of this start; first part of every request id
    std::atomic<std::uint64_t> requests{0};
    // Past the library, which would copy it: what this thread's answer is followed by.
    static inline thread_local Page aside;
    static inline thread_local bool aside_unpacked = false;
    static inline thread_local bool by_metrics = false; // where this thread's request came in

    std::string next_request_id() { return life + "-" + std::to_string(++requests); }
    // By the route's pattern: paths hold secrets, and strangers would make up any number of them.
    void count(std::string_view route, int status) {
        books.meters.add(books::meter::kAnswers,
                         {{"route", route}, {"status", std::to_string(status)}});
        books.meters.add(books::meter::kWebResponses,
                         {{"route", route}, {"code", books::status_class(status)}});
    }
    void configure();
    void give(const httplib::Request& req, httplib::Response& res, std::string body);
    void give_page(httplib::Response& res, const Answer& told, bool head, bool gzip);
    std::optional<api::Request> staff_request(const httplib::Request& req,
                                              const Asked& asked) const;
    void finish(const httplib::Request& req, httplib::Response& res, const Answer& answered,
                std::string_view route, const std::string& id,
                std::chrono::steady_clock::time_point began, bool gzip);
    WholeAnswer process(const WholeRequest& request, bool at_metrics);
    Status listen(Front& at, const std::string& text, bool allow_direct);
    std::string refusal(int status);
};

// What a browser says beside the address.
void note_browser(const httplib::Request& req, Asked& asked) {
    const auto one = [&req](const char* name) {
        return req.get_header_value_count(name) == 1 ? req.get_header_value(name) : std::string();
    };
    if (const auto mark = req.target.find('?'); mark != std::string::npos)
        asked.query = parse_form(std::string_view(req.target).substr(mark + 1));
    asked.cookies = one("Cookie");
    asked.origin = one("Origin");
    asked.host = one("Host");
    asked.by_browser =
        req.method == "GET" && is_look({one("Sec-Fetch-Dest"), one("Sec-Purpose"), one("Purpose"),
                                        one("X-Moz"), one("User-Agent")});
}

void WebServer::Impl::give(const httplib::Request& req, httplib::Response& res, std::string body) {
    const bool gzip = takes_gzip(req);
    // Range requests are off, and the library does not compress: what is worth it is kept so.
    const_cast<httplib::Request&>(req).ranges.clear();
    const_cast<httplib::Request&>(req).headers.erase("Accept-Encoding");
    Asked asked;
    asked.method = req.method == "HEAD" ? "GET" : req.method;
    asked.path = req.path;
    asked.body = std::move(body);
    // Not the header REMOTE_ADDR: the library puts the address there, beside what the client sent.
    const bool one = req.get_header_value_count("X-Real-IP") == 1;
    const std::string claimed = one ? req.get_header_value("X-Real-IP") : "";
    asked.address = client_address(req.remote_addr, claimed);
    const auto told = [&req](const char* name) { // "": the shipped site sends it empty
        return req.get_header_value_count(name) > 0 && !req.get_header_value(name).empty();
    };
    asked.passed_on = (req.get_header_value_count("X-Real-IP") > 0 && asked.address != claimed) ||
                      told("Forwarded") || told("X-Forwarded-For") || told("Via");
    asked.by_metrics = by_metrics;
    asked.head = req.method == "HEAD";
    note_browser(req, asked);
    asked.request_id = next_request_id();
    if (req.method == "POST" && asked.path.rfind("/hook/", 0) == 0)
        asked.headers.assign(req.headers.begin(), req.headers.end());
    const std::string id = asked.request_id;
    std::string_view route = "-";
    const auto began = std::chrono::steady_clock::now();
    std::string staff_route;
    const auto for_staff = staff_request(req, asked);
    if (for_staff) {
        const Answer given = staff->answer(*for_staff, staff_route);
        return finish(req, res, given, staff_route, id, began, gzip);
    }
    const Answer answered = answer({books, misses, hooks, pages, options.watch, options.version,
                                    !options.metrics_listen.empty()},
                                   std::move(asked), route);
    finish(req, res, answered, route, id, began, gzip);
}

// Nothing: it is not for the place of staff.
std::optional<api::Request> WebServer::Impl::staff_request(const httplib::Request& req,
                                                           const Asked& asked) const {
    if (!staff || asked.by_metrics) return std::nullopt;
    api::Request out;
    out.method = asked.method;
    out.path = asked.path;
    out.query.assign(req.params.begin(), req.params.end());
    out.headers.assign(req.headers.begin(), req.headers.end());
    out.address = asked.address;
    out.request_id = asked.request_id;
    if (!staff->takes(out)) return std::nullopt;
    out.body = asked.body;
    return out;
}

void WebServer::Impl::finish(const httplib::Request& req, httplib::Response& res,
                             const Answer& answered, std::string_view route, const std::string& id,
                             std::chrono::steady_clock::time_point began, bool gzip) {
    count(route, answered.status);
    books.meters.observe(books::meter::kWebTimes, {{"route", route}},
                         std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::steady_clock::now() - began));
    res.status = answered.status;
    res.set_header("X-Request-Id", id);
    res.set_header("Accept-Ranges", "none");
    for (const auto& [name, value] : answered.headers) {
        if (name != "Set-Cookie") res.headers.erase(name); // instead of what every answer has
        res.set_header(name, value);
    }
    if (answered.page) give_page(res, answered, req.method == "HEAD", gzip);
    if (!answered.body.empty()) res.set_content(answered.body, answered.type);
    spdlog::debug("web method={} route={} status={} request_id={}", req.method, route,
                  answered.status, id);
}

void WebServer::Impl::give_page(httplib::Response& res, const Answer& told, bool head, bool gzip) {
    res.set_header("Content-Type", told.type);
    res.set_header("Vary", "Accept-Encoding");
    if (gzip) res.set_header("Content-Encoding", "gzip");
    res.set_header("Content-Length",
                   std::to_string(gzip ? told.page->gzip.size() : told.page->plain));
    if (head) return;
    aside = told.page;
    aside_unpacked = !gzip;
}

void WebServer::Impl::configure() {
    using Response = httplib::Server::HandlerResponse;
    httplib::Headers every;
    for (const auto& [name, value] : kEveryAnswer)
        every.emplace(std::string(name), std::string(value));
    server.set_default_headers(every);
    server.set_payload_max_length(kWebhookBytesMax);
    server.set_pre_routing_handler([this](const httplib::Request& req, httplib::Response& res) {
        const Refusal refusal = trouble_with(req);
        if (refusal.status != 0) {
            res.set_header("X-Request-Id", next_request_id());
            count("-", refusal.status);
            if (is_api(req))
                refuse_as_problem(res, refusal.status, res.get_header_value("X-Request-Id"));
            else
                refuse(res, refusal.status, refusal.text);
            return Response::Handled;
        }
        if (takes_body(req.method)) return Response::Unhandled; // its body is read first, below
        give(req, res, "");
        return Response::Handled;
    });
    const auto with_body = [this](const httplib::Request& req, httplib::Response& res,
                                  const httplib::ContentReader& read) {
        std::string body;
        const bool whole = read([&](const char* data, std::size_t size) {
            if (body.size() + size > kWebhookBytesMax) return false;
            body.append(data, size);
            return true;
        });
        if (!whole) return refuse(res, 400, reason_text(400));
        give(req, res, std::move(body));
    };
    server.Post("[\\s\\S]*", with_body);
    server.Put("[\\s\\S]*", with_body);
    server.Patch("[\\s\\S]*", with_body);
    server.Delete("[\\s\\S]*", with_body);
    // What the library itself refuses: an address of over 8 KB, a head that is no HTTP, …
    server.set_error_handler([this](const httplib::Request&, httplib::Response& res) {
        // A page that is sent from the side has its length, and no body here.
        if (!res.body.empty() || res.has_header("Content-Length")) return;
        if (!res.has_header("X-Request-Id")) res.set_header("X-Request-Id", next_request_id());
        refuse(res, res.status, reason_text(res.status));
    });
    server.set_exception_handler(
        [](const httplib::Request&, httplib::Response& res, std::exception_ptr trouble) {
            try {
                std::rethrow_exception(trouble);
            } catch (const std::exception& known) {
                spdlog::error("web error={}", log_value(known.what()));
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

WholeAnswer WebServer::Impl::process(const WholeRequest& request, bool at_metrics) {
    MemoryStream stream(request);
    by_metrics = at_metrics;
    bool closed = false;
    aside = nullptr;
    const bool done = server.process_request(stream, request.last, closed, nullptr);
    const bool hang_up = !done || closed || request.last || says_close(stream.written);
    return {std::move(stream.written), hang_up, std::move(aside), aside_unpacked};
}

// What the front refuses never gets as far as the library.
std::string WebServer::Impl::refusal(int status) {
    count("-", status);
    const std::string text = reason_text(status);
    const char* const word = status == 408   ? "Request Timeout"
                             : status == 431 ? "Request Header Fields Too Large"
                             : status == 503 ? "Service Unavailable"
                                             : "Bad Request";
    std::string out = "HTTP/1.1 " + std::to_string(status) + " " + word + "\r\n";
    for (const auto& [name, value] : kEveryAnswer)
        out += std::string(name) + ": " + std::string(value) + "\r\n";
    if (status == 503) out += "Retry-After: 5\r\n";
    return out + "X-Request-Id: " + next_request_id() + "\r\nConnection: close\r\n" +
           "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " +
           std::to_string(text.size()) + "\r\n\r\n" + text;
}

WebServer::WebServer(books::Books& books, WebOptions options)
    : impl_(std::make_unique<Impl>(books, std::move(options))) {}

WebServer::~WebServer() {
    stop();
}

Status WebServer::start() {
    const WebOptions& options = impl_->options;
    const bool apart = !options.metrics_listen.empty();
    if (auto bound = impl_->listen(impl_->front, options.listen, options.allow_direct); !bound)
        return bound;
    if (apart)
        if (auto bound = impl_->listen(impl_->metrics, options.metrics_listen, true); !bound)
            return bound;
    impl_->life = impl_->books.ids.id128().substr(0, 12);
    if (impl_->staff && !impl_->staff_url_known)
        impl_->staff->use_url("http://" + options.listen.substr(0, options.listen.rfind(':')) +
                              ":" + std::to_string(impl_->front.port()));
    impl_->configure();
    impl_->front.start();
    if (apart) impl_->metrics.start();
    return {};
}

Status WebServer::Impl::listen(Front& at, const std::string& text, bool allow_direct) {
    const Result<Listen> place = parse_listen(text, allow_direct);
    return place ? at.listen(*place, text) : Status(place.error());
}

void WebServer::offer_staff(api::Seams seams) {
    impl_->staff_url_known = !seams.url.empty();
    impl_->staff = std::make_unique<api::Staff>(impl_->books, std::move(seams));
}

void WebServer::use_hook_keys(HookKeysOf keys) {
    impl_->hooks.use(std::move(keys));
}

int WebServer::port() const {
    return impl_->front.port();
}

int WebServer::metrics_port() const {
    return impl_->metrics.port();
}

void WebServer::stop() {
    impl_->front.stop();
    impl_->metrics.stop();
    if (impl_->staff) impl_->staff->stop();
}

} // namespace hb::web
