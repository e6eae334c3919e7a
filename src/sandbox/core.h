#pragma once

#include <deque>
#include <mutex>

#include "sandbox/app.h"
#include "sandbox/events.h"
#include "sandbox/faults.h"
#include "sandbox/meters.h"

// The inside of a Portal. Inner header: everything here is called with the lock held.
namespace hb::sandbox {

struct RequestLine {
    std::int64_t number = 0;
    std::int64_t at_ms = 0;
    std::string method;
    std::int64_t user = 0;
    int status = 0;
    std::int64_t commands = 0;
    std::string error;
};

// One call, alone or inside a batch.
struct Command {
    Outcome outcome;
    std::int64_t at_ms = 0;
    std::int64_t cost_ms = 0;
    RunTimes::Reading run_time{};
    std::vector<Fault> faults{}; // that hit it
};

// What FaultBox asks: the kind of rows that a method answers with.
std::string rows_asked(std::string_view method, const Tree& params);

struct PortalState {
    PortalState(PortalOptions options_, Clock& clock_);

    Clock& clock;
    PortalOptions options;
    State state;
    std::vector<Token> tokens;
    FaultBox faults{rows_asked};
    App app;
    EventHub events;
    RequestBuckets buckets;
    RunTimes run_times;
    Counters counters;
    std::deque<RequestLine> log;
    std::deque<WrittenCall> writes;
    std::int64_t next_write = 1;
    std::string host;     // of the request under way
    Token narrowed_token; // of the request under way, while a Narrow holds
    std::mutex lock;

    std::int64_t now_ms() const { return to_epoch_ms(clock.now()); }
    Seconds now() const { return to_epoch_seconds(clock.now()); }
    Day today() const {
        return from_epoch_days((now() + Seconds{options.offset_minutes} * 60) / 86400);
    }

    HttpAnswer answer(const HttpRequest& request);
    HttpAnswer control(const HttpRequest& request); // /sandbox/…
    void reset();
    // What a fault needs beside its place in the box: rows that nobody sees, events of the bin.
    std::int64_t add_fault(Fault fault);
    bool remove_fault(std::int64_t id);
    void clear_faults();

    struct Caller {
        const Token* token = nullptr;
        const User* user = nullptr;
        bool by_app = false;
    };
    // `forced`: faults that were taken for this call already.
    Command run(const Caller& caller, const std::string& method, const Tree& params, bool in_batch,
                std::vector<Fault> forced);
    // The JSON of a batch's result, with the faults that hit its commands.
    struct BatchResult {
        Outcome outcome;
        std::vector<Fault> faults{};
        std::int64_t commands = 0;
        std::int64_t cost_ms = 0;
    };
    BatchResult run_batch(const Caller& caller, const Tree& params);

    std::string base_url() const;
    // What a call told goes to those who listen.
    void publish(Call& call);
    void send_event(const std::string& url, const Told& told, std::int64_t handler,
                    const Tree& auth);
    Tree auth_block(const std::string& application_token) const;
    // Files behind signed links, and the pages that want a person's session; nothing for any other
    // path.
    std::optional<HttpAnswer> file_or_page(const HttpRequest& request) const;

    std::string time_block(std::int64_t at_ms, std::int64_t cost_ms,
                           const std::optional<RunTimes::Reading>& run_time) const;

private:
    HttpAnswer route(const HttpRequest& request, RequestLine& line);
    HttpAnswer call_method(const Caller& caller, const std::string& method,
                           const HttpRequest& request, RequestLine& line);
    HttpAnswer spoilt_file(HttpAnswer answer, const HttpRequest& request, RequestLine& line);
    HttpAnswer third_version(const std::vector<std::string>& parts, RequestLine& line);
    HttpAnswer call_by_app(const std::string& method, const HttpRequest& request,
                           RequestLine& line);
    HttpAnswer token_endpoint(const HttpRequest& request, RequestLine& line);
    HttpAnswer exchange(const Tree& sent);
    HttpAnswer issue_tokens(std::int64_t user, bool refreshed);
    HttpAnswer authorize_page(const HttpRequest& request);
    void add_tokens(Tree& auth, std::int64_t user, std::string_view event);
    void tell_app(const Told& told, std::int64_t user, const std::string& connector);
    std::variant<Caller, Failure> authorise_app(const std::string& access);
    std::variant<Caller, Failure> authorise(const std::string& user, const std::string& token);
    std::variant<Caller, Failure> authorise_narrowed(const Token& token, const Fault& narrow);
    Failure wrong_credentials() const;
    Outcome execute(const Caller& caller, const Method& method, const Tree& params,
                    const std::vector<Fault>& hits);
    void keep_write(const Caller& caller, const Method& method, const Tree& params,
                    const Outcome& outcome);
};

std::string failure_body(const Failure& failure);
HttpAnswer failure_answer(const Failure& failure);

} // namespace hb::sandbox
