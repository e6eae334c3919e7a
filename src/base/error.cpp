#include "base/error.h"

#include <algorithm>

#include "base/ensure.h"

namespace hb {

const char* to_string(Code code) {
    switch (code) {
    case Code::Usage:
        return "usage";
    case Code::NotFound:
        return "not found";
    case Code::Conflict:
        return "conflict";
    case Code::NeedsPerson:
        return "needs a person";
    case Code::Remote:
        return "remote";
    case Code::Forbidden:
        return "forbidden";
    case Code::Malformed:
        return "malformed";
    case Code::Machine:
        return "machine";
    }
    fail_invariant("a Code that does not exist");
}

std::string to_string(const Error& error) {
    std::string line = error.message;
    if (!error.detail.empty()) line += " (" + error.detail + ")";
    if (!error.hint.empty()) {
        const bool ended =
            !line.empty() && std::string_view(".!?").find(line.back()) != std::string_view::npos;
        if (!line.empty()) line += ended ? " " : ". ";
        line += error.hint;
    }
    // A remote's own words may hold line breaks; a log line must not.
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return line;
}

} // namespace hb
