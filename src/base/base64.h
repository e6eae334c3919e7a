#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hb {

// RFC 4648 section 4, with padding and without line breaks: what portals take files in.
std::string base64(std::string_view bytes);
// The bytes back, with or without padding; nullopt when it is something else.
std::optional<std::string> from_base64(std::string_view text);

} // namespace hb
