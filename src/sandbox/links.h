#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/wire.h"

// Links to files: signed ones for machines, which carry all that is needed and expire, and those
// that want a person's session. Inner header.
namespace hb::sandbox {

struct Links {
    std::string base;
    Seconds expires = 0;

    // `kind` and `id` say which bytes; `method` is the name that the portal shows in the path.
    std::string machine(std::string_view method, std::string_view kind, std::int64_t id) const;
    std::string session(std::string_view action, std::string_view query) const;
};

// What a signed link asks for.
struct LinkTarget {
    std::string kind;
    std::int64_t id = 0;
    Seconds expires = 0;
};
// Nothing when the signature does not fit.
std::optional<LinkTarget> read_link(std::string_view token);

// The bytes of a text in base64. What can't be one is skipped: the portal stores a broken file
// without a word.
std::string base64_bytes(std::string_view text);

} // namespace hb::sandbox
