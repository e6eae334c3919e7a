#pragma once

#include <string>
#include <string_view>

namespace hb {

// RFC 4648 section 4, with padding and without line breaks: what portals take files in.
std::string base64(std::string_view bytes);

} // namespace hb
