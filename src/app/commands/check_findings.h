#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/commands/check_time.h"
#include "connector/connector.h"
#include "domain/question.h"
#include "lanes/watch.h"
#include "mapping/files.h"

namespace hb::app {

// What check finds: gathered by check.cpp, and said twice.

struct RemoteFinding {
    std::string name;
    connector::CheckReport report;
    std::optional<Error> account; // G17
    bool expects_events = false;
    std::string last_event; // its kind; "" none came yet
    std::string last_event_at;
    std::string refused_at;          // an event that nothing configured could prove; "" none
    std::vector<domain::Lack> lacks; // as the books know them
};

struct Unreadable {
    std::string remote, stream;
    std::int64_t count = 0;
    std::vector<store::ProblemRow> examples;
};

struct Findings {
    std::vector<mapping::FileProblem> problems;
    std::vector<mapping::FileProblem> warnings;
    std::vector<RemoteFinding> remotes;
    std::vector<Unreadable> unreadable;
    std::vector<store::TaskRow> ownerless;
    TimeFindings time;
    std::vector<std::pair<store::ReportRow, domain::AskedQuestion>> questions;
    bool no_contract = false;         // companies are known, and none has terms
    std::vector<std::string> stopped; // guards
    lanes::Condition condition;       // as /readyz knows it
    Zone zone = Zone::utc();          // of the configuration
    std::string night;                // when night work begins, where it is put off
    std::optional<Error> books;
};

// For people: the problems first, then each remote, then what waits for somebody.
void write_check_text(const Output& out, const Findings& findings);
// The one document of --json.
void write_check_json(Output& out, const Findings& findings, bool ok);

} // namespace hb::app
