#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/glosses.h"
#include "domain/report.h"

// What clients read for a reason or a type of work. The terms' wording, else the configuration's,
// else ours for the usual words, else the word itself.
namespace hb::render {

using domain::Glosses;

Glosses glosses_of(const std::vector<domain::Line>& lines, std::string_view locale,
                   const domain::Glossary& terms, const domain::Glossary& configured);

// As the books keep them beside a revision: {"reasons":{…},"types":{…}}; "" where there are none.
std::string glosses_text(const Glosses& words);
Glosses parse_glosses(std::string_view text); // what can't be read is no word

std::string shown_type(const Glosses& words, const domain::Line& line);

} // namespace hb::render
