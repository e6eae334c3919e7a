#pragma once

#include <string>

#include "base/message.h"

namespace hb {

// What the program does next depends on the code alone; a new code needs a new action by some
// caller.
enum class Code {
    Usage,       // wrong arguments or configuration: exit 2, HTTP 400
    NotFound,    // a well-formed reference to something unknown: exit 4, HTTP 404
    Conflict,    // a move the rules forbid, or somebody was first: exit 4, HTTP 409
    NeedsPerson, // a person has to decide: exit 1
    Remote,      // a remote failed or refused for now: exit 3, HTTP 502
    Forbidden,   // a remote refuses for good: missing scope, right, token: exit 3
    Malformed,   // bytes that are not what they claim to be; nothing was taken from them
    Machine,     // disk, database, lock: exit 5, HTTP 503
};

// One trouble, told to four readers. No field may ever hold a secret.
struct Error {
    Code code = Code::Usage;
    std::string message; // for the person: what happened, in their words
    std::string detail;  // for the log: codes, sizes, ids
    std::string hint;    // for the operator: what to do now
    Message said = {};   // for readers of another language, or without a shell (voices/voices.h)
};

const char* to_string(Code code);
// "message (detail). hint" in one line.
std::string to_string(const Error& error);

} // namespace hb
