#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "connector/manifest/template.h"
#include "domain/exchange.h"

// A manifest as values: what its words mean is told in connectors/README.md.
namespace hb::connector::manifest {

// --- settings -----------------------------------------------------------------------------------

enum class SettingKind { Text, Secret, Host, Zone, Number, Day, Choice };
struct Setting {
    SettingKind kind = SettingKind::Text;
    std::string title;
    bool required = false;
    std::string otherwise; // the default
    std::vector<std::string> choices;
};

// --- tests --------------------------------------------------------------------------------------

struct Test {
    enum class Of { Body, Text, Http, Header };
    enum class Op { Equals, In, Contains, Matches, Absent, Present };
    Of of = Of::Body;
    std::string at; // a pointer, or a header's name in lower case
    Op op = Op::Equals;
    std::vector<Template> values;
};

enum class Do {
    Ok,      // as if it had succeeded
    Empty,   // there are no rows
    End,     // there are no more pages
    Wait,    // too fast: later
    Retry,   // in trouble: later
    Renew,   // renew the token once, then ask again
    Split,   // too many rows: a smaller window
    Restart, // the cursor is too old: from the beginning
    Refuse,  // credentials or rights: a person
    Gone,    // the object does not exist
    Hidden,  // it is there, and not shown to us
    Reject,  // never as it is
};
struct OutcomeRule {
    Test test;
    Do what = Do::Ok;
    std::string say; // for a person
};

// --- requests -----------------------------------------------------------------------------------

using Members = std::vector<std::pair<std::string, Template>>;

enum class Method { None, Get, Post, Put, Patch, Delete };
enum class ParamsIn { None, Query, Json, Form };
// Two streams that ask for the very same thing ask once: one gives its answers, the other takes
// them.
enum class Share { None, Give, Take };

struct Ask {
    Method method = Method::None; // None: GET, or what the access says
    std::string host;             // of "hosts"; "" the base URL
    Template path;
    std::string action;
    Members query;
    Members headers;
    Members params; // go where the access says
    Members form;
    std::optional<JsonTemplate> json;
    ParamsIn params_in = ParamsIn::None;
    std::string rows; // of the answer, where it is not the stream's own place
    bool has_rows = false;
    std::vector<OutcomeRule> outcomes; // go before those of the manifest
    Share share = Share::None;
};

// --- access -------------------------------------------------------------------------------------

struct OAuth {
    Template refresh_url;
    Template client_id;
    Template client_secret;
    Template refresh_token; // the first one, from the settings
    bool json = false;      // the body of the token call
};
struct Signature {
    Hash hash = Hash::Sha256;
    bool keyed = false; // HMAC
    Template key;
    Template message;
};
struct Access {
    std::vector<std::string> when; // settings that must be there
    Template base;                 // where it is asked; "" the base URL
    Ask request;                   // members that every request gets
    std::optional<Signature> sign;
    std::optional<OAuth> oauth;
    std::optional<std::pair<Template, Template>> basic;
};

// --- pace ---------------------------------------------------------------------------------------

struct Limit {
    Template requests; // a number, or a setting that holds one
    int seconds = 1;
};
enum class HeaderTime { Seconds, Unix, Iso };
struct WaitHeader {
    std::string header;
    HeaderTime as = HeaderTime::Seconds;
};
struct Budget {
    std::string left; // header: how many calls are left
    WaitHeader reset;
};

// --- reading ------------------------------------------------------------------------------------

struct Pages {
    enum class Kind { None, Page, Offset, Cursor, Link, Keyset, Headers };
    enum class End { Short, Flag, Total, Pages, Empty };
    Kind kind = Kind::None;
    int first = 1;
    int size = 100;
    End end = End::Short;
    Test last;          // of Flag: true on the last page
    std::string at;     // pointer: token, link, total; keyset: of a row
    std::string header; // link, total pages
    std::vector<std::pair<std::string, std::string>> take; // of Headers: name, header
};

struct Read {
    enum class Kind { All, Since, Window };
    Kind kind = Kind::All;
    TimeForm form = TimeForm::Utc;
    std::string zone;      // a setting; "" UTC
    int every_minutes = 0; // of All
    int overlap_minutes = 10;
    std::string first;    // of Since: the value that means "from the beginning"
    int days = 31;        // of one request
    int recent_days = 45; // read again with each pull
    bool written = false; // windows are days on which time was written, not those of the work
    int ahead_days = 31;  // time that is logged for days to come
    std::string oldest;   // a setting; "" three years back
};

struct Addition { // one member that a record gets, its name begins with "hb_"
    std::string to;
    std::string from; // pointer
    enum class Kind {
        Text,
        Contains,
        Named,
        LocalTime,
        Table,
        RowId,
        Joined,
        After,
        First,
        Between,
        Names
    };
    Kind kind = Kind::Text;
    Template text;     // of Text, the name of Named, what Contains looks for, what After cuts off
    std::string value; // of Contains
    std::string take;  // of Named: pointer within the element
    std::string table;
    Template without;               // of Table and Names: an element that is left out of a list
    std::vector<std::string> parts; // of Joined, First and Between
    TimeForm form = TimeForm::Utc;  // of Between: how both moments are written
    std::optional<Test> where;      // the record gets it only where this holds
};

// One thing that counts as a record's content (G26).
struct Counted {
    std::string at;     // pointer
    std::string absent; // only where this pointer holds nothing
    std::string unless; // with `sometimes`: only where another value stands than this one
    bool sometimes = false;
};

struct Each {
    std::string stream;
    int many = 1;
};

struct Sums {
    Ask ask;
    std::string rows;
    std::string months; // pointer within a row: an object by "2025-01"
    int every_minutes = 720;
    int back_months = 24;
};

struct Stream {
    std::string name;
    Ask ask;
    std::string rows;
    bool rows_may_lack = false;  // nothing there is an empty list
    std::vector<std::string> id; // pointers, joined by "-"
    Read read;
    Pages pages;
    std::int64_t cap = 0; // rows of one answer that mean "cut off"; 0 none
    std::optional<Each> each;
    std::optional<std::pair<Ask, Each>>
        too_many;       // how it is asked for where one answer can't hold it
    std::string nested; // pointer to children of the same kind
    std::string groups; // pointer to the records inside a row
    std::vector<Addition> additions;
    std::vector<Test> drops;
    std::vector<Counted> content; // empty: all but volatile_
    std::vector<std::string> volatile_;
    std::optional<Ask> by_ids; // many at once
    int by_ids_many = 100;
    std::optional<Ask> one;              // one by its id
    std::optional<Ask> window;           // by work time, where `read` is not by window
    std::optional<Ask> deleted;          // ids that are gone since
    std::vector<std::string> deleted_id; // pointers
    std::string ids_first;               // rows are ids only, here; `by_ids` gives the records
    std::vector<Stream> also;            // read after this one; records of the same stream
    std::optional<Sums> sums;
    domain::Proof proof = domain::Proof::None; // of a deletion (G48)
    bool known_parents = false; // `each`: also those that are not listed and whose records we know
};

struct Table {
    Ask ask;
    std::string rows;
    std::string key;
    std::string value;
    Pages pages;
};

// --- writing ------------------------------------------------------------------------------------

struct SetupStep {
    std::string what; // "the tag group Billing", for messages
    std::string as;   // {setup.AS}
    Ask look;
    std::string rows;
    std::string named; // pointer within a row
    Template value;
    std::string id;
    Ask make;
    std::string made; // pointer to the new id
};

struct Mark {
    bool entries = false;   // of time records, else of tasks
    bool only_paid = false; // one thing that is there or not
    std::vector<std::string> when;
    std::optional<Ask> before;                          // asked just before each write
    std::vector<std::pair<std::string, Addition>> take; // of its answer: name, place
    std::vector<std::string> without; // members of the query: a refused write goes again without
    Ask set;
    Ask clear;
    bool blind = false;           // it can't be read
    std::optional<Test> answered; // of a blind one: holds on what its write answered
    Ask read;
    Test there;       // of only_paid
    Addition percent; // else: where the two texts stand in the answer
    std::optional<Addition> reports;
    std::vector<SetupStep> setup;
    std::string words; // "a tag on the task"
};

// --- events -------------------------------------------------------------------------------------

struct EventCheck {
    enum class Kind { Hmac, Token, Basic, None };
    Kind kind = Kind::None;
    Hash hash = Hash::Sha256;
    std::string header;
    std::string prefix;
    bool base64 = false;
    Template secret;
    Template user;
};
struct EventRule { // which stream an event is about: the first rule whose test holds
    Test test;
    std::string stream;
    std::string id; // pointer
    bool deleted = false;
};
struct Webhook {
    std::vector<EventCheck> checks; // the first whose settings are there
    std::string echo_header;        // a handshake that is answered with this very header
    std::string echo_body;          // pointer: answered with {name: value}
    std::string echo_name;
    int status = 200;
    std::string answer; // JSON
    std::string events; // pointer to a list; "" the body is one event, or a list
    std::string stamp;  // pointer
    TimeForm stamp_form = TimeForm::Utc;
    int within_minutes = 0; // older ones are refused, where the sender signs its stamp
    std::string key;        // pointer, or "header:NAME"
    std::vector<EventRule> rules;
    std::optional<SetupStep> setup; // how it is registered; named = its address
    std::string state;              // pointer within a row of that list: whether it is switched on
};

struct CheckCall {
    Ask ask;
    std::string who; // pointer
};

struct Manifest {
    std::string connector;
    std::string title;
    std::map<std::string, Setting> settings;
    std::string base_url; // a template's text; "" must be configured
    Template base;
    std::map<std::string, Template> hosts;
    Template account;
    std::string token_until; // the setting with the last day of the token; "" none
    std::vector<Access> access;
    Ask request; // what every request has
    std::vector<Limit> limits;
    Template requests_per_hour; // of the account's plan, one of the limits; "" none is known
    std::vector<WaitHeader> waits;
    std::optional<Budget> budget;
    std::vector<OutcomeRule> outcomes;
    std::map<std::string, Table> tables;
    std::vector<Stream> streams; // in the order of reading
    std::optional<Mark> mark;
    std::optional<Webhook> webhook;
    std::optional<CheckCall> check;
    Template task_url;
    std::vector<std::string> lacks;

    const Stream* find_stream(std::string_view name) const;
};

} // namespace hb::connector::manifest
