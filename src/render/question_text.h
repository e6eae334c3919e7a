#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/question.h"

namespace hb::json {
class Writer;
}

// What a person is asked about a report, in words: one catalogue by kind and language.
namespace hb::render {

// For staff: no command, no file; what a remote said is in it as it is.
std::string question_text(const domain::Question& question, std::string_view locale);
// For the shell: in English, and with the hint of a refused write.
std::string question_in_shell(const domain::Question& question);

// Several in one cell, "" none; in the shell's words.
std::string questions_in_shell(const std::vector<domain::AskedQuestion>& questions);
// {"code","about","args":{…},"asked_at","message"}
void write_question(json::Writer& out, const domain::AskedQuestion& question);

} // namespace hb::render
