#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connector/trial.h"

// A configured remote on trial: the reading half of the conformance suite over the network. Writes
// nothing, unless a task is named that may be marked.
namespace hb::connector {

// One request and what came back, secrets and all: never shown as it is.
struct Spoken {
    Instant at{};
    std::string method;
    std::string url;
    std::string body;
    net::Response response; // its text only where a recording was asked for
    std::string in;         // the state of the story in which it was asked
    std::string then;       // the one behind it
    bool writes = false;
    bool by_time = false;    // the time of asking stands in it
    bool loose_body = false; // in its body
};

// What all connectors of one trial share: what was said, and the pace, so that a connector that is
// started anew does not begin to count anew.
struct Wire {
    std::vector<Spoken> spoken;
    Instant pause_until{};
    std::string state;
    bool keep_answers = false;
    bool by_time = false;
    bool loose_body = false;
    std::string too_fast; // a connector that did not keep a limit by itself
};

struct LiveTrial {
    Plan plan;
    PlannerOptions options;
    std::function<std::unique_ptr<net::HttpClient>()> http;
    Clock* clock = nullptr;
    int pages = 3;           // that are read of each stream
    bool record = false;     // all of it is read, and every answer kept
    std::string mark_target; // "" nothing is written
    std::function<void(std::string_view)> progress;
};

struct LiveResult {
    std::vector<Finding> findings;
    std::vector<domain::SourceRecord> records;
    std::vector<std::string> asked_ids; // of time records, with the ghost behind them
    Instant begun{};
    std::shared_ptr<Wire> wire;
};

LiveResult try_live(const LiveTrial& trial);

// The story.json of what was said: secrets, hosts, e-mail addresses, names and free texts are
// replaced, each by the same word wherever it stands. Words that stand quoted in `keep` stay: what
// the manifest and the mapping look for. `ids`: what a whole reading gives, by stream.
using IdsByStream = std::map<std::string, std::vector<std::string>>;
std::string story_of(const LiveTrial& trial, const LiveResult& result, std::string_view keep,
                     const IdsByStream& ids);
IdsByStream ids_of(const std::vector<domain::SourceRecord>& records);
// What a whole reading of a folder's transcripts gives.
std::vector<domain::SourceRecord> play(const trial::Folder& folder);

} // namespace hb::connector
