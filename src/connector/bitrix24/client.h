#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connector/bitrix24.h"
#include "connector/bitrix24/address.h"
#include "connector/bitrix24/errors.h"
#include "json/value.h"

namespace hb::connector::bitrix24 {

// The answer to one call, its envelope checked: either a trouble or a `result` that is there.
struct Reply {
    std::optional<Trouble> trouble;
    json::Document document;
    std::optional<Instant> started; // the portal's own time.date_start
    std::optional<std::int64_t> total;

    // REQUIRES: no trouble
    json::Value result() const { return document.root()["result"]; }
};

struct Command {
    std::string key; // "w0"; never a bare number, which PHP would turn into a list
    std::string method;
    std::string query;
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
};

// Envelope, limits and error codes of the old REST API (protocol sections 1, 3 and 5).
class Client {
public:
    Client(Bitrix24Options options, Address address, std::unique_ptr<net::HttpClient> http,
           Clock& clock);

    // `body` is the JSON of the arguments, an object or (positional methods) an array.
    Reply call(std::string_view method, std::string body, CallOptions options = {});
    // REQUIRES: 1 to 50 commands
    BatchReply batch(const std::vector<Command>& commands, CallOptions options = {});

    Instant earliest() const;
    Counters counters() const { return counters_; }
    Instant now() const { return clock_.now(); }
    const Address& address() const { return address_; }
    const Bitrix24Options& options() const { return options_; }
    Error error(const Trouble& trouble) const { return read_error(trouble, options_.remote); }

private:
    std::optional<Trouble> held_back(const std::vector<std::string_view>& methods);
    Reply send(std::string_view method, std::string body, std::size_t commands,
               CallOptions options);
    std::optional<Trouble> judge(std::string_view method, const net::Response& response,
                                 Reply& reply, CallOptions options);
    Trouble from_envelope(std::string_view method, int status, const json::Value& envelope);
    void note_limits(Trouble& trouble, const json::Value& time);
    void note_time(std::string_view method, const json::Value& time);
    void note_times(const std::vector<Command>& commands, const json::Value& times);
    Part part_of(const Command& command, const json::Value& maps);
    std::string clean(std::string_view text) const;

    Bitrix24Options options_;
    Address address_;
    std::unique_ptr<net::HttpClient> http_;
    Clock& clock_;
    net::Limiter limiter_;
    Counters counters_;
    std::vector<std::string> last_methods_; // earliest() answers for calls like the last one
};

} // namespace hb::connector::bitrix24
