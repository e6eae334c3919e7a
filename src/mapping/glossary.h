#pragma once

#include "domain/contract.h"
#include "mapping/nonbillable.h"

namespace hb::mapping {

// "words" of the configuration and of a contract: {"reasons": {"bug": {"en": …, "ru": …}},
// "types": {"design": "web design"}}. The caller's schema says what it looks like; what it can't
// say is told here. `text_of` reads a text, which may stand elsewhere in the configuration.
domain::Glossary read_glossary(EditedFile& file, const json::Value& words, const TextOf& text_of);

} // namespace hb::mapping
