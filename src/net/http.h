#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/outbound.h"

namespace hb::net {

enum class Verb { Get, Post, Put, Patch, Delete };

struct Timeouts {
    std::chrono::milliseconds connect{5000};
    std::chrono::milliseconds total{65000};
};

struct Request {
    Verb verb = Verb::Post;
    Secret url; // a Bitrix24 webhook URL is a password
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Timeouts timeouts;
    // A create: goes out on a connection of its own that is closed afterwards. On a kept one
    // libcurl silently sends a POST twice when the server closes without an answer (F1).
    bool fresh_connection = false;
    std::size_t answer_bytes_max = kAnswerBytesMax;
};

// Did the request reach a server that may have acted on it?
enum class Reach {
    NotSent,  // certainly not: no connection, name unknown, TLS refused
    Answered, // an HTTP answer came, whole
    Unknown,  // anything else: time-out, reset, answer cut, answer too large
};

struct Response {
    Reach reach = Reach::NotSent;
    int status = 0; // HTTP status; 0 unless Answered
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string trouble; // when not Answered: what happened, without URL or secret
    std::chrono::milliseconds took{0};

    // The first header of this (lower-case) name, or "".
    std::string_view header(std::string_view name) const;
};

// Seam 3 of 4. One object belongs to one thread.
class HttpClient {
public:
    virtual ~HttpClient() = default;
    // Sends once: no retries, no redirects, no cookies, no proxy from the environment. Never throws
    // for what the network does.
    virtual Response send(const Request& request) = 0;
    // Several requests in flight together; one response each, in their order. Here: one after the
    // other, for clients that can't do better.
    virtual std::vector<Response> send_all(const std::vector<Request>& requests) {
        std::vector<Response> responses;
        responses.reserve(requests.size());
        for (const auto& request : requests) responses.push_back(send(request));
        return responses;
    }
};

struct CurlOptions {
    std::string user_agent = "hourbridge";
    std::string ca_file; // own CA bundle; empty: the system's
    // "HOST:PORT:ADDRESS": what names stand for, instead of asking; for tests.
    std::vector<std::string> resolve = {};
};

// libcurl with keep-alive, gzip, time-outs and a cap on the decompressed answer. Each address is
// judged by `outbound` when the connection opens, since a name may come to point anywhere; one that
// it does not allow is NotSent.
std::unique_ptr<HttpClient> make_curl_client(Outbound outbound, CurlOptions options = {});

// "https://portal.example/…/crm.deal.add": scheme, host and the last path segment; what may be
// logged.
std::string redact_url(std::string_view url);

} // namespace hb::net
