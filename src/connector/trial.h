#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "connector/manifest.h"

// A connector folder on trial: a server that plays its transcripts, and the questions that every
// connector has to answer well. No sockets, no real account.
namespace hb::connector {

struct Finding {
    std::string what; // "resumes from any cursor"
    bool good = false;
    std::string detail; // why not, or how much was looked at
};

namespace trial {

struct Exchange {
    std::string in; // only in this state of the story; "" in any
    std::string method;
    std::string host; // "" any of the connector's
    std::string path;
    std::map<std::string, std::string> query; // values may hold '*'
    bool more_query = false;                  // further members do not matter
    std::string json;                         // of the body; "" any
    std::map<std::string, std::string> form;
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string then; // the state behind it
};

struct Story {
    std::string base_url;
    Instant now{};
    std::map<std::string, Secret> settings;
    std::map<std::string, std::string> wants_headers;        // every request must carry them
    std::map<std::string, std::vector<std::string>> records; // ids that a whole reading gives
    std::string ghost;                                       // an id that never existed
    std::string mark_target;                                 // "" nothing is marked
    std::vector<Delivery> events;
    std::vector<Exchange> exchanges;
};

struct Folder {
    std::string name;
    Plan plan;
    Story story;
};

// connectors/NAME: manifest.json, transcripts/story.json and every other transcripts/*.json.
Result<Folder> load_folder(const std::string& path, std::vector<ManifestProblem>& problems);
PlannerOptions options_of(const Story& story);

// The report number of a mark that is only tried.
inline constexpr const char* kTrialReport = "A-1";

std::string decode(std::string_view percent_encoded);
// "a=1&b=x%20y" as names and values; a name that stands there twice has both, by a comma.
std::map<std::string, std::string> members_of(std::string_view text);

enum class Fault {
    None,
    NotSent,
    Lost,
    ServerError,
    Unavailable,
    TooFast,
    Html,
    Cut,
    Unauthorised,
    Forbidden, // the key may not do that any more
    Expired    // the position of a list is not accepted any more
};

// Plays the exchanges of a story. The first that fits is the answer; nothing that fits is a 404
// that is noted.
class FakeServer final : public net::HttpClient {
public:
    struct Seen {
        Instant at{};
        std::string method;
        std::string url;
        std::string body;
        std::vector<std::pair<std::string, std::string>> headers;
    };
    struct Log {
        std::vector<Seen> seen;
        std::vector<std::string> surprises; // requests that no exchange fits
        std::string state;
        Fault fault = Fault::None; // of the next request
        int unharmed = 0;          // so many requests before it
    };

    FakeServer(const Story& story, Clock& clock, std::shared_ptr<Log> log)
        : story_(story), clock_(clock), log_(std::move(log)) {}
    net::Response send(const net::Request& request) override;

private:
    net::Response broken(Fault fault, const net::Request& request) const;
    const Story& story_;
    Clock& clock_;
    std::shared_ptr<Log> log_;
};

} // namespace trial

// The conformance suite.
std::vector<Finding> try_connector(const trial::Folder& folder);

} // namespace hb::connector
