#pragma once

#include <string>

#include "json/value.h"

namespace hb::app {

// The configuration as it is in force, for people: what the file says, with each default of the
// schema filled in, and "***" for what stands there and is or may be a secret. {"env"} and {"file"}
// are shown as they are and not looked up.
std::string shown_config(const json::Value& file, const json::Value& schema);

} // namespace hb::app
