#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/portal.h"

// Requests of a manifest as patterns, and requests that came. Inner header of the planners.
namespace hb::sandbox {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Captures = std::map<std::string, std::string>; // by the name of the hole: "since"

// One request as it came, taken apart.
struct Sent {
    std::string method, path, host, raw_query;
    Pairs query; // decoded, in order
    Tree body;   // JSON or a form; Null without one
    Pairs headers;

    const std::string* find(std::string_view name) const; // in the query
    std::string header(std::string_view name) const;
};
Sent read_sent(const HttpRequest& request, const Pairs& headers);

// The holes that a stand-in can fill itself are filled: {settings.NAME}. Others stay.
std::string fill_settings(std::string_view pattern, const Captures& settings);
// Whether the text fits the pattern; what its holes hold is added to `captures`. "{{" is a brace.
// With `one_step` no hole holds a slash.
bool match_pattern(std::string_view pattern, std::string_view text, Captures& captures,
                   bool one_step = false);
// The same for a body: every member of the pattern that came has to fit. The number of literal
// texts that fit is added to `score`; one that does not fit takes from it.
void match_body(const Tree& pattern, const Tree& sent, Captures& captures, int& score);
// "*" stands for any letters: how transcripts and headers are compared.
bool match_glob(std::string_view glob, std::string_view text);
bool match_glob(const Tree& glob, const Tree& sent);

} // namespace hb::sandbox
