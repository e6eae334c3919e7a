#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "connector/live_trial.h"
#include "mapping/mapping.h"

// connector check of a configured remote, over the network.
namespace hb::app {

struct LiveCheck {
    std::string what; // a folder, or a remote
    int pages = 3;
    std::string write;
    std::string record;
};

bool is_folder(const Session& session, const LiveCheck& args);
int check_live(Session& session, const LiveCheck& args);

// Is every record understood?
connector::Finding map_all(const std::vector<domain::SourceRecord>& records,
                           const mapping::Mapping& mapping);
// Which members of records no rule of the mapping reads: worth knowing, nothing to repair.
connector::Finding unread_members(const std::vector<domain::SourceRecord>& records,
                                  const mapping::Mapping& mapping);
// The exit code says whether all is well.
int tell_findings(Session& session, const std::string& name,
                  const std::vector<connector::Finding>& findings,
                  const std::vector<std::string>& lacks);

} // namespace hb::app
