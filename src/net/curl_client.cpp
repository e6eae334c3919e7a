#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <mutex>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/held.h"
#include "base/text.h"
#include "net/addresses.h"
#include "net/http.h"
#include "net/sites.h"

namespace hb::net {
namespace {

// A portal is silent while it works, for up to 60 s (F5); slower is dead.
constexpr long kSilentSecondsMax = 61;
// Headers of a real answer are a few hundred bytes; curl itself caps a single line at 100 KB.
constexpr std::size_t kHeaderBytesMax = 64u << 10;

void init_curl_once() {
    static std::once_flag once;
    std::call_once(once, [] {
        ensure(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl can't be initialised");
    });
}

struct Incoming {
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::size_t header_bytes = 0;
    std::size_t body_max = 0;
    bool too_large = false;
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& in = *static_cast<Incoming*>(user);
    const std::size_t length = size * count;
    // Counted after decompression: a small answer may unpack to gigabytes.
    if (length > in.body_max - std::min(in.body_max, in.body.size())) {
        in.too_large = true;
        return 0;
    }
    in.body.append(bytes, length);
    return length;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& in = *static_cast<Incoming*>(user);
    const std::size_t length = size * count;
    const std::string_view line = trim(std::string_view(bytes, length));
    if (line.substr(0, 5) == "HTTP/") in.headers.clear(); // after "100 Continue"
    in.header_bytes += length;
    if (in.header_bytes > kHeaderBytesMax) {
        in.too_large = true;
        return 0;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return length;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    in.headers.emplace_back(std::move(name), std::string(trim(line.substr(colon + 1))));
    return length;
}

// Where the connections of a request may lead.
enum class Reachable { Nowhere, ThisMachine, Public, Anywhere };

struct Judged {
    Reachable reachable = Reachable::Nowhere;
    bool refused = false; // an address was not opened
};

constexpr const char* kRefusedAddress = "the address is of this machine or of a private network: "
                                        "if that is meant, write \"private\": true "
                                        "beside it in the configuration";
constexpr const char* kRefusedPlain = "plain http leads to this machine only, and only where the "
                                      "configuration names an address of this machine";

Reachable reachable_for(const Outbound& outbound, std::string_view url) {
    const auto site = site_of_url(url);
    if (!site) return Reachable::Nowhere;
    if (site->scheme == "http")
        return outbound.local() ? Reachable::ThisMachine : Reachable::Nowhere;
    return outbound.may_be_private(site->host) ? Reachable::Anywhere : Reachable::Public;
}

// The address is judged and not the name, because a name may resolve to anything.
bool allowed(Reachable reachable, const sockaddr* address) {
    switch (reachable) {
    case Reachable::Nowhere:
        return false;
    case Reachable::ThisMachine:
        return is_loopback(address);
    case Reachable::Public:
        return is_public(address);
    case Reachable::Anywhere:
        return true;
    }
    return false;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
    auto& judged = *static_cast<Judged*>(user);
    if (!allowed(judged.reachable, &address->addr)) {
        judged.refused = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Codes after which no byte of the request can have left, unless an earlier connection of the same
// call had carried it (request_size tells).
bool before_sending(CURLcode code) {
    switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_OPERATION_TIMEDOUT:
        return true;
    default:
        return false;
    }
}

const char* method_of(Verb verb) {
    switch (verb) {
    case Verb::Get:
        return "GET";
    case Verb::Post:
        return "POST";
    case Verb::Put:
        return "PUT";
    case Verb::Patch:
        return "PATCH";
    case Verb::Delete:
        return "DELETE";
    }
    fail_invariant("an HTTP method that does not exist");
}

struct HeaderList {
    curl_slist* list = nullptr;
    ~HeaderList() { curl_slist_free_all(list); }
    void add(const std::string& line) {
        curl_slist* longer = curl_slist_append(list, line.c_str());
        ensure(longer != nullptr, "out of memory for request headers");
        list = longer;
    }
};

// One request on its way: its handle and all that must stay where it is until the answer is there.
class Transfer {
public:
    Transfer() {
        handle_ = curl_easy_init();
        ensure(handle_ != nullptr, "libcurl gives no handle");
    }
    ~Transfer() { curl_easy_cleanup(handle_); }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // `options` and `request` must stay until finish().
    void prepare(const Outbound& outbound, const CurlOptions& options, const Request& request);
    Response finish();
    CURL* handle() const { return handle_; }
    void note(CURLcode code) { code_ = code; }

private:
    template <class T> void set(CURLoption option, T value) {
        ensure(curl_easy_setopt(handle_, option, value) == CURLE_OK,
               "libcurl refuses an option: " + std::to_string(static_cast<int>(option)));
    }
    void set_fixed_options(const CurlOptions& options);
    void set_request(const Request& request);
    Response judge();

    CURL* handle_ = nullptr;
    CURLcode code_ = CURLE_FAILED_INIT;
    Judged judged_;
    bool plain_ = false; // http
    Incoming in_;
    std::optional<HeaderList> headers_, resolve_;
};

void Transfer::set_fixed_options(const CurlOptions& options) {
    // Keeps the connections, forgets everything that the last request set.
    curl_easy_reset(handle_);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, kSilentSecondsMax);
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
    if (!options.resolve.empty()) {
        resolve_.emplace();
        for (const auto& line : options.resolve) resolve_->add(line);
        set(CURLOPT_RESOLVE, resolve_->list);
    }
    set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(CURLOPT_OPENSOCKETDATA, &judged_);
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_HEADERFUNCTION, &take_header);
}

void Transfer::set_request(const Request& request) {
    const std::string& url = request.url.reveal();
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.timeouts.connect.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeouts.total.count()));
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.answer_bytes_max));
    if (request.verb != Verb::Get) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.c_str());
        if (request.verb != Verb::Post) set(CURLOPT_CUSTOMREQUEST, method_of(request.verb));
    } else {
        set(CURLOPT_HTTPGET, 1L);
    }
    if (request.fresh_connection) {
        set(CURLOPT_FRESH_CONNECT, 1L);
        set(CURLOPT_FORBID_REUSE, 1L);
    }
    // No "Expect: 100-continue": a server that ignores it costs a second, one that refuses it makes
    // libcurl send again.
    headers_.emplace();
    headers_->add("Expect:");
    for (const auto& [name, value] : request.headers) headers_->add(name + ": " + value);
    set(CURLOPT_HTTPHEADER, headers_->list);
}

void Transfer::prepare(const Outbound& outbound, const CurlOptions& options,
                       const Request& request) {
    judged_ = {reachable_for(outbound, request.url.reveal()), false};
    plain_ = fold_case(request.url.reveal().substr(0, 8)) != "https://";
    in_ = Incoming{};
    in_.body_max = request.answer_bytes_max;
    code_ = CURLE_FAILED_INIT;
    set_fixed_options(options);
    set_request(request);
    set(CURLOPT_WRITEDATA, &in_);
    set(CURLOPT_HEADERDATA, &in_);
}

Response Transfer::judge() {
    Response response;
    if (code_ == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
        response.reach = Reach::Answered;
        response.status = static_cast<int>(status);
        response.body = std::move(in_.body);
        response.headers = std::move(in_.headers);
        return response;
    }
    long sent = 0;
    curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &sent);
    response.reach = before_sending(code_) && sent == 0 ? Reach::NotSent : Reach::Unknown;
    // Never CURLOPT_ERRORBUFFER: its texts may quote the URL.
    response.trouble = in_.too_large ? "the answer is larger than allowed"
                                     : std::string(curl_easy_strerror(code_));
    if (judged_.refused && response.reach == Reach::NotSent)
        response.trouble = plain_ ? kRefusedPlain : kRefusedAddress;
    return response;
}

Response Transfer::finish() {
    curl_off_t took = 0;
    curl_easy_getinfo(handle_, CURLINFO_TOTAL_TIME_T, &took);
    Response response = judge();
    response.took = std::chrono::milliseconds(took / 1000);
    in_ = Incoming{};
    return response;
}

// The connections belong to the multi handle, so that one request and several share them.
class CurlClient final : public HttpClient {
public:
    CurlClient(Outbound outbound, CurlOptions options)
        : outbound_(std::move(outbound)), options_(std::move(options)) {
        init_curl_once();
        multi_ = curl_multi_init();
        ensure(multi_ != nullptr, "libcurl gives no handle");
    }
    ~CurlClient() override {
        transfers_.clear();
        curl_multi_cleanup(multi_);
    }
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    Response send(const Request& request) override {
        start(0, request);
        run();
        return end(0);
    }
    std::vector<Response> send_all(const std::vector<Request>& requests) override {
        for (std::size_t i = 0; i < requests.size(); ++i) start(i, requests[i]);
        run();
        std::vector<Response> responses;
        for (std::size_t i = 0; i < requests.size(); ++i) responses.push_back(end(i));
        return responses;
    }

private:
    void start(std::size_t place, const Request& request);
    void run();
    Response end(std::size_t place);

    Outbound outbound_;
    CurlOptions options_;
    CURLM* multi_ = nullptr;
    std::vector<std::unique_ptr<Transfer>> transfers_; // as many as were ever in flight together
};

void CurlClient::start(std::size_t place, const Request& request) {
    while (transfers_.size() <= place) transfers_.push_back(std::make_unique<Transfer>());
    Transfer& transfer = *transfers_[place];
    transfer.prepare(outbound_, options_, request);
    ensure(curl_multi_add_handle(multi_, transfer.handle()) == CURLM_OK,
           "libcurl takes no more requests");
}

// Until every request that was started has its end; each has time-outs of its own.
void CurlClient::run() {
    must_not_hold_books("a remote call");
    constexpr int kLookEachMs = 1000;
    int running = 0;
    do {
        ensure(curl_multi_perform(multi_, &running) == CURLM_OK, "libcurl lost its connections");
        if (running > 0)
            ensure(curl_multi_poll(multi_, nullptr, 0, kLookEachMs, nullptr) == CURLM_OK,
                   "libcurl can't wait for its connections");
    } while (running > 0);
    int waiting = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &waiting)) {
        if (message->msg != CURLMSG_DONE) continue;
        for (const auto& transfer : transfers_)
            if (transfer->handle() == message->easy_handle) transfer->note(message->data.result);
    }
}

Response CurlClient::end(std::size_t place) {
    Transfer& transfer = *transfers_[place];
    Response response = transfer.finish();
    curl_multi_remove_handle(multi_, transfer.handle());
    return response;
}

} // namespace

std::unique_ptr<HttpClient> make_curl_client(Outbound outbound, CurlOptions options) {
    return std::make_unique<CurlClient>(std::move(outbound), std::move(options));
}

} // namespace hb::net
