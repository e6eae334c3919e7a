#pragma once

#include "app/wiring.h"

// A mapping file that the configuration names and that was edited is tried out like one that is
// applied (G62): what would break records or move money is not in force before a person says so.
namespace hb::app {

// The text that records are read by: the version applied last, else what the file said when it was
// taken. The file's own text where neither is known.
std::string mapping_in_force(const books::Reading& read, const store::Remote& row,
                             const RemoteConfig& remote, const MappingFile& file);

// At the start, and after a person has applied a mapping. Refused: the mapping before stays in
// force, and `check` and /readyz say so. REQUIRES: books that can be written; the remote has a row
Status take_mapping_file(World& world, const RemoteConfig& remote);

} // namespace hb::app
