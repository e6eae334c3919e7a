#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "connector/manifest.h"
#include "connector/manifest/pace.h"
#include "connector/manifest/tests.h"
#include "connector/manifest/tokens.h"
#include "net/sites.h"
#include "net/waited.h"

// One request to the planner and what became of it: access, pace, hosts and outcomes.
namespace hb::connector::manifest {

enum class Fate {
    Answered,
    NotYet,  // our own pace held it back
    NotSent, // no connection
    Lost,    // sent, and no whole answer came
};

struct Reply {
    Fate fate = Fate::Answered;
    Do what = Do::Ok; // of Answered
    int status = 0;
    std::string say;            // for a person, from the manifest
    std::string text;           // what the remote said, fit to be shown
    std::optional<Instant> due; // not before, where that is known
    json::Document document;    // null when the body was no JSON
    bool is_json = false;
    net::Response response; // headers
    bool ok() const { return fate == Fate::Answered && what == Do::Ok; }
    json::Value body() const { return document.root(); }
};

class Caller {
public:
    // REQUIRES: check_settings() found nothing
    Caller(const Manifest& manifest, PlannerOptions options, std::unique_ptr<net::HttpClient> http,
           Clock& clock);

    // {settings.*} and {base.host}; what every request starts from.
    Names names() const { return names_; }
    // `writes`: goes out on a fresh connection, so that it is never sent twice unseen.
    Reply call(const Ask& ask, const Names& names, bool writes = false);
    // The same request at an address that an answer named; it must lead to a host of ours.
    Reply follow(const Ask& ask, const Names& names, const std::string& url);

    Error error(const Reply& reply, std::string_view what) const;

    Instant now() const { return clock_.now(); }
    Instant earliest() const {
        const Instant now = clock_.now(), free = pace_.earliest(now);
        waited_.told(now, free);
        return free;
    }
    Counters counters() const {
        Counters counters = counters_;
        counters.waited = waited_.all();
        return counters;
    }
    const Contact& contact() const { return contact_; }
    const PlannerOptions& options() const { return options_; }
    const Manifest& manifest() const { return manifest_; }
    const net::Site& base() const { return sites_.front(); }
    std::string account() const;
    std::optional<std::chrono::seconds> clock_skew() const { return skew_; }
    Status refresh_if_idle();
    std::string setting(std::string_view name) const;
    std::int64_t requests_per_hour() const; // of the account's plan; 0: none is known
    Zone zone_of(const std::string& setting) const;

private:
    struct Built {
        net::Request request;
        std::string trouble;
    };
    void count_request() {
        const Instant now = clock_.now();
        pace_.count(now);
        waited_.sent(now);
        ++counters_.requests;
    }
    Built build(const Ask& ask, Names names, const std::string& token, const std::string* url);
    std::string query_of(const Ask& ask, const Names& names, bool with_params) const;
    static std::string sign(const Signature& signature, const Names& names);
    std::optional<net::Response> take_shared(const std::string& key);
    void give_shared(const std::string& key, const net::Response& response);
    Reply send(const Ask& ask, const Names& names, const std::string* url, bool writes);
    Reply once(const Ask& ask, const Names& names, const std::string* url, bool writes);
    void judge(const Ask& ask, Reply& reply, const Names& names);
    Do by_status(int status) const;
    void note_pace(Reply& reply);
    std::optional<Instant> when(const WaitHeader& header, const net::Response& response) const;
    std::string clean(std::string_view text) const;

    const Manifest& manifest_;
    PlannerOptions options_;
    std::unique_ptr<net::HttpClient> http_;
    Clock& clock_;
    Names names_;
    const Access* access_ = nullptr; // none: no credentials
    std::vector<net::Site> sites_;   // the base first
    std::size_t home_ = 0;           // where requests without a host of their own go
    std::map<std::string, std::size_t> hosts_;
    std::unique_ptr<Tokens> tokens_; // of OAuth
    Pace pace_;
    mutable net::Waited waited_; // earliest() is asked by those who have to call
    Counters counters_;
    Contact contact_;
    // Answers that one stream gives to another: by request, the younger ones only.
    struct Kept {
        Instant at{};
        net::Response response;
    };
    std::map<std::string, Kept> shared_;
    std::size_t shared_bytes_ = 0;
    std::vector<std::string> secrets_;
    std::optional<std::chrono::seconds> skew_;
};

// What the settings of a remote come to, defaults filled in.
Names setting_names(const Manifest& manifest, const PlannerOptions& options);
// The access whose settings are there: the first of the list.
const Access* choose_access(const Manifest& manifest, const Names& names);
// Percent-encoded for a query; what stays plain is what every signing rule agrees on.
std::string encode_query(std::string_view text);

} // namespace hb::connector::manifest
