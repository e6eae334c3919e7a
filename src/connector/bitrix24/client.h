#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connector/bitrix24.h"
#include "connector/bitrix24/address.h"
#include "connector/bitrix24/errors.h"
#include "connector/bitrix24/lacks.h"
#include "connector/bitrix24/oauth.h"
#include "net/waited.h"
#include "json/value.h"

namespace hb::connector::bitrix24 {

// The answer to one call, its envelope checked: either a trouble or a `result` that is there.
struct Reply {
    std::optional<Trouble> trouble;
    json::Document document;
    std::optional<Instant> started; // the portal's own time.date_start
    std::optional<std::int64_t> total;
    std::string redirect; // where the portal says it lives now

    // REQUIRES: no trouble
    json::Value result() const { return document.root()["result"]; }
};

struct Command {
    std::string key; // "w0"; never a bare number, which PHP would turn into a list
    std::string method;
    std::string query;
    std::string_view about = {}; // which objects, of an optional method (lacks.h)
};

// One command's part of a batch.
struct Part {
    std::optional<Trouble> trouble;
    json::Value result;
    std::optional<std::int64_t> total;
};

struct BatchReply {
    std::optional<Trouble> trouble; // the whole batch failed
    json::Document document;
    std::optional<Instant> started;
    std::map<std::string, Part, std::less<>> parts; // one for each command, also for silent ones

    const Part& part(std::string_view key) const;
};

struct CallOptions {
    bool fresh_connection = false; // creates
    bool unique_keys = false;      // answers with money: a duplicate key is Garbage
    std::string_view about = {};   // which objects, of an optional method (lacks.h)
};

// Envelope, limits, tokens and error codes of the old REST API (protocol sections 1 to 3 and 5).
// Calls belong to the lane's thread; address() and account() may be asked from any.
class Client {
public:
    Client(Bitrix24Options options, Address address, std::unique_ptr<net::HttpClient> http,
           Clock& clock);

    // `body` is the JSON of the arguments, an object or (positional methods) an array.
    Reply call(std::string_view method, std::string body, CallOptions options = {});
    // REQUIRES: 1 to 50 commands
    BatchReply batch(const std::vector<Command>& commands, CallOptions options = {});
    // How many batches of `method` may be in flight together now (G32): 2 in quiet times, else 1.
    int lanes(std::string_view method) const;
    // Batches that are in flight together, one reply each.
    // REQUIRES: as many as lanes() says, or one; each as for batch(); reading commands only
    std::vector<BatchReply> batches(const std::vector<std::vector<Command>>& together);

    // One GET of a file whose link the portal gave: counted, and its answer not looked at.
    net::Response fetch(const net::Request& request) {
        count_request();
        return http_->send(request);
    }

    // Of the methods that are good to have; a call() of one that is refused alike does not go out.
    Lacks& lacks() { return lacks_; }
    const Lacks& lacks() const { return lacks_; }
    std::optional<Trouble> refusal(std::string_view method, std::string_view about = {}) const;

    Instant earliest() const;
    // The same for a call of `method`.
    Instant earliest(std::string_view method) const {
        return limiter_.earliest(method, clock_.now());
    }
    // When a request may go out that leaves so many others their place in the bucket.
    Instant earliest_leaving(int others) const;
    Counters counters() const;
    const Contact& contact() const { return contact_; }
    void use_limits(int burst, double per_second) {
        options_.limits.burst = burst;
        options_.limits.per_second = per_second;
        limiter_.use(options_.limits);
    }
    void use_classic_lists(bool classic) { options_.classic_lists = classic; }
    Instant now() const { return clock_.now(); }
    Address address() const; // where the portal answers now
    // G17: the webhook's host as configured, an application's member_id ("" not installed).
    std::string account() const;
    bool application() const { return oauth_ != nullptr; }
    // For `check`: until when the tokens are good, and whether the portal was renamed.
    std::vector<std::string> notes() const;
    Status refresh_if_idle();
    // The tokens in an ONAPPINSTALL of this very portal.
    Result<AppTokens> decode_install(std::string_view body) const;
    const Bitrix24Options& options() const { return options_; }
    // What owner_zone() has learned.
    struct KnownZone {
        std::optional<Zone> zone;
        bool told = false;
        Instant asked_at{};
    };
    KnownZone& known_zone() { return known_zone_; }
    Error error(const Trouble& trouble) const { return read_error(trouble, options_.remote); }

private:
    // The portal may be renamed while others read where it is.
    struct Seat {
        std::mutex mutex;
        Address address;
    };

    std::optional<Trouble> held_back(const std::vector<std::string_view>& methods);
    // One call or several in flight together; a reply each.
    std::vector<Reply> send(std::string_view method, const std::vector<std::string>& bodies,
                            CallOptions options);
    // With the redirect of a renamed portal followed.
    std::vector<Reply> post(std::string_view method, const std::vector<std::string>& bodies,
                            const Secret& token, CallOptions options);
    std::vector<Reply> post_to(const Address& address, std::string_view method,
                               const std::vector<std::string>& bodies, const Secret& token,
                               CallOptions options);
    net::Request request_of(const Address& address, std::string_view method,
                            const std::string& body, const Secret& token,
                            CallOptions options) const;
    Reply reply_of(std::string_view method, const net::Response& response, CallOptions options);
    // Again, on the address to which the portal redirected.
    Reply follow(std::string_view method, const std::string& body, const Secret& token,
                 CallOptions options, const Address& to);
    void move_to(const Address& address);
    std::optional<Trouble> judge(std::string_view method, const net::Response& response,
                                 Reply& reply, CallOptions options);
    Trouble from_envelope(std::string_view method, int status, const json::Value& envelope);
    void note_limits(Trouble& trouble, const json::Value& time);
    void note_time(std::string_view method, const json::Value& time, int requests = 1);
    void note_times(const std::vector<std::vector<Command>>& together,
                    const std::vector<BatchReply>& replies);
    std::vector<BatchReply> send_batches(const std::vector<std::vector<Command>>& together,
                                         CallOptions options);
    void slow_down();
    void note_contact(const std::optional<Trouble>& trouble);
    static std::optional<double> operating_of(const json::Value& time);
    BatchReply batch_of(const std::vector<Command>& commands, Reply reply);
    Part part_of(const Command& command, const json::Value& maps);
    std::string clean(std::string_view text) const;
    void count_request() {
        const Instant now = clock_.now();
        limiter_.count(now);
        waited_.sent(now);
        ++counters_.requests;
    }

    Bitrix24Options options_;
    std::string home_; // the host as configured
    std::unique_ptr<Seat> seat_;
    std::unique_ptr<OAuth> oauth_; // none: a webhook
    std::unique_ptr<net::HttpClient> http_;
    Clock& clock_;
    KnownZone known_zone_;
    net::Limiter limiter_;
    mutable net::Waited waited_; // earliest() is asked by those who have to call
    Counters counters_;
    Contact contact_;
    Instant one_by_one_until_{}; // after a trouble nothing is in flight together for a while
    Lacks lacks_;
    std::vector<std::string> last_methods_; // earliest() answers for calls like the last one
};

} // namespace hb::connector::bitrix24
