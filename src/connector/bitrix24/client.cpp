#include "connector/bitrix24/client.h"

#include <charconv>
#include <cmath>

#include "base/ensure.h"
#include "base/text.h"
#include "connector/bitrix24/events.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

// A manual block is lifted by people; more often than hourly it is not worth asking.
constexpr std::chrono::minutes kAskAgain{60};
// After a trouble two batches are no longer in flight together for so long.
constexpr std::chrono::seconds kOneByOne{60};

std::optional<double> number_of(const json::Value& value) {
    const auto text = value.decimal();
    if (!text) return std::nullopt;
    double out = 0;
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, out);
    if (error != std::errc() || stop != end || !std::isfinite(out)) return std::nullopt;
    return out;
}

std::optional<Instant> reset_of(const json::Value& time) {
    const auto seconds = time["operating_reset_at"].integer();
    if (!seconds || *seconds < 0 || *seconds > to_epoch_seconds(Instant(day_max())))
        return std::nullopt;
    return from_epoch_seconds(*seconds);
}

std::optional<Instant> started_of(const json::Value& time) {
    const auto text = time["date_start"].text_view();
    if (!text) return std::nullopt;
    const auto instant = parse_instant(*text);
    return instant ? std::optional<Instant>(*instant) : std::nullopt;
}

std::optional<std::int64_t> integer_of(const json::Value& value) {
    const auto number = value.integer();
    return number ? std::optional<std::int64_t>(*number) : std::nullopt;
}

// `error` may be a word, a number, 0, or "" (protocol section 1.6); absent and null are no error.
std::optional<std::string> error_code(const json::Value& envelope) {
    const json::Value error = envelope["error"];
    if (error.missing() || error.null()) return std::nullopt;
    if (error.is_object()) { // REST 3.0 form
        const auto code = error["code"].text_view();
        return std::string(code.value_or("error"));
    }
    const auto text = error.text();
    return text ? *text : error.dump();
}

std::string description_of(const json::Value& envelope) {
    const auto text = envelope["error_description"].text_view();
    if (text) return std::string(*text);
    return std::string(envelope["error"]["message"].text_view().value_or(""));
}

std::string host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return "";
    const std::string_view rest = url.substr(scheme + 3);
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    const auto at = host.rfind('@');
    return std::string(at == std::string_view::npos ? host : host.substr(at + 1));
}

// Old task methods bind arguments by their order: one more would take a position (protocol
// section 1.4).
bool positional(std::string_view method, std::string_view body) {
    return method.substr(0, 5) == "task." || body.substr(0, 1) != "{";
}

std::string with_token(const std::string& body, const Secret& token) {
    const std::string first = "{\"auth\":" + json::quote(token.reveal());
    const bool empty = trim(std::string_view(body).substr(1)) == "}";
    return first + (empty ? "" : ",") + body.substr(1);
}

// The portal refused the token itself, before it did anything.
bool token_ended(const Reply& reply) {
    if (!reply.trouble || reply.trouble->in_batch) return false;
    const std::string code = fold_case(reply.trouble->code);
    return code == "expired_token" || code == "invalid_token";
}

// Did REST answer, whatever it said?
bool rest_answered(const Reply& reply) {
    if (!reply.trouble) return true;
    const Nature nature = reply.trouble->nature;
    return !reply.trouble->code.empty() && nature != Nature::Server;
}

} // namespace

Client::Client(Bitrix24Options options, Address address, std::unique_ptr<net::HttpClient> http,
               Clock& clock)
    : options_(std::move(options)), home_(address.account), seat_(std::make_unique<Seat>()),
      http_(std::move(http)), clock_(clock), limiter_(options_.limits) {
    if (options_.oauth) oauth_ = std::make_unique<OAuth>(options_, clock_);
    // A move that an answer told is not kept: each start begins at the configured address (S4).
    seat_->address = std::move(address);
}

Address Client::address() const {
    const std::lock_guard guard(seat_->mutex);
    return seat_->address;
}

std::string Client::account() const {
    return oauth_ ? oauth_->account() : home_;
}

Counters Client::counters() const {
    Counters counters = counters_;
    counters.waited = waited_.all();
    if (oauth_) counters.requests += oauth_->requests();
    return counters;
}

std::optional<Trouble> Client::refusal(std::string_view method, std::string_view about) const {
    auto trouble = lacks_.refusal(method, about, clock_.now());
    if (trouble) trouble->application = application();
    return trouble;
}

std::vector<std::string> Client::notes() const {
    std::vector<std::string> notes;
    const std::string now_at = host_of_site(address().site);
    if (now_at != home_)
        notes.push_back("the portal " + home_ + " was renamed and answers at " + now_at + ": put " +
                        "that into " + (oauth_ ? "oauth.portal" : "webhook_url") +
                        ", then: hourbridge remote moved " + options_.remote);
    const std::string state = oauth_ ? oauth_->state() : "";
    if (!state.empty()) notes.push_back(state);
    return notes;
}

Status Client::refresh_if_idle() {
    if (!oauth_) return {};
    if (const auto trouble = oauth_->refresh_if_idle(*http_)) return error(*trouble);
    return {};
}

Result<AppTokens> Client::decode_install(std::string_view body) const {
    if (!oauth_)
        return Error{Code::Usage, options_.remote + " is configured with a webhook, not with oauth",
                     "", "set oauth instead of webhook_url"};
    auto tokens = decode_app_install(body, clock_.now());
    if (!tokens) return tokens;
    if (!tokens->server.empty() &&
        !may_renew_at(tokens->server, address().site, options_.oauth->oauth_url))
        return Error{Code::Malformed,
                     "the installation names a server for its tokens that is neither Bitrix24's, "
                     "the portal nor oauth.oauth_url: " +
                         shorten(host_of_site(tokens->server), 100),
                     "", "if that server is yours, put it into oauth.oauth_url"};
    const std::string host = host_of_site(tokens->portal);
    if (host != home_ && host != options_.keeper->moved_to(home_))
        return Error{Code::Conflict,
                     "the application was installed in another portal than " + options_.remote +
                         " names: " + shorten(host, 100) + " instead of " + home_,
                     "", "compare oauth.portal with the portal in which it was installed"};
    return tokens;
}

std::string Client::clean(std::string_view text) const {
    const Address at = address();
    if (!oauth_) return clean_text(text, at.token.reveal());
    return clean_text(text, oauth_->secrets());
}

Instant Client::earliest() const {
    const Instant now = clock_.now();
    Instant when = limiter_.earliest("", now);
    for (const auto& method : last_methods_) when = std::max(when, limiter_.earliest(method, now));
    waited_.told(now, when);
    return when;
}

Instant Client::earliest_leaving(int others) const {
    return std::max(earliest(), limiter_.earliest_leaving(others, clock_.now()));
}

std::optional<Trouble> Client::held_back(const std::vector<std::string_view>& methods) {
    const Instant now = clock_.now();
    last_methods_.assign(methods.begin(), methods.end());
    for (const auto method : methods) {
        const Instant free = limiter_.earliest(method, now);
        if (free <= now) continue;
        waited_.told(now, free);
        Trouble trouble;
        trouble.nature = Nature::NotYet;
        trouble.method = std::string(method);
        trouble.due = free;
        return trouble;
    }
    return std::nullopt;
}

Reply Client::call(std::string_view method, std::string body, CallOptions options) {
    auto trouble = refusal(method, options.about);
    if (!trouble) trouble = held_back({method});
    if (trouble) {
        Reply reply;
        reply.trouble = std::move(trouble);
        return reply;
    }
    ++counters_.commands;
    Reply reply = std::move(send(method, {std::move(body)}, options).front());
    if (!reply.trouble) note_time(method, reply.document.root()["time"]);
    lacks_.note(method, options.about, reply.trouble, application(), clock_.now());
    return reply;
}

std::vector<Reply> Client::send(std::string_view method, const std::vector<std::string>& bodies,
                                CallOptions options) {
    if (!oauth_) return post(method, bodies, {}, options);
    std::vector<Reply> replies(bodies.size());
    Ticket ticket = oauth_->ticket(*http_);
    std::vector<std::size_t> refused; // not done yet, for want of a good token
    if (ticket.trouble) {
        for (auto& reply : replies) reply.trouble = ticket.trouble;
        note_contact(ticket.trouble);
        return replies;
    }
    replies = post(method, bodies, ticket.token, options);
    for (std::size_t i = 0; i < replies.size(); ++i)
        if (token_ended(replies[i])) refused.push_back(i);
    if (refused.empty()) return replies;
    ticket = oauth_->after_refusal(*http_, ticket.token);
    for (const auto i : refused) {
        if (ticket.trouble) {
            replies[i] = {};
            replies[i].trouble = ticket.trouble;
            continue;
        }
        replies[i] = std::move(post(method, {bodies[i]}, ticket.token, options).front());
        if (!token_ended(replies[i])) continue;
        replies[i].trouble->what = "refuses a token that was just renewed";
        replies[i].trouble->hint = std::string(kInstallAgain);
    }
    return replies;
}

std::vector<Reply> Client::post(std::string_view method, const std::vector<std::string>& bodies,
                                const Secret& token, CallOptions options) {
    const Address from = address();
    std::vector<Reply> replies = post_to(from, method, bodies, token, options);
    for (std::size_t i = 0; i < replies.size(); ++i) {
        const std::string site = redirect_site(from, replies[i].redirect);
        if (site.empty()) continue;
        replies[i] = follow(method, bodies[i], token, options, at_site(from, site));
    }
    return replies;
}

// It was not done there, so the same call goes out once more: a POST, whatever the status.
Reply Client::follow(std::string_view method, const std::string& body, const Secret& token,
                     CallOptions options, const Address& to) {
    Reply second = std::move(post_to(to, method, {body}, token, options).front());
    if (rest_answered(second)) move_to(to);
    return second;
}

void Client::move_to(const Address& address) {
    {
        const std::lock_guard guard(seat_->mutex);
        seat_->address = address;
    }
    if (!options_.keeper || !options_.keeper->writes()) return;
    // For the events that the portal sends under its new name; calls begin at the old one again.
    (void)options_.keeper->note_moved(home_, host_of_site(address.site));
}

net::Request Client::request_of(const Address& address, std::string_view method,
                                const std::string& body, const Secret& token,
                                CallOptions options) const {
    net::Request request;
    std::string url = address.base.reveal() + std::string(method);
    request.body = body;
    if (oauth_ && positional(method, body))
        url += "?auth=" + percent_encode(token.reveal());
    else if (oauth_)
        request.body = with_token(body, token);
    request.url = Secret(std::move(url));
    request.headers = {{"Content-Type", "application/json; charset=utf-8"},
                       {"Accept", "application/json"},
                       {"User-Agent", options_.user_agent}};
    request.timeouts = options_.timeouts;
    request.fresh_connection = options.fresh_connection;
    return request;
}

std::vector<Reply> Client::post_to(const Address& address, std::string_view method,
                                   const std::vector<std::string>& bodies, const Secret& token,
                                   CallOptions options) {
    std::vector<net::Request> requests;
    for (const auto& body : bodies) {
        requests.push_back(request_of(address, method, body, token, options));
        count_request();
    }
    std::vector<net::Response> responses;
    if (requests.size() == 1)
        responses.push_back(http_->send(requests.front()));
    else
        responses = http_->send_all(requests);
    ensure(responses.size() == requests.size(), "each request has its response");
    std::vector<Reply> replies;
    for (auto& response : responses) {
        replies.push_back(reply_of(method, response, options));
        response = {}; // thousands of rows: not kept as text beside their tree
    }
    return replies;
}

Reply Client::reply_of(std::string_view method, const net::Response& response,
                       CallOptions options) {
    Reply reply;
    reply.trouble = judge(method, response, reply, options);
    note_contact(reply.trouble);
    if (reply.trouble) {
        reply.trouble->application = oauth_ != nullptr;
        if (reply.trouble->nature == Nature::Moved) reply.redirect = response.header("location");
    } else {
        limiter_.note_success();
    }
    return reply;
}

std::optional<Trouble> Client::judge(std::string_view method, const net::Response& response,
                                     Reply& reply, CallOptions options) {
    Trouble trouble;
    trouble.method = std::string(method);
    trouble.status = response.status;
    if (response.reach != net::Reach::Answered) {
        const bool unsent = response.reach == net::Reach::NotSent;
        trouble.nature = unsent ? Nature::NotSent : Nature::Lost;
        trouble.text = clean(response.trouble);
        return trouble;
    }
    if (response.status >= 300 && response.status < 400) {
        trouble.nature = Nature::Moved;
        const std::string host = host_of(response.header("location"));
        trouble.text = host.empty() ? "redirected" : "redirected to " + clean(host);
        return trouble;
    }
    json::ParseOptions parse;
    parse.depth_max = kJsonDepthMax;
    parse.unique_keys = options.unique_keys;
    auto document = json::Document::parse(response.body, parse);
    if (!document || !document->root().is_object()) {
        // HTML of a login page, a proxy or an error page; or a cut answer.
        trouble.nature = response.status >= 500 ? Nature::Server : Nature::Garbage;
        return trouble;
    }
    reply.document = std::move(*document);
    const json::Value envelope = reply.document.root();
    if (response.status >= 400 || error_code(envelope))
        return from_envelope(method, response.status, envelope);
    if (envelope["result"].missing()) {
        trouble.nature = Nature::Garbage;
        trouble.text = "the answer has no result";
        return trouble;
    }
    reply.started = started_of(envelope["time"]);
    reply.total = integer_of(envelope["total"]);
    return std::nullopt;
}

Trouble Client::from_envelope(std::string_view method, int status, const json::Value& envelope) {
    Trouble trouble;
    trouble.method = std::string(method);
    trouble.status = status;
    const auto code = error_code(envelope);
    const std::string description = description_of(envelope);
    trouble.code = clean(code.value_or(""));
    trouble.text = clean(description);
    // A bare status without an error code says nothing certain: something in front of the portal.
    if (!code && status >= 400)
        trouble.nature = status >= 500 ? Nature::Server : Nature::Garbage;
    else
        trouble.nature = nature_of(*code, description, status);
    note_limits(trouble, envelope["time"]);
    return trouble;
}

// Redirects are followed, and only the answer at their end counts.
void Client::note_contact(const std::optional<Trouble>& trouble) {
    if (trouble && trouble->nature == Nature::Moved) return;
    const bool failed = trouble && !trouble->in_batch && is_transport(trouble->nature);
    if (failed)
        contact_.note_failure(transport_words(*trouble));
    else
        contact_.note_answer();
}

void Client::slow_down() {
    one_by_one_until_ = clock_.now() + kOneByOne;
}

std::optional<double> Client::operating_of(const json::Value& time) {
    return number_of(time["operating"]);
}

void Client::note_limits(Trouble& trouble, const json::Value& time) {
    const Instant now = clock_.now();
    if (trouble.nature == Nature::TooFast || trouble.nature == Nature::MethodBusy) slow_down();
    if (trouble.nature == Nature::TooFast) limiter_.note_refused(now);
    if (trouble.nature == Nature::MethodBusy)
        limiter_.note_blocked(trouble.method, now, reset_of(time));
    if (trouble.nature == Nature::TooFast || trouble.nature == Nature::MethodBusy)
        trouble.due = limiter_.earliest(trouble.method, now);
    if (trouble.nature == Nature::Blocked || trouble.nature == Nature::Moved)
        trouble.due = now + kAskAgain;
}

void Client::note_time(std::string_view method, const json::Value& time, int requests) {
    const auto used = operating_of(time);
    const auto reset = reset_of(time);
    if (!used || !reset || *used < 0 || *used > 1e6) return;
    limiter_.note_budget(method, std::chrono::milliseconds(std::llround(*used * 1000)), *reset,
                         requests);
}

Part Client::part_of(const Command& command, const json::Value& maps) {
    Part part;
    const json::Value error = maps["result_error"][command.key];
    if (!error.missing()) {
        // The commands of a batch share its HTTP status; as single calls they would be a 400.
        part.trouble = from_envelope(command.method, 400, error);
        part.trouble->in_batch = true;
        return part;
    }
    part.result = maps["result"][command.key];
    part.total = integer_of(maps["result_total"][command.key]);
    if (part.result.missing())
        part.trouble = Trouble{
            Nature::Garbage, command.method, "", "the batch left this command out", 200, {}};
    return part;
}

} // namespace hb::connector::bitrix24
