#pragma once

#include "base/exit_code.h"

// Exit codes, under the room's own name (G28).
namespace hb::app {

using hb::code_word;
using hb::exit_code_of;
using hb::kConflict;
using hb::kDone;
using hb::kMachine;
using hb::kPerson;
using hb::kRemote;
using hb::kUsage;
using hb::worse;

} // namespace hb::app
