#pragma once

#include <string>
#include <vector>

#include "domain/parts.h"
#include "json/writer.h"

namespace hb::mapping {

// A member that is a text, or empty with a need beside it when a piece is not known yet; for this
// room only.
void write_parts(json::Writer& out, std::vector<domain::Need>& needs, const std::string& name,
                 const domain::Parts& parts);

} // namespace hb::mapping
