#pragma once

#include <string>
#include <string_view>

namespace hb {

// Lower-case hex of SHA-256.
std::string sha256_hex(std::string_view bytes);
// Raw 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hex(std::string_view bytes);
// RFC 4648 section 5, without padding.
std::string base64url(std::string_view bytes);
// Takes as long for a near miss as for a far one; lengths are not secret.
bool equal_constant_time(std::string_view a, std::string_view b);

} // namespace hb
