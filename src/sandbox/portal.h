#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sandbox/state.h"

// A fake Bitrix24 portal: it keeps state, obeys the documented rules and limits, and misbehaves on
// request. No sockets here; see server.h for a listening one and README.md for its control calls.
namespace hb::sandbox {

struct HttpRequest {
    std::string method = "POST";
    std::string path;  // "/rest/1/token/user.get"
    std::string query; // without '?'
    std::string content_type;
    std::string body;
    std::string source = "127.0.0.1"; // whose request bucket this fills
    std::string host{};               // "127.0.0.1:8123"; links in answers begin with it
    std::string authorization{};      // the header; a portal reads none
};

struct HttpAnswer {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    // What a server does with it. Drop closes the connection without a byte; Truncate closes it
    // in the middle of the body.
    enum class Delivery { Whole, Drop, Truncate } delivery = Delivery::Whole;
    std::int64_t delay_ms = 0;
};

enum class TimeForm { Full, WithoutOperating, WholeSeconds, None };

struct Limits {
    bool requests = true; // the leaky bucket
    double capacity = 50; // of requests, per source
    double leak_per_second = 2;
    bool operating = true;                     // the run time of one method for one token
    std::int64_t operating_limit_ms = 420'000; // by the portal's own source; clouds may set more
    std::int64_t cost_ms = 20;                 // run time that a call is booked with
    std::map<std::string, std::int64_t> cost_ms_of; // by method in lower case
};

// What happens to events on their way. The same seed gives the same losses.
struct EventFaults {
    std::int64_t lose_percent = 0, duplicate_percent = 0, delay_seconds = 0;
    bool reorder = false;
    std::uint64_t seed = 1;
};

struct PortalOptions {
    int offset_minutes = 180; // of every moment that the portal writes
    Limits limits;
    TimeForm time_form = TimeForm::Full;
    // Of missing scopes and expired tokens: 401 as the portal's own source has it; false: 403 and
    // 400 as in the older revision of the documentation.
    bool rights_answer_401 = true;
    // Unknown keys of a task filter fail, so that a client's typo shows. Portals ignore them.
    bool strict_filters = false;
    // Whether a new time record moves its task's CHANGED_DATE: the documentation does not say.
    bool entry_moves_task = false;
    // Whether task.elapseditem.add may set CREATED_DATE and DATE_START: undocumented as well.
    bool entry_dates_writable = true;
    // What the plan holds.
    bool smart_processes = true;
    bool document_generator = true;
    bool offline_extended = true; // rest_offline_extended
    bool auth_connector = true;   // rest_auth_connector
    // How long an access token and a one-time code live.
    std::int64_t token_seconds = 3600;
    std::int64_t code_seconds = 30;
    EventFaults events{};
    // Records of offline events say only that something changed.
    bool offline_without_data = false;
    // The portal has been renamed: "http://127.0.0.1:8124" is where it is now.
    std::string moved_to{};
    // How long the conversion of a document to PDF takes, and how long a signed link lives.
    std::int64_t pdf_seconds = 30;
    std::int64_t link_seconds = 3600;
    // What links in answers begin with; "": the host that was asked.
    std::string base_url{};
    // Whether a server packs its answers for clients that ask for gzip.
    bool gzip = false;
    std::size_t log_rows_max = 2000; // of the request log and of the log of writes
};

// What the portal sends to those who listen.
struct PortalEvent {
    std::string url, body; // a form
};

// What a webhook may do; `user` is its owner.
struct Token {
    std::string token;
    std::int64_t user = 1;
    std::vector<std::string> scopes;
    enum class CrmRights { None, Own, All } crm = CrmRights::All;
};
std::vector<std::string> all_scopes();

struct Fault {
    enum class Kind {
        LostAnswer,     // the call is done, the connection closes without an answer
        Reset,          // the connection closes before anything is done
        Html,           // an HTML error page; `after_commit` says whether the call is done
        Slow,           // the answer waits for `delay_ms` (a server waits, handle() only says so)
        Truncated,      // half of the answer
        Error,          // an error object with `status`, `code` and `description`
        Redirect,       // 302 with `description` as the new address
        EmptyList,      // the rows are gone, the envelope stays
        EmptyResult,    // "result":[]
        ShortPage,      // only the first half of the rows
        NoTotal,        // a list without its total
        WrongTypes,     // texts as numbers, numbers as texts
        LateVisible,    // what the call creates is hidden for `seconds`
        Transformation, // the document that the call makes never becomes a PDF
        // Those that stay until they are taken away or their time is over; they use up no count.
        Hide,   // the picked rows are in no list and under no id
        Bin,    // the same, and those who listen are told; time of tasks in the bin is still listed
        Narrow, // a webhook (`token`) is that of an employee (`pick.person`) with his rights
        NoMethod, // `method` does not exist here
        Outage,   // every request fails as `answer` says: "html", "json" or "reset"
        // What the picked rows of an answer look like.
        DropMember,   // `member` is missing
        RenameMember, // `member` is called `to`
        RetypeMember, // `member` is a text, number, flag, list, map or null: `to`
        Scale,        // `member` is multiplied by `factor`
        Shift,        // `member` is a moment or day, `seconds` later
        MoveRow,      // just before the call the picked rows are touched: they move in the order
    };
    Kind kind = Kind::Error;
    std::string method = "*"; // or a name, without case
    std::string containing;   // a text that the call's parameters, as JSON, must hold
    std::int64_t count = 1;   // calls that it hits; negative: all
    std::int64_t skip = 0;    // calls that pass before
    std::int64_t delay_ms = 0;
    std::int64_t seconds = 0;
    int status = 0; // 0: the kind's own
    std::string code;
    std::string description;
    bool after_commit = false;
    RowPick pick{};
    std::string member; // a path of names: "timeInterval/start"
    std::string to;
    Micro factor = kMicro;
    std::string token;            // of Narrow
    std::string answer = "html";  // of Outage
    std::int64_t retry_after = 0; // seconds, told in a header by Outage
    // How long it lasts by the portal's clock, from when it is added; 0: until it is used up.
    std::int64_t for_seconds = 0;
    Seconds until = 0; // set by the caller that keeps it
};

// A call that changed something, as it came; kept so that a test can ask what was sent.
struct WrittenCall {
    std::int64_t number = 0;
    Seconds at = 0;
    std::string method;
    std::int64_t user = 0;
    std::string params; // JSON
    std::string result; // JSON; "" for a failure
    std::string error;
    bool answered = true; // false: the answer was lost on purpose
};

struct Counters {
    std::int64_t http_requests = 0;
    std::int64_t commands = 0; // calls, those inside batches included
    std::map<int, std::int64_t> by_status;
    std::map<std::string, std::int64_t> calls; // by method, as documented
    std::map<std::string, std::int64_t> failures;
};

struct PortalState; // the portal's own

class Portal {
public:
    // `clock` must outlive the portal. With a ManualClock /sandbox/clock can move it.
    Portal(PortalOptions options, Clock& clock);
    ~Portal();
    Portal(const Portal&) = delete;
    Portal& operator=(const Portal&) = delete;

    // One request, from any thread; requests run one after the other.
    HttpAnswer handle(const HttpRequest& request);

    // Direct access for seeds and tests, under the portal's lock.
    void edit(const std::function<void(State&)>& change);
    void change_options(const std::function<void(PortalOptions&)>& change);
    void add_token(Token token);
    void add_fault(Fault fault);
    void clear_faults();
    void reset(); // an empty portal: no rows, tokens, faults or logs; the options stay

    // The events that are due, in the order in which they leave; they leave once.
    std::vector<PortalEvent> take_events();
    void note_delivery(bool arrived);

    Seconds now() const;
    Day today() const; // of its clock and zone
    PortalOptions options() const;
    bool gzip() const;
    Counters counters() const;
    std::vector<WrittenCall> writes() const;

private:
    std::unique_ptr<PortalState> core_;
};

} // namespace hb::sandbox
