#pragma once

#include "app/command.h"
#include "desk/remapping.h"
#include "json/writer.h"

// What a mapping changes, for people and as members of the object that is open.
namespace hb::app {

void tell_effect(const Session& session, const desk::MappingEffect& effect);
void add_effect(json::Writer& json, const desk::MappingEffect& effect);

} // namespace hb::app
